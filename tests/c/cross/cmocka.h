/*
 * The words of cmocka that the tests use, for targets on which no cmocka is packaged (a cross build). Unlike
 * cmocka, a program ends at its first failure.
 */
#ifndef QS_CROSS_CMOCKA_H
#define QS_CROSS_CMOCKA_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
    int (*setup)(void **state);
    int (*teardown)(void **state);
    void *state;
};

#define cmocka_unit_test(f)     \
    {                           \
#f, f, NULL, NULL, NULL \
    }
#define cmocka_unit_test_setup_teardown(f, setup, teardown) \
    {                                                       \
#f, f, setup, teardown, NULL                        \
    }
#define cmocka_unit_test_prestate(f, state) \
    {                                       \
#f, f, NULL, NULL, state            \
    }
#define cmocka_run_group_tests(tests, setup, teardown) \
    cmocka_run(tests, sizeof(tests) / sizeof *(tests), setup, teardown)
#define cmocka_run_group_tests_name(name, tests, setup, teardown) cmocka_run_group_tests(tests, setup, teardown)

static inline int cmocka_run(const struct CMUnitTest *tests, size_t n, int (*setup)(void **),
                             int (*teardown)(void **))
{
    void *shared = NULL;
    bool sound = !setup || setup(&shared) == 0;
    for (size_t i = 0; sound && i < n; i++) {
        void *state = tests[i].state ? tests[i].state : shared;
        printf("[ RUN      ] %s\n", tests[i].name);
        fflush(stdout);
        sound = !tests[i].setup || tests[i].setup(&state) == 0;
        if (sound) tests[i].run(&state);
        if (sound && tests[i].teardown) sound = tests[i].teardown(&state) == 0;
    }
    if (teardown && teardown(&shared) != 0) sound = false;
    printf(sound ? "[  PASSED  ] %zu test(s).\n" : "[  FAILED  ] %zu test(s).\n", n);
    return !sound;
}

#define print_message(...) printf(__VA_ARGS__)
#define print_error(...) fprintf(stderr, __VA_ARGS__)
#define fail_msg(...) \
    (printf("%s:%d: ", __FILE__, __LINE__), printf(__VA_ARGS__), printf("\n[  FAILED  ] 1 test(s).\n"), exit(1))
#define fail() fail_msg("failed")

#define assert_true(c) ((c) ? (void)0 : fail_msg("not so: %s", #c))
#define assert_false(c) ((c) ? fail_msg("should not be so: %s", #c) : (void)0)
#define assert_null(p) assert_true((p) == NULL)
#define assert_non_null(p) assert_true((p) != NULL)
#define assert_ptr_equal(a, b) assert_true((a) == (b))
#define assert_int_equal(a, b) cmocka_integers((uintmax_t)(a), (uintmax_t)(b), true, #a, #b, __FILE__, __LINE__)
#define assert_int_not_equal(a, b) \
    cmocka_integers((uintmax_t)(a), (uintmax_t)(b), false, #a, #b, __FILE__, __LINE__)
#define assert_in_range(v, lo, hi) \
    assert_true((uintmax_t)(v) >= (uintmax_t)(lo) && (uintmax_t)(v) <= (uintmax_t)(hi))
#define assert_float_equal(a, b, epsilon) assert_true(fabs((double)(a) - (double)(b)) <= (epsilon))
#define assert_string_equal(a, b) cmocka_strings(a, b, __FILE__, __LINE__)
#define assert_string_not_equal(a, b) assert_true(strcmp(a, b) != 0)
#define assert_memory_equal(a, b, n) assert_true(memcmp(a, b, n) == 0)
#define assert_memory_not_equal(a, b, n) assert_true(memcmp(a, b, n) != 0)

static inline void cmocka_integers(uintmax_t a, uintmax_t b, bool equal, const char *a_text, const char *b_text,
                                   const char *file, int line)
{
    if ((a == b) == equal) return;
    printf("%s:%d: %s = %jd, %s = %jd\n[  FAILED  ] 1 test(s).\n", file, line, a_text, (intmax_t)a, b_text,
           (intmax_t)b);
    exit(1);
}

static inline void cmocka_strings(const char *a, const char *b, const char *file, int line)
{
    if (strcmp(a, b) == 0) return;
    printf("%s:%d: \"%s\" is not \"%s\"\n[  FAILED  ] 1 test(s).\n", file, line, a, b);
    exit(1);
}

#endif
