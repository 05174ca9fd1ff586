/* The rules about layers of quantized networks, which net/rules.c finds: their rows of the one table. */
#include "findings/rules/rules.h"

const qsi_rule qsi_rule_channel_spread = {
    .id = "channel-spread",
    .level = QSI_WARNING,
    .title = "Channels of unlike size under one scale",
    .meaning = "Weights of the smallest channels use few of the codes, as the scale is that of the largest. An "
               "output that depends on them alone is then mostly noise.",
    .decided =
        "With one scale for a tensor, the largest absmax of a row of weights is more than 4 times the smallest."};
const qsi_rule qsi_rule_input_outliers = {
    .id = "input-outliers",
    .level = QSI_NOTE,
    .title = "Inputs far from the others",
    .meaning = "A range that holds the few largest inputs leaves few codes for all others.",
    .decided = "With range=minmax, the largest input of a layer is more than 4 times the 99.9th percentile."};
const qsi_rule qsi_rule_inputs_clipped = {
    .id = "inputs-clipped",
    .level = QSI_WARNING,
    .title = "Inputs beyond the range",
    .meaning = "Inputs beyond the range are coded as its end, so what they said is lost.",
    .decided = "More than 1 % of the inputs of a layer lie beyond its range."};
const qsi_rule qsi_rule_weakest_layer = {
    .id = "weakest-layer",
    .level = QSI_WARNING,
    .title = "One layer loses most",
    .meaning =
        "The noise of one layer dominates what the network answers; more bits there cost little and help most.",
    .decided = "Fed with exact inputs, the layer has less than 15 dB, at least 6 dB below every other layer."};
const qsi_rule qsi_rule_large_sums = {
    .id = "large-sums",
    .level = QSI_WARNING,
    .title = "Sums near the end of int32",
    .meaning = "Other samples could pass what int32 holds, and a sum that wraps around is wrong.",
    .decided = "A sum of a layer passes half of 2^31 - 1."};
const qsi_rule qsi_rule_saturated_pairs = {
    .id = "saturated-pairs",
    .level = QSI_WARNING,
    .title = "Pairs of products saturate",
    .meaning =
        "Kernels that add two products in int16 give other sums than exact ones where the pair passes 32,767.",
    .decided = "arithmetic=saturate16, and a pair of products of neighbouring columns passed int16."};
const qsi_rule qsi_rule_few_calibration_rows = {
    .id = "few-calibration-rows",
    .level = QSI_NOTE,
    .title = "GPTQ on few rows",
    .meaning = "With fewer rows than a few for each input, GPTQ fits the sample and can be worse than rounding on "
               "other inputs.",
    .decided = "GPTQ saw fewer than 4 rows (samples, or positions of a convolution) for each input of the layer."};
