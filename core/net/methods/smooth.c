/*
 * SmoothQuant (Xiao et al. 2022): input channel j of a layer is divided by s and its weights are multiplied by it,
 * so that inputs differ less in size and weights more; the division is folded into the layer before.
 *
 *   s_j = max|X_j|^alpha / max|W_j|^(1 - alpha), both maxima and s at least 1e-5
 *
 * A channel that is 0 in every calibration sample keeps s = 1. The first layer has none before it and stays.
 */
#include "net/ptq.h"

#include "base/size.h"
#include "net/smooth.h"

#include <math.h>
#include <string.h>

double qsi_power(double x, double p)
{
    if (p == 0 || x == 1) return 1;
    return p == 1 ? x : qsi_exp(p * log(x));
}

double qsi_smooth_scale(double x, double w, double alpha)
{
    const double floor = 1e-5;
    if (x == 0) return 1;
    return fmax(qsi_power(fmax(x, floor), alpha) / qsi_power(fmax(w, floor), 1 - alpha), floor);
}

/* The largest magnitude of each channel that leaves layer l of the float network. */
static int channel_sizes(const qsi_chain *chain, const qsi_samples *samples, size_t rows, size_t l, double *sizes)
{
    enum { SOME = 64 };
    const qsi_layer *layer = &chain->layers[l];
    size_t positions = qsi_layer_positions(layer);
    qsi_passage passage;
    qsi_model model;
    int status = qsi_model_open(&model, chain);
    if (!status) status = qsi_passage_open(&passage, chain, SOME);
    for (size_t first = 0, n; first < rows && !status; first += n) {
        n = rows - first < SOME ? rows - first : SOME;
        qsi_model_forward(&model, samples->values + first * chain->in, n, 0, l + 1, &passage);
        for (size_t i = 0; i < n * layer->rows * positions; i++) {
            double v = (double)passage.to[i];
            double *size = &sizes[i / positions % layer->rows];
            *size = fmax(*size, layer->relu ? v : fabs(v));
        }
    }
    if (!status) qsi_passage_close(&passage);
    qsi_model_close(&model);
    return status;
}

int qsi_smooth(qsi_chain *chain, const qsi_samples *samples, size_t rows, double alpha)
{
    int status = QS_OK;
    for (size_t l = 0; l + 1 < chain->count && !status; l++) {
        qsi_layer *first = &chain->layers[l], *second = &chain->layers[l + 1];
        double *sizes = qsi_array_zero(first->rows, sizeof *sizes);
        status = sizes ? channel_sizes(chain, samples, rows, l, sizes) : QS_E_MEMORY;
        for (size_t c = 0; c < first->rows && !status; c++)
            qsi_rescale_channel(first, second, c,
                                qsi_smooth_scale(sizes[c], qsi_channel_weights(second, c, first->rows), alpha));
        qsi_array_free(sizes);
    }
    return status;
}
