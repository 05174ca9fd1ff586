/* Weights only: they are coded, what passes between layers stays float32. */
#include "net/net.h"

static int step(qsi_job *job, double work)
{
    (void)work; /* a layer at a time */
    return qsi_ptq_step(job);
}

const qsi_method qsi_method_weights = {
    .name = "weights",
    .title = "weights only",
    .help = "weights are coded, inputs of layers stay float32",
    .w = "int8",
    .takes = QSI_TAKES_ROUNDING | QSI_TAKES(QSI_CORRECT) | QSI_TAKES(QSI_CALIBRATE),
    .step = step,
};
