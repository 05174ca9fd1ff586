/* Static quantization: weights are coded, and inputs by ranges that were taken from calibration samples before. */
#include "net/net.h"

static int step(qsi_job *job, double work)
{
    (void)work; /* a pass or a layer at a time */
    return qsi_ptq_step(job);
}

const qsi_method qsi_method_static = {
    .name = "static",
    .title = "static",
    .help = "weights are coded, and inputs by ranges taken from calibration samples",
    .w = "int8",
    .a = "int8",
    .takes = QSI_TAKES_ROUNDING | QSI_TAKES(QSI_SMOOTH) | QSI_TAKES(QSI_CORRECT) | QSI_TAKES(QSI_CALIBRATE) |
             QSI_TAKES(QSI_ARITHMETIC) | QSI_TAKES(QSI_OUTPUT),
    .calibrates = true,
    .step = step,
};
