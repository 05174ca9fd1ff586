/*
 * What is noticed about a quantized layer, with the recipe that would cure it. Ids, levels and meanings are rows of
 * the table of all rules (findings/table.c); here is when they apply, their evidence, and how the recipe is to be
 * changed. Whether the cure helps is measured,
 * not claimed: qs_net_try() runs it.
 */
#ifndef QSI_NET_RULES_H
#define QSI_NET_RULES_H

#include "findings/rules/rules.h"
#include "net/net.h"

typedef struct qsi_net_rule {
    const qsi_rule *rule;
    const char *evidence;      /* the key of its number */
    const char *text, *remedy; /* sentences, behind the layer's name */
    /* Whether it applies to a layer; *value is its evidence. */
    bool (*applies)(const qsi_job *job, size_t layer, double *value);
    /* Changes a copy of the job's recipe. False: there is no cure to try. */
    bool (*cure)(const qsi_job *job, size_t layer, qsi_recipe *recipe);
} qsi_net_rule;

extern const qsi_net_rule *const qsi_net_rules[]; /* NULL ends it */

/* The member "findings" of a finished job. */
void qsi_net_findings_json(const qsi_job *job, qsi_json *json);

#endif
