/* The life of a job. */
#ifndef QSI_JOB_H
#define QSI_JOB_H

#include "net/net.h"

/* Its recipe is set before. */
int qsi_job_open(qsi_job *job, struct qs_net *net);
void qsi_job_close(qsi_job *job);
/* Some of the work. 1: more to do; 0: done, perhaps with job->problem; QS_E_MEMORY. */
int qsi_job_step(qsi_job *job, double work);
/* How many runs (seeds) it has. */
size_t qsi_job_runs(const qsi_job *job);
int qsi_chain_copy(qsi_chain *copy, const qsi_chain *chain);
/* open.c: checks the samples and opens all jobs. */
int qsi_net_start(struct qs_net *net);
/* train.c */
void qsi_training_close(qsi_job *job);

#endif
