/* Dynamic quantization: weights are coded, and inputs by their own range while the network runs, that of each
 * sample or (as PyTorch does) that of the batch, which is all samples measured. Biases stay float32. */
#include "net/net.h"

static int step(qsi_job *job, double work)
{
    (void)work; /* a layer at a time */
    return qsi_ptq_step(job);
}

const qsi_method qsi_method_dynamic = {
    .name = "dynamic",
    .title = "dynamic",
    .help = "weights are coded, and inputs by their own range while the network runs",
    .w = "int8",
    .a = "int8",
    .takes = QSI_TAKES_ROUNDING | QSI_TAKES(QSI_SMOOTH) | QSI_TAKES(QSI_CORRECT) | QSI_TAKES(QSI_OWN_RANGE) |
             QSI_TAKES(QSI_CALIBRATE),
    .step = step,
};
