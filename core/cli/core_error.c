/* Reports the last error of the core, and turns its code into an exit code. */
#include "cli/cli.h"

#include "cli/json.h"
#include "quantscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cli_exit exit_of(int code)
{
    return code == QS_E_OPTION ? CLI_USAGE : code == QS_E_MEMORY ? CLI_MEMORY : CLI_DATA;
}

int cli_fail_core(const char *about)
{
    char *text;
    CLI_TEXT(text, qs_error_json(dst, cap));
    cli_json *error = cli_json_parse(text, strlen(text));
    double code = QS_E_DATA, byte;
    char place[40] = "";
    if (!error) return cli_fail(CLI_DATA, "%s", text);
    cli_json_number(error, cli_json_get(error, 0, "code"), &code);
    if (cli_json_number(error, cli_json_get(error, 0, "byte"), &byte)) /* a row stands in the message itself */
        snprintf(place, sizeof place, "byte %.0f: ", byte);
    const char *message = cli_json_string(error, cli_json_get(error, 0, "message"));
    int result = cli_fail(exit_of((int)code), "%s%s%s%s", about ? about : "", about ? ": " : "", place,
                          message ? message : "");
    cli_json_free(error);
    free(text);
    return result;
}

int cli_fail_data(const char *about)
{
    int code = cli_fail_core(about);
    return code == CLI_USAGE ? CLI_DATA : code;
}
