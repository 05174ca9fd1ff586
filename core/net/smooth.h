/* Moving a scale from one side of a layer to the other: what equalisation and SmoothQuant share. */
#ifndef QSI_SMOOTH_H
#define QSI_SMOOTH_H

#include "net/chain.h"

/* Divides channel of the first layer's outputs by s and multiplies the second's weights of it. */
void qsi_rescale_channel(qsi_layer *first, qsi_layer *second, size_t channel, double s);
/* The largest magnitude among the second layer's weights of a channel; channels: of what enters. */
double qsi_channel_weights(qsi_layer *second, size_t channel, size_t channels);

/* s of SmoothQuant from the largest magnitudes of a channel's inputs and weights. */
double qsi_smooth_scale(double x, double w, double alpha);
/* x to the p, x > 0, the same everywhere. */
double qsi_power(double x, double p);

#endif
