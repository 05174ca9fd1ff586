/* The plan of a whole model: `quantscope plan --model SIZE` or `--layers IN-...-OUT`. */
#ifndef CLI_PLAN_MODEL_H
#define CLI_PLAN_MODEL_H

#include "cli/cli.h"

/* Its options, as a table of cli_option has them; their ids begin at CLI_PLAN_MODEL. */
enum { CLI_PLAN_MODEL = CLI_FIRST_OPTION + 16 };
#define CLI_PLAN_MODEL_OPTIONS                                                                                   \
    {CLI_PLAN_MODEL, "model", "SIZE", "plan a model of so many parameters, as 7B or 110M"},                      \
        {CLI_PLAN_MODEL + 1, "layers", "WIDTHS", "plan linear layers with biases, inputs first, as 784-256-10"}, \
        {CLI_PLAN_MODEL + 2, "row-length", "N", "of --model: values of a row of weights (default 4096)"},        \
        {CLI_PLAN_MODEL + 3, "context", "N", "tokens of the KV cache (default 8192 with --model, else 0)"},      \
        {CLI_PLAN_MODEL + 4, "batch", "N", "sequences at a time (default 1)"},                                   \
        {CLI_PLAN_MODEL + 5, "kv", "L,H,D", "layers, key-value heads and values of a head (default 32,8,128)"},  \
        {CLI_PLAN_MODEL + 6, "cache", "SPEC", "the format of the KV cache (default f16)"},                       \
        {CLI_PLAN_MODEL + 7, "device", "GB", "memory of a device; can be repeated (default 4 8 16 24 80)"},      \
        {CLI_PLAN_MODEL + 8, "bandwidth", "GB/S", "what the device reads in a second (default 100)"},            \
        {CLI_PLAN_MODEL + 9, "load", "GB/S", "what a file is loaded at (default 2)"},                            \
        {CLI_PLAN_MODEL + 10, "price", "P", "what a GB of memory costs a month, in your money"},                 \
        {CLI_PLAN_MODEL + 11, "copies", "N", "copies that run (default 1)"},                                     \
        {CLI_PLAN_MODEL + 12, "once", "P", "what changing over costs once"},                                     \
        {CLI_PLAN_MODEL + 13, "hour", "P", "what an hour of the device costs"},                                  \
    {                                                                                                            \
        CLI_PLAN_MODEL + 14, "against", "SPEC", "what savings are against (default f16)"                         \
    }

bool cli_plan_is_of_model(const cli_args *args);
int cli_plan_model(const cli_args *args, bool as_json);

#endif
