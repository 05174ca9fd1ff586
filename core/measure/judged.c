/* Figures by judgements, as judged.h says. */
#include "measure/judged.h"

#include "base/size.h"
#include "base/status.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_query(const void *a, const void *b)
{
    const qsi_judgement *x = a, *y = b;
    if (x->query != y->query) return x->query < y->query ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static int highest_first(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x < y) - (x > y);
}

/* What a grade adds at a rank from 1; the base of the logarithm falls out of the ratio of two sums. */
static double gain(int grade, size_t rank)
{
    return grade / log((double)rank + 1);
}

/* The sum of the best order of some judgements. grades: room for as many. */
static double best_sum(const qsi_judgement *list, size_t n, size_t k, int *grades)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) grades[i] = list[i].grade;
    qsort(grades, n, sizeof *grades, highest_first);
    for (size_t i = 0; i < n && i < k && grades[i] > 0; i++) sum += gain(grades[i], i + 1);
    return sum;
}

static int prepare(qsi_judgements *all)
{
    int *grades = qsi_array(all->count, sizeof *grades);
    if (!grades) return QS_E_MEMORY;
    for (size_t q = 0, i = 0; q < all->nq; q++) {
        all->first[q] = i;
        while (i < all->count && all->list[i].query == q) i++;
        size_t n = i - all->first[q];
        all->first[q + 1] = i;
        all->ideal[q] = best_sum(all->list + all->first[q], n, all->k, grades);
        all->queries += n > 0;
        all->empty += n > 0 && all->ideal[q] == 0;
    }
    qsi_array_free(grades);
    return QS_OK;
}

int qsi_judgements_open(qsi_judgements *all, const uint32_t *queries, const uint32_t *rows, const int *grades,
                        size_t count, size_t nq, size_t k)
{
    *all = (qsi_judgements){.list = qsi_array(count, sizeof *all->list),
                            .count = count,
                            .nq = nq,
                            .k = k,
                            .first = qsi_array(nq + 1, sizeof *all->first),
                            .ideal = qsi_array(nq, sizeof *all->ideal)};
    int status = all->list && all->first && all->ideal ? QS_OK : QS_E_MEMORY;
    for (size_t i = 0; i < count && !status; i++) {
        if (queries[i] >= nq)
            status = qsi_fail_option("query", "judgement %zu is of query %u of %zu", i, queries[i], nq);
        all->list[i] = (qsi_judgement){queries[i], rows[i], grades[i]};
        all->outside += rows[i] == QSI_NO_ROW;
    }
    if (!status) qsort(all->list, count, sizeof *all->list, by_query);
    if (!status) status = prepare(all);
    if (status) qsi_judgements_close(all);
    return status;
}

void qsi_judgements_close(qsi_judgements *all)
{
    qsi_array_free(all->list);
    qsi_array_free(all->first);
    qsi_array_free(all->ideal);
    *all = (qsi_judgements){.count = 0};
}

static int grade_of(const qsi_judgements *all, size_t q, uint32_t row)
{
    const qsi_judgement key = {.query = (uint32_t)q, .row = row};
    const qsi_judgement *hit =
        bsearch(&key, all->list + all->first[q], all->first[q + 1] - all->first[q], sizeof key, by_query);
    return hit ? hit->grade : 0;
}

static double relevant(const qsi_judgements *all, size_t q)
{
    double count = 0;
    for (size_t i = all->first[q]; i < all->first[q + 1]; i++) count += all->list[i].grade > 0;
    return count;
}

void qsi_judge(const qsi_judgements *all, const qsi_top *found, double *figures)
{
    size_t at = 0;
    for (size_t q = 0; q < all->nq; q++) {
        double sum = 0, right = 0, first = 0;
        if (all->first[q] == all->first[q + 1]) continue;
        for (size_t i = 0; i < all->k && i < found->count[q]; i++) {
            int grade = grade_of(all, q, qsi_hit_row(&found->hits[q * found->k + i]));
            if (grade <= 0) continue;
            sum += gain(grade, i + 1);
            if (!right++) first = 1 / (double)(i + 1);
        }
        bool empty = all->ideal[q] == 0;
        figures[QSI_NDCG * all->queries + at] = empty ? 0 : sum / all->ideal[q];
        figures[QSI_MRR * all->queries + at] = first;
        figures[QSI_JUDGED_RECALL * all->queries + at++] = empty ? 0 : right / relevant(all, q);
    }
}
