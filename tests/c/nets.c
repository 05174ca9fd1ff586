/* Networks and pictures of the demo data, as nets.h says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FOLDER[] = "web/public/demo/nets";

uint8_t *nets_read(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long length = ftell(file);
    rewind(file);
    uint8_t *data = malloc((size_t)length);
    assert_int_equal(fread(data, 1, (size_t)length, file), length);
    fclose(file);
    *bytes = (size_t)length;
    return data;
}

/* A .npy of uint8: its bytes behind the header of 128. */
static void error_feedback(qs_net *net, const char *set, const char *pictures, const char *part, size_t most)
{
    char path[200];
    size_t bytes, dim = net->chain.in;
    snprintf(path, sizeof path, "%s/%s.%s.npy", FOLDER, pictures, part);
    uint8_t *data = nets_read(path, &bytes);
    size_t n = (bytes - 128) / dim;
    n = n < most ? n : most;
    float *values = malloc(n * dim * sizeof *values);
    uint32_t *labels = malloc(n * sizeof *labels);
    for (size_t i = 0; i < n * dim; i++) values[i] = data[128 + i];
    assert_int_equal(qs_net_feed(net, set, 0, values, n, dim, 1), QS_OK);
    free(data);
    snprintf(path, sizeof path, "%s/%s.%s.labels.npy", FOLDER, pictures, part);
    data = nets_read(path, &bytes);
    for (size_t i = 0; i < n; i++) labels[i] = data[128 + i];
    assert_int_equal(qs_net_labels(net, set, 0, labels, n), QS_OK);
    free(data);
    free(values);
    free(labels);
}

qs_net *nets_open(const char *name, size_t train)
{
    char path[200], pictures[20];
    size_t bytes;
    snprintf(path, sizeof path, "%s/%s.safetensors", FOLDER, name);
    snprintf(pictures, sizeof pictures, "%.*s", (int)strcspn(name, "-"), name);
    uint8_t *file = nets_read(path, &bytes);
    qs_net *net = qs_net_open(file, (double)bytes, "", "");
    free(file);
    assert_non_null(net);
    error_feedback(net, "test", pictures, "test", SIZE_MAX);
    if (train) error_feedback(net, "train", pictures, "train", train);
    return net;
}

void nets_run(qs_net *net)
{
    int more = 1;
    while (more > 0) more = qs_net_step(net, 1000);
    assert_int_equal(more, 0);
    for (size_t j = 0; j < net->jobs; j++) assert_string_equal(net->job[j].problem.message, "");
}
