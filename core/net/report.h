/* What parts of the report several files write or ask for. */
#ifndef QSI_NET_REPORT_H
#define QSI_NET_REPORT_H

#include "net/net.h"
#include "plan/ledger.h"

void qsi_chain_json(const qsi_chain *chain, qsi_json *json);
/* What the weights of a layer take by the job's recipe, and all of them with their biases. */
int qsi_layer_ledger(const qsi_job *job, size_t layer, qsi_ledger *out);
double qsi_job_bytes(const qsi_job *job, qsi_ledger *weights, double *biases);
/* methods/mixed.c: the spec that a layer got, and the member "mixed". */
void qsi_mixed_spec(const qsi_job *job, size_t layer, qsi_spec *spec);
void qsi_mixed_json(const qsi_job *job, qsi_json *json);

/* ---- report_answers.c */

void qsi_report_figure(qsi_json *json, const char *key, double value);
/* The members about right answers: of the first run, or of the float network. */
void qsi_accuracy_json(const qsi_job *job, qsi_json *json);
/* Against the float network. */
void qsi_change_json(const qsi_job *job, qsi_json *json);
/* The member "seeds". */
void qsi_runs_json(const qsi_job *job, qsi_json *json);

#endif
