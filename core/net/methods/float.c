/* The control of every training: the float network trained on as long, nothing coded. What fine-tuning alone gains
 * shows here. */
#include "net/train.h"

static const qsi_trainer trainer = {.begin = NULL};

const qsi_method qsi_method_float = {
    .name = "float",
    .title = "float32, trained on",
    .help = "the float network trained on with the same schedule: the control of those below",
    .takes = QSI_TAKES_SCHEDULE,
    .trains = true,
    .trainer = &trainer,
    .step = qsi_train_step,
};
