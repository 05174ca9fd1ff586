/*
 * The inside of a qs_net: a chain, its samples, and a job for each recipe.
 *
 * A job makes a model (its method's steps), evaluates it on all samples, and then measures each layer. Recipes that
 * train do the first two for each seed; layers are those of the first. Whole jobs are the shards of a net: each is
 * done by one holder, and merging takes finished jobs over.
 */
#ifndef QSI_NET_H
#define QSI_NET_H

#include "base/json.h"
#include "base/status.h"
#include "net/method.h"
#include "net/model.h"
#include "quantscope.h"

/* Samples: what is measured on, what ranges are taken from, what is trained on. */
typedef enum qsi_set { QSI_SET_TEST, QSI_SET_CALIBRATE, QSI_SET_TRAIN, QSI_SETS } qsi_set;

typedef struct qsi_samples {
    size_t count, room, labelled; /* samples, room for them, how many have a label */
    float *values;                /* (count, chain.in), pixels divided */
    uint32_t *labels;             /* (count) */
    bool pixels;                  /* they came as uint8 */
} qsi_samples;

/* What was measured of a layer; NaN where it does not apply. */
typedef struct qsi_layer_figures {
    double clipped_share; /* of the input's values, more than half a step beyond the range */
    double weight_sqnr_db, alone_sqnr_db, accumulated_sqnr_db;
    double peak_sum, saturated_pairs;
    double used_levels;    /* different codes among the weights */
    double channel_spread; /* largest of a row's absolute maxima / smallest above 0, of the float weights */
    double outlier_ratio;  /* of the float input: largest magnitude / 99.9th percentile */
    double input_spread;   /* of the input channels' absolute maxima: largest / median */
} qsi_layer_figures;

/* What one run (a seed) came to. */
typedef struct qsi_run_figures {
    double seed, right, cross_entropy, loss; /* loss: of the last epoch of training, else NaN */
} qsi_run_figures;

/* What a mixed recipe found out. */
enum { QSI_MIXED_WIDTHS = 7, QSI_MIXED_CHOICES = 3 };
typedef struct qsi_mixed_choice {
    bool there;
    uint8_t bits[QSI_MOST_LAYERS];
    double bytes, model_loss, cross_entropy;
} qsi_mixed_choice;
typedef struct qsi_mixed {
    double base, budget;
    double rise[QSI_MOST_LAYERS][QSI_MIXED_WIDTHS];  /* of cross-entropy, by layer and bits - 2; NaN: not asked */
    double bytes[QSI_MOST_LAYERS][QSI_MIXED_WIDTHS]; /* of its weights */
    qsi_mixed_choice choices[QSI_MIXED_CHOICES];     /* as QSI_CHOOSE_... */
} qsi_mixed;

typedef enum qsi_job_stage {
    QSI_JOB_MODEL,
    QSI_JOB_BATCH,
    QSI_JOB_OUTPUTS,
    QSI_JOB_LAYERS,
    QSI_JOB_DONE
} qsi_job_stage;

enum { QSI_NOTES = 1024 };

typedef struct qsi_job {
    struct qs_net *net;
    qsi_recipe recipe;
    bool control; /* added as the float control of those that train */
    qsi_job_stage stage;
    size_t at;             /* within the stage */
    size_t run;            /* the seed at work */
    qsi_error problem;     /* code 0: none */
    char notes[QSI_NOTES]; /* lines */

    qsi_chain *chain;    /* the float network that is coded; job->own where it is not the net's */
    qsi_chain own;       /* equalised or smoothed copy */
    qsi_model model;     /* of the run at work; at the end that of the first */
    qsi_model first;     /* of the first run, while others are at work */
    struct qsi_ptq *ptq; /* while the model is made */
    struct qsi_training *training;
    struct qsi_mixed *mixed;           /* of method mixed */
    double kept_bits[QSI_MOST_LAYERS]; /* of method prune: bits that a layer's weights take, else 0 */

    float *outputs;                                      /* (samples, classes) of the first run */
    float *run_outputs;                                  /* of the run at work */
    qsi_run_figures *runs;                               /* (seeds) */
    double lost, gained, agree, change_low, change_high; /* of the first run */
    qsi_layer_figures layers[QSI_MOST_LAYERS];
    double progress_epoch, progress_loss, progress_done, progress_total;
} qsi_job;

enum { QSI_MOST_TRIES = 24 }; /* recipes that qs_net_try() adds at most */

struct qs_net {
    qsi_chain chain;
    qsi_samples sets[QSI_SETS];
    size_t jobs, job_room;
    qsi_job *job; /* (job_room), jobs of them in use; they stay where they are */
    bool started;
    size_t shard, shards;

    qsi_job reference; /* the float network: outputs, right, cross_entropy */
    size_t at;         /* the job at work */
};

/* The set that calibration looks at: its own, else the training samples, else those measured. */
const qsi_samples *qsi_net_calibration(const struct qs_net *net);
/* Adds a line to a job's notes. */
void qsi_job_note(qsi_job *job, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A copy of the chain that the job may change. */
int qsi_job_own_chain(qsi_job *job);

/* ---- ptq.c: coding without training */

/* One step of coding by the recipe. 1: more to do; 0: job->model is ready. */
int qsi_ptq_step(qsi_job *job);
void qsi_ptq_close(qsi_job *job);

/* ---- evaluate.c */

/* Outputs of samples [first, first + n) by the job's model and arithmetic, by threads; QSI_EVERY_THREAD a call. */
int qsi_outputs(qsi_job *job, size_t first, size_t n, float *outputs);
/* Sets inputs whose range is that of the batch, layer l alone. */
int qsi_batch_range(qsi_job *job, size_t layer);
/* The lower class of the largest outputs. */
size_t qsi_answer(const float *outputs, size_t classes);
double qsi_cross_entropy(const float *outputs, size_t classes, size_t label);
/* e to the x, in double, the same everywhere. */
double qsi_exp(double x);
/* The mean cross-entropy of a model on the first n samples of a set, in order. */
int qsi_mean_cross_entropy(const qsi_model *model, const qsi_samples *samples, size_t n, double *mean);
void qsi_job_figures(qsi_job *job);
/* The layers' figures, some of the work at a time: 1 more, 0 done. */
int qsi_layer_figures_step(qsi_job *job);

/* ---- weights.c */

/* Codes (rows, dim) weights by a spec and decodes them. codes and scale are filled (rows * dim, rows) where both
 * are not NULL and the spec is a symmetric integer with one scale for a row or for all; *whole says whether. */
int qsi_weights_code(const qsi_spec *spec, const float *w, size_t rows, size_t dim, float *decoded, int8_t *codes,
                     float *scale, bool *whole);
/* The same into a layer of a model. */
int qsi_model_code_weights(qsi_model_layer *m, const qsi_layer *layer, const qsi_spec *spec);
/* Takes weights that are rows' scales times whole numbers within int8, if they are. */
int qsi_model_take_codes(qsi_model_layer *m, const qsi_layer *layer, const float *scale);

#endif
