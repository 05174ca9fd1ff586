/* A tensor of three axes: which of them number its rows, and what the other choice would be. */
#include "findings/rules/rules.h"

#include <stdio.h>

enum { LONG = 32 };

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    const double *shape = s->shape;
    if (!shape || s->searched || shape[0] < 2 || shape[1] < 2 || shape[2] < LONG) return;
    bool experts = s->rows == shape[0] * shape[1];
    double rows = experts ? shape[0] : shape[0] * shape[1], dim = experts ? shape[1] * shape[2] : shape[2];
    if (!experts && s->rows != shape[0]) return;
    char option[40];
    snprintf(option, sizeof option, "--rows-axes %d", experts ? 1 : 2);
    qsi_finding *f =
        qsi_finding_add(out, rule,
                        "its shape (%.0f, %.0f, %.0f) is taken as %.0f rows of %zu, so a scale of a row is "
                        "of %s; %s takes %.0f rows of %.0f",
                        shape[0], shape[1], shape[2], s->rows, s->dim, experts ? "one output" : "several outputs",
                        option, rows, dim);
    qsi_finding_count(f, "rows", s->rows);
    qsi_finding_count(f, "dim", (double)s->dim);
    qsi_finding_count(f, "other_rows", rows);
    qsi_finding_count(f, "other_dim", dim);
    qsi_finding_remedy(f,
                       experts ? "if the first axis alone numbers rows, say so" : "if these are experts, say so");
    qsi_finding_try_option(f, option);
}

const qsi_rule qsi_rule_rows_axes = {
    .id = "rows-of-three-axes",
    .level = QSI_NOTE,
    .title = "Three axes taken as rows",
    .meaning =
        "Weights of experts have the axes expert, output, input: a scale of an output is finer than one of a whole "
        "expert. Convolutions have output first, and one scale of each output. The shape alone does not say which "
        "of them a tensor is.",
    .decided =
        "A tensor of three axes, the last of 32 values or more, neither of the others 1. The first two axes are "
        "taken as rows where the name says experts, or the first is the shortest.",
    .data = find,
};
