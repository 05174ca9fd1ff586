/*
 * Which spec to take: the cheapest whose lower bound of recall is enough, or within a budget alone the one with the
 * highest lower bound. It is chosen on one half of the queries, drawn by seed, and measured again on the other: a
 * figure by which something was chosen is the luckiest of several, one that had no part in the choice is not.
 */
#include "run/run.h"

#include "base/random.h"
#include "base/size.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { HALVING = 17 }; /* the stream of random numbers */

typedef struct offer {
    const qsi_result *result;
    qsi_ledger ledger;
    qsi_interval by[2]; /* recall on each half */
    bool constructed;   /* its recall is 1 whatever the codes are */
    bool fits, holds;
} offer;

typedef struct choice {
    const qs_run *run;
    double budget, at_least;
    size_t *order; /* (nq): the first half of it chooses */
    size_t half[2];
    offer *offers;
    size_t count;
    const offer *best; /* NULL: none holds */
} choice;

/* Queries in random order (Fisher and Yates). */
static int halve(choice *c)
{
    const qs_run *run = c->run;
    c->order = qsi_array(run->nq, sizeof *c->order);
    if (!c->order) return QS_E_MEMORY;
    for (size_t i = 0; i < run->nq; i++) c->order[i] = i;
    for (size_t i = run->nq; i > 1; i--) {
        uint64_t random = qsi_random_stream((uint64_t)run->seed, HALVING, i);
        size_t at = (size_t)(((random >> 32) * i) >> 32), last = c->order[i - 1];
        c->order[i - 1] = c->order[at];
        c->order[at] = last;
    }
    c->half[0] = run->nq / 2;
    c->half[1] = run->nq - c->half[0];
    return QS_OK;
}

/* Recall of a result on each half. */
static int measure(const choice *c, offer *o)
{
    const qs_run *run = c->run;
    double *counts = qsi_array(run->nq, sizeof *counts);
    int status = counts ? QS_OK : QS_E_MEMORY;
    for (size_t i = 0; i < run->nq && !status; i++)
        counts[i] = qsi_recall_count(&run->results[0].found, &o->result->found, c->order[i], run->k);
    for (int h = 0; h < 2 && !status; h++) {
        qsi_paired p;
        status = qsi_paired_differences(counts + (h ? c->half[0] : 0), c->half[h], fmin((double)run->k, run->rows),
                                        (uint64_t)run->seed, &p);
        o->by[h] = (qsi_interval){p.difference, p.low, p.high};
    }
    qsi_array_free(counts);
    return status;
}

/* Whether a is the better choice. */
static bool is_better(const choice *c, const offer *a, const offer *b)
{
    if (c->at_least > 0 && a->ledger.total != b->ledger.total) return a->ledger.total < b->ledger.total;
    if (a->by[0].low != b->by[0].low) return a->by[0].low > b->by[0].low;
    return a->ledger.total < b->ledger.total;
}

static int offer_all(choice *c, double vectors)
{
    const qs_run *run = c->run;
    int status = QS_OK;
    c->offers = qsi_array_zero(run->count, sizeof *c->offers);
    if (!c->offers) return QS_E_MEMORY;
    for (size_t r = 1; r < run->count && !status; r++) {
        offer *o = &c->offers[c->count];
        o->result = &run->results[r];
        if (!o->result->done || o->result->problem.code) continue;
        status = qsi_ledger_make(&o->result->spec, vectors, run->dim, &o->ledger);
        if (!status) status = measure(c, o);
        o->constructed = (double)qsi_run_candidates(run, o->result) >= run->rows;
        o->fits = !(c->budget > 0) || o->ledger.total <= c->budget;
        o->holds = o->fits && !o->constructed && o->by[0].low >= c->at_least;
        if (o->holds && (!c->best || is_better(c, o, c->best))) c->best = o;
        c->count++;
    }
    return status;
}

static void recall_json(const choice *c, const qsi_interval *recall, qsi_json *json)
{
    char key[48];
    snprintf(key, sizeof key, "recall@%zu", c->run->k);
    qsi_json_key(json, key);
    qsi_json_figure(json, recall->mean);
    snprintf(key, sizeof key, "recall@%zu_ci95", c->run->k);
    qsi_json_key(json, key);
    qsi_json_open(json, '[');
    qsi_json_figure(json, recall->low);
    qsi_json_figure(json, recall->high);
    qsi_json_close(json, ']');
}

static void count_json(const char *key, double value, qsi_json *json)
{
    qsi_json_key(json, key);
    qsi_json_whole(json, value);
}

static void spec_json(const qsi_spec *spec, qsi_json *json)
{
    char text[QSI_SPEC_TEXT];
    qsi_spec_text(spec, text);
    qsi_json_key(json, "spec");
    qsi_json_text(json, text);
}

static bool is_confirmed(const choice *c)
{
    return c->best && c->best->by[1].low >= c->at_least;
}

static void sentence(const choice *c, char *text, size_t cap)
{
    const offer *b = c->best;
    char spec[QSI_SPEC_TEXT];
    bool constructed = c->count;
    for (size_t i = 0; i < c->count; i++) constructed = constructed && c->offers[i].constructed;
    if (constructed) {
        snprintf(text, cap, "nothing can be chosen: recall@%zu is 1 by construction", c->run->k);
    } else if (!b) {
        snprintf(text, cap, "no spec %s on the %zu queries to choose by",
                 c->at_least > 0 ? "has a lower bound of recall that is enough" : "is within the budget",
                 c->half[0]);
    } else {
        qsi_spec_text(&b->result->spec, spec);
        snprintf(
            text, cap,
            "%s, %.0f bytes: recall@%zu %.4f [%.3f, %.3f] on the %zu queries that it was chosen by, %.4f [%.3f, "
            "%.3f] on the %zu others%s",
            spec, b->ledger.total, c->run->k, b->by[0].mean, b->by[0].low, b->by[0].high, c->half[0], b->by[1].mean,
            b->by[1].low, b->by[1].high, c->half[1],
            c->at_least > 0 ? is_confirmed(c) ? ", which confirm it" : ", which do not confirm it" : "");
    }
}

static void offer_json(const choice *c, const offer *o, qsi_json *json)
{
    qsi_json_open(json, '{');
    spec_json(&o->result->spec, json);
    count_json("bytes", o->ledger.total, json);
    recall_json(c, &o->by[0], json);
    qsi_json_key(json, "by_construction");
    qsi_json_bool(json, o->constructed);
    qsi_json_key(json, "within_budget");
    qsi_json_bool(json, o->fits);
    qsi_json_key(json, "holds");
    qsi_json_bool(json, o->holds);
    qsi_json_close(json, '}');
}

static void write(const choice *c, double vectors, qsi_json *json)
{
    char text[QSI_SPEC_TEXT + 300];
    qsi_json_open(json, '{');
    qsi_json_key(json, "budget");
    qsi_json_figure(json, c->budget > 0 ? c->budget : NAN);
    qsi_json_key(json, "at_least");
    qsi_json_figure(json, c->at_least > 0 ? c->at_least : NAN);
    count_json("vectors", vectors, json);
    count_json("chosen_by", (double)c->half[0], json);
    count_json("confirmed_by", (double)c->half[1], json);
    qsi_json_key(json, "chosen");
    if (c->best) {
        qsi_json_open(json, '{');
        spec_json(&c->best->result->spec, json);
        count_json("bytes", c->best->ledger.total, json);
        count_json("originals", c->best->ledger.originals, json);
        recall_json(c, &c->best->by[0], json);
        qsi_json_key(json, "others");
        qsi_json_open(json, '{');
        recall_json(c, &c->best->by[1], json);
        qsi_json_close(json, '}');
        qsi_json_close(json, '}');
    } else {
        qsi_json_null(json);
    }
    qsi_json_key(json, "confirmed");
    qsi_json_bool(json, is_confirmed(c));
    qsi_json_key(json, "text");
    sentence(c, text, sizeof text);
    qsi_json_text(json, text);
    qsi_json_key(json, "results");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < c->count; i++) offer_json(c, &c->offers[i], json);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

size_t qs_run_choice_json(const qs_run *run, double budget, double at_least, double vectors, char *dst, size_t cap)
{
    choice c = {.run = run, .budget = budget, .at_least = at_least};
    if (!run->finished || run->nq < 2) {
        qsi_fail(QS_E_STATE, "a choice takes a run that is over, of two queries or more");
        return 0;
    }
    qsi_json json = qsi_json_start(dst, cap);
    int status = halve(&c);
    if (!status) status = offer_all(&c, vectors > 0 ? vectors : run->rows);
    if (!status) write(&c, vectors > 0 ? vectors : run->rows, &json);
    qsi_array_free(c.order);
    qsi_array_free(c.offers);
    return status ? 0 : qsi_json_end(&json);
}
