/*
 * Cross-layer equalisation (Nagel et al. 2019): channel i between two layers with a ReLU is divided by s on its way
 * out of the first and multiplied by s in the second, which leaves the float network as it is.
 *
 *   r1 = largest |W1[i,:]|, r2 = largest |W2[:,i]|, s = sqrt(r1 * r2) / r2, 1 where either is 0
 *
 * Sweeps go from the first pair to the last until the largest |log s| is below 1e-6, 20 at most.
 */
#include "net/ptq.h"

#include "net/smooth.h"

#include <math.h>

enum { MOST_SWEEPS = 20 };

/* What is done to weights of the second layer that channel i of the first enters: all positions of the channel, or
 * its taps. */
static double visit_inputs(qsi_layer *second, size_t channel, size_t channels, double times)
{
    double most = 0;
    size_t each = second->conv ? second->rows / second->groups : second->rows;
    size_t per_group = second->conv ? second->in.c / second->groups : channels;
    size_t span = second->conv ? second->kh * second->kw : second->dim / channels;
    size_t group = channel / per_group, at = (channel % per_group) * span;
    for (size_t o = group * each; o < (group + 1) * each; o++)
        for (size_t k = at; k < at + span; k++) {
            float *w = &second->weight[o * second->dim + k];
            if (times != 1) *w = (float)((double)*w * times);
            most = fmax(most, fabs((double)*w));
        }
    return most;
}

static double visit_outputs(qsi_layer *first, size_t channel, double times)
{
    double most = 0;
    for (size_t k = 0; k < first->dim; k++) {
        float *w = &first->weight[channel * first->dim + k];
        if (times != 1) *w = (float)((double)*w * times);
        most = fmax(most, fabs((double)*w));
    }
    if (times != 1) first->bias[channel] = (float)((double)first->bias[channel] * times);
    return most;
}

double qsi_channel_weights(qsi_layer *second, size_t channel, size_t channels)
{
    return visit_inputs(second, channel, channels, 1);
}

void qsi_rescale_channel(qsi_layer *first, qsi_layer *second, size_t channel, double s)
{
    visit_outputs(first, channel, 1 / s);
    visit_inputs(second, channel, first->rows, s);
}

static double equalise_pair(qsi_layer *first, qsi_layer *second)
{
    double furthest = 0;
    for (size_t i = 0; i < first->rows; i++) {
        double r1 = visit_outputs(first, i, 1), r2 = visit_inputs(second, i, first->rows, 1);
        if (r1 == 0 || r2 == 0) continue;
        double s = sqrt(r1 * r2) / r2;
        furthest = fmax(furthest, fabs(log(s)));
        qsi_rescale_channel(first, second, i, s);
    }
    return furthest;
}

size_t qsi_equalise(qsi_chain *chain)
{
    size_t sweep = 0;
    for (double furthest = 1; sweep < MOST_SWEEPS && furthest >= 1e-6; sweep++) {
        furthest = 0;
        for (size_t l = 0; l + 1 < chain->count; l++)
            if (chain->layers[l].relu)
                furthest = fmax(furthest, equalise_pair(&chain->layers[l], &chain->layers[l + 1]));
    }
    return sweep;
}
