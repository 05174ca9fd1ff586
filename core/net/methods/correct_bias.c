/* Bias correction (Nagel et al. 2019, Data-free quantization, in its empirical form): the mean that coding takes
 * from each output is given back by the bias. Free at run time. */
#include "net/ptq.h"

void qsi_correct_bias(const qsi_layer *layer, const float *plain, float *coded, size_t n, float *bias)
{
    size_t positions = qsi_layer_positions(layer);
    for (size_t o = 0; o < layer->rows; o++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t p = 0; p < positions; p++) {
                size_t at = (i * layer->rows + o) * positions + p;
                sum += (double)plain[at] - (double)coded[at];
            }
        float add = (float)(sum / ((double)n * (double)positions)), before = bias[o];
        bias[o] = before + add;
        for (size_t i = 0; i < n; i++)
            for (size_t p = 0; p < positions; p++) coded[(i * layer->rows + o) * positions + p] += bias[o] - before;
    }
}
