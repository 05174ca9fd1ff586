/* Fewer rows than a codebook of centroids needs. */
#include "findings/rules/rules.h"

enum { ROWS_A_CENTROID = 39 }; /* below it faiss warns too */

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    if (!qsi_format_option(m->spec->format, QSI_M) || m->elsewhere || !(s->rows > 0)) return;
    bool is_wide = qsi_word(m->spec, QSI_BITS) == QSI_BITS_8;
    double centroids = is_wide ? 256 : 16;
    if (s->rows >= centroids * ROWS_A_CENTROID) return;
    qsi_finding *f = s->rows <= centroids
                         ? qsi_finding_add_spec(
                               out, rule, m->spec,
                               "%.0f rows are no more than the %.0f centroids that are fitted: each row is its own "
                               "centroid, so the errors say nothing about other rows",
                               s->rows, centroids)
                         : qsi_finding_add_spec(
                               out, rule, m->spec,
                               "%.0f rows for %.0f centroids are %.1f rows each: the centroids follow these rows "
                               "closely, and other rows have larger errors",
                               s->rows, centroids, s->rows / centroids);
    qsi_finding_count(f, "rows", s->rows);
    qsi_finding_count(f, "centroids", centroids);
    qsi_finding_remedy(f, is_wide ? "fit on more rows, or use 16 centroids: bits=4" : "fit on more rows");
    qsi_spec other = *m->spec;
    other.word[QSI_BITS] = QSI_BITS_4;
    if (is_wide) qsi_finding_try_spec(f, &other);
}

const qsi_rule qsi_rule_few_for_centroids = {
    .id = "few-for-centroids",
    .level = QSI_WARNING,
    .title = "Few rows for a codebook",
    .meaning =
        "Centroids are fitted by k-means. With few rows for each they lie where these rows are, so the errors "
        "and the recall measured on the same rows are better than those of rows that come later.",
    .decided = "There are fewer than 39 rows for each centroid, and the fit is on the base itself.",
    .spec = find,
};
