/* The table of methods, and of the words that stand for a method with an option. */
#include "net/method.h"

const qsi_method *const qsi_methods[] = {&qsi_method_weights,
                                         &qsi_method_static,
                                         &qsi_method_dynamic,
                                         &qsi_method_qat,
                                         &qsi_method_lsq,
                                         &qsi_method_bwn,
                                         &qsi_method_twn,
                                         &qsi_method_float,
                                         &qsi_method_mixed,
                                         &qsi_method_prune,
                                         NULL};

const qsi_method_word qsi_method_words[] = {{.name = "rtn", .option = QSI_ROUNDING, .value = QSI_ROUNDING_RTN},
                                            {.name = "mse", .mse = true},
                                            {.name = "gptq", .option = QSI_ROUNDING, .value = QSI_ROUNDING_GPTQ},
                                            {.name = "awq", .option = QSI_ROUNDING, .value = QSI_ROUNDING_AWQ},
                                            {.name = "hqq", .option = QSI_ROUNDING, .value = QSI_ROUNDING_HQQ},
                                            {.name = "smoothquant", .option = QSI_SMOOTH, .value = 0.5},
                                            {.name = NULL}};
