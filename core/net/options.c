/* The table of a recipe's options: their names, values and defaults. */
#include "net/recipe.h"

const qsi_recipe_option_row qsi_recipe_option_rows[QSI_RECIPE_OPTIONS] = {
    [QSI_ROUNDING] = {.name = "rounding",
                      .help =
                          "how weights become codes: rtn, to the nearest; gptq, each column's error made up for "
                          "by the columns after it; awq, inputs scaled first; hqq, a fitted float zero",
                      .words = {"rtn", "gptq", "awq", "hqq"}},
    [QSI_DAMP] = {.name = "damp",
                  .help =
                      "of gptq: the share of the mean diagonal that is added to it; 0: chosen from 0.01, 0.1 and "
                      "1 on a third of the calibration rows where these are fewer than 4 times the inputs, else "
                      "0.01",
                  .high = 100},
    [QSI_SMOOTH] = {.name = "smooth",
                    .help = "SmoothQuant's alpha: how much of the inputs' differences moves into the weights; -1: "
                            "none",
                    .first = -1,
                    .low = -1,
                    .high = 1},
    [QSI_CORRECT] = {.name = "correct",
                     .help = "bias: what coding adds to a layer's outputs on average is taken from its bias; cle: "
                             "channels of neighbouring layers are equalised before; or both",
                     .words = {"none", "bias", "cle", "bias+cle"}},
    [QSI_OWN_RANGE] = {.name = "range",
                       .help = "of dynamic: the range of each sample, or of the whole batch",
                       .words = {"row", "batch"}},
    [QSI_CALIBRATE] = {.name = "calibrate",
                       .help = "how many samples ranges and corrections are taken from, the first of the set",
                       .first = 512,
                       .low = 1,
                       .high = 16777216,
                       .whole = true},
    [QSI_ARITHMETIC] = {.name = "arithmetic",
                        .help =
                            "fake: floats that codes stand for; integer: int32 sums of codes and a float "
                            "multiplier; fixed: a fixed-point multiplier; saturate16: pairs of products saturate "
                            "in int16, as AVX2 kernels do",
                        .words = {"fake", "integer", "fixed", "saturate16"}},
    [QSI_OUTPUT] = {.name = "output",
                    .help = "whether the outputs of the last layer are coded too",
                    .words = {"float", "int8"}},
    [QSI_WEIGHT_BITS] = {.name = "bits",
                         .help = "of prune: bits a weight may take, its place in the mask (1) included",
                         .first = 4,
                         .low = 1,
                         .high = 33},
    [QSI_SCOPE] = {.name = "scope",
                   .help = "of prune: the largest of all weights stay, or of each layer",
                   .words = {"all", "layer"}},
    [QSI_BUDGET] = {.name = "budget",
                    .help = "bytes that the weights may take with their scales; 0: those of w",
                    .high = 9e15,
                    .whole = true},
    [QSI_WIDTHS] = {.name = "widths", .help = "bits to choose from, as 2+3+4+6+8"},
    [QSI_CHOOSE] = {.name = "choose",
                    .help =
                        "exact: least sum of each layer's own loss; greedy: the best step by step; truth: every "
                        "choice is run",
                    .words = {"exact", "greedy", "truth"}},
    [QSI_EPOCHS] = {.name = "epochs",
                    .help = "times that training goes through its samples",
                    .first = 10,
                    .low = 1,
                    .high = 10000,
                    .whole = true},
    [QSI_SEEDS] = {.name = "seeds",
                   .help = "runs of training, each in an order of its own",
                   .first = 1,
                   .low = 1,
                   .high = 100,
                   .whole = true},
    [QSI_RUN_SEED] = {.name = "seed",
                      .help = "of the first run's order of samples",
                      .high = 4294967295.0,
                      .whole = true},
    [QSI_LR] = {.name = "lr",
                .help = "the learning rate at the first step; it falls to 0 over the run",
                .first = 0.01,
                .low = 0,
                .high = 10},
    [QSI_BATCH] =
        {.name = "batch", .help = "samples of a training step", .first = 32, .low = 1, .high = 4096, .whole = true},
};
