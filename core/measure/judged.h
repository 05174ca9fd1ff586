/*
 * Search figures by people's judgements (qrels), as trec_eval 9 defines them. A judgement gives a document a grade
 * for a query; from grade 1 on the document is relevant. Of the first k rows found for a query:
 *
 *   ndcg@k    sum over them of grade / log2(rank + 1), grades below 0 and rows not judged counting 0, divided by
 * the same sum of the first k judged documents in the best order (ndcg_cut; the grade itself is the gain) mrr@k 1 /
 * rank of the first relevant row, 0 if there is none (recip_rank of k results) recall@k  how many of them are
 * relevant / how many relevant documents were judged, found or not (recall)
 *
 * A query without relevant documents has 0 in all three and counts, as there. Rows of equal score are in the order
 * of their numbers, where trec_eval orders them by their names.
 */
#ifndef QSI_JUDGED_H
#define QSI_JUDGED_H

#include "search/top.h"

enum { QSI_NDCG, QSI_MRR, QSI_JUDGED_RECALL, QSI_JUDGED };

#define QSI_NO_ROW 4294967295U /* a document that is not in the base */

typedef struct qsi_judgement {
    uint32_t query, row;
    int grade;
} qsi_judgement;

typedef struct qsi_judgements {
    qsi_judgement *list; /* (count), by query, then row */
    size_t count, nq, k;
    size_t *first;  /* (nq + 1): where those of a query begin */
    size_t queries; /* that have any */
    size_t empty;   /* of these, without a relevant document */
    size_t outside; /* judgements of documents that are not in the base */
    double *ideal;  /* (nq): the best sum of gains */
} qsi_judgements;

/* (count) judgements of nq queries, each of a document of its own. */
int qsi_judgements_open(qsi_judgements *all, const uint32_t *queries, const uint32_t *rows, const int *grades,
                        size_t count, size_t nq, size_t k);
void qsi_judgements_close(qsi_judgements *all);

/* figures: (QSI_JUDGED, queries), of the judged queries in their order, by sorted lists of what was found. */
void qsi_judge(const qsi_judgements *all, const qsi_top *found, double *figures);

#endif
