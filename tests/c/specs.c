/* The specs of specs.h. */
#include "specs.h"

#include "quantscope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

void each_spec(void (*check)(const qsi_spec *spec, const char *text))
{
    static const char *const more[] = {
        "f8_e4m3:per=tensor",
        "f8_e5m2:per=dim",
        "f6_e3m2:per=block,block=7,scale=f16",
        "f6_e2m3:per=dim,scale=e8m0",
        "f4_e2m1:per=block",
        "f4_e2m1:per=row,scale=e8m0",
        "int8:scale=e8m0",
        "int4:per=block,scale=e8m0",
        "int5:map=affine,per=tensor,scale=e8m0",
        "int3:per=dim,scale=e8m0",
        "nf4:block=5",
        "nf4:per=row,scale=f16",
        "fp4:block=128,scale=bf16",
        "dynamic8:per=row",
        "ternary:per=block,block=7,pack=1.6",
        "ternary:per=block,rule=absmean",
        "int6:map=affine,per=tensor,range=given,s=0.1,z=-3",
        "int3:map=affine,codes=unsigned,per=dim,range=given,s=0.5,z=4",
        "f8_e4m3:per=row,range=given,s=0.01",
        "int4:outliers=10",
        "int3:map=affine,per=tensor,outliers=1",
        "int6:map=offset,per=block,block=7,outliers=100",
    };
    char text[QSI_SPEC_TEXT];
    qsi_spec spec;
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *format = qsi_format_at(i);
        snprintf(text, sizeof text, "%s", format->name);
        for (const char *next = format->variants;; next += strcspn(next, " ") + (next[strcspn(next, " ")] == ' ')) {
            assert_int_equal(qsi_spec_parse(text, &spec), QS_OK);
            check(&spec, text);
            if (!*next) break;
            snprintf(text, sizeof text, "%.*s", (int)strcspn(next, " "), next);
        }
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        assert_int_equal(qsi_spec_parse(more[i], &spec), QS_OK);
        check(&spec, more[i]);
    }
}
