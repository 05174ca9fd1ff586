/* The table of subcommands, in the order of the help. */
#include "cli/cli.h"

const cli_command *const cli_commands[] = {&cli_formats,         &cli_backends, &cli_bits,          &cli_info,
                                           &cli_encode,          &cli_decode,   &cli_sweep_command, &cli_engines,
                                           &cli_tensors_command, &cli_range,    &cli_plan,          &cli_net,
                                           &cli_layer,           &cli_check,    &cli_bench,         NULL};
