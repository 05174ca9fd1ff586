/*
 * Methods: what a recipe's first word names. A method is a file in methods/ plus a row in methods.c; nothing else
 * lists them.
 */
#ifndef QSI_METHOD_H
#define QSI_METHOD_H

#include "net/recipe.h"

#define QSI_TAKES(option) (1U << (option))
/* Those that several methods share. */
#define QSI_TAKES_ROUNDING (QSI_TAKES(QSI_ROUNDING) | QSI_TAKES(QSI_DAMP))
#define QSI_TAKES_SCHEDULE                                                                        \
    (QSI_TAKES(QSI_EPOCHS) | QSI_TAKES(QSI_SEEDS) | QSI_TAKES(QSI_RUN_SEED) | QSI_TAKES(QSI_LR) | \
     QSI_TAKES(QSI_BATCH))

struct qsi_job; /* net/net.h */

typedef struct qsi_method {
    const char *name, *title, *help;
    const char *w, *a;                 /* the specs it takes by default; NULL: it codes none */
    uint32_t takes;                    /* options, QSI_TAKES() */
    bool trains;                       /* needs training samples with labels */
    bool calibrates;                   /* needs calibration samples whatever the options */
    bool chooses;                      /* needs labels of the calibration set */
    bool signs;                        /* weights have a code of their own (1 or 2 bits), w is not asked for */
    const struct qsi_trainer *trainer; /* of those that train: net/train.h */
    /* Does some of the work on job->model. 1: more to do; 0: the model is ready; or an error. */
    int (*step)(struct qsi_job *job, double work);
} qsi_method;

extern const qsi_method qsi_method_weights, qsi_method_static, qsi_method_dynamic, qsi_method_float, qsi_method_qat,
    qsi_method_lsq, qsi_method_bwn, qsi_method_twn, qsi_method_mixed, qsi_method_prune;

/* All of them, NULL at the end. */
extern const qsi_method *const qsi_methods[];

/* Words that stand for a method with an option, as gptq for rounding=gptq. */
typedef struct qsi_method_word {
    const char *name;
    qsi_recipe_option option;
    double value;
    bool mse; /* range=mse of the weights in place of an option */
} qsi_method_word;
extern const qsi_method_word qsi_method_words[]; /* a name of NULL ends them */

#endif
