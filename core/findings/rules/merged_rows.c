/* Different rows of a file that are equal as float32. */
#include "findings/rules/rules.h"

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    if (!s->facts || s->facts->originals.shift || s->facts->repeats.shift) return;
    double before = (double)s->facts->originals.entries, after = (double)s->facts->repeats.entries;
    if (!(after < before)) return;
    qsi_finding *f =
        qsi_finding_add(out, rule,
                        "float32 cannot tell apart all rows of the file: %.0f different rows of %s become "
                        "%.0f",
                        before, s->dtype ? s->dtype : "its values", after);
    double share = (before - after) / before;
    if (share >= 0.01) f->level = QSI_GRAVE;
    qsi_finding_count(f, "different_rows", before);
    qsi_finding_count(f, "as_float32", after);
    qsi_finding_figure(f, "share", share);
    qsi_finding_damage(
        f,
        "recall is measured against float32, which has lost %.3g %% of the different rows itself: 1.0 "
        "does not mean that the file's neighbours are found",
        100 * share);
    qsi_finding_remedy(
        f, "subtract the mean of each column before the rows are saved: what is left is small enough for "
           "float32");
    qsi_finding_try_command(f, "python3 -c \"import numpy as np; a = np.load('FILE.npy'); "
                               "np.save('FILE-centred.npy', (a - a.mean(0)).astype('float32'))\"");
}

const qsi_rule qsi_rule_merged_rows = {
    .id = "float32-merges-rows",
    .level = QSI_WARNING,
    .title = "Rows that float32 cannot tell apart",
    .meaning =
        "The file holds float64 values or large integers that differ by less than float32 can tell: seconds since "
        "1970, ids, coordinates far from 0. Rows that differ in the file are equal in every figure here.",
    .decided =
        "Different rows are counted by a hash of their values, with what float32 leaves out and without; of files "
        "of more than 1,048,576 different rows nothing is said. An error where one row in a hundred merges.",
    .data = find,
};
