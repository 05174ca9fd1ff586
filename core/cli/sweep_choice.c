/* Which spec of a sweep to take, by --budget and --at-least. */
#include "cli/sweep.h"

#include <stdlib.h>
#include <string.h>

int cli_sweep_choose(const cli_sweep *s, const qs_run *run, char **text)
{
    CLI_TEXT(*text, qs_run_choice_json(run, s->budget, s->at_least, s->vectors, dst, cap));
    return *text ? CLI_DONE : cli_fail_core("--budget, --at-least");
}

void cli_sweep_choice_print(const cli_json *report)
{
    int choice = cli_json_get(report, 0, "choice");
    const char *text = cli_json_string(report, cli_json_get(report, choice, "text"));
    bool chosen = cli_json_is_object(report, cli_json_get(report, choice, "chosen"));
    if (text) printf("\n%s%s.\n", chosen ? "Chosen: " : "", text);
}

int cli_sweep_choice_check(const cli_sweep *s, const cli_json *report)
{
    int choice = cli_json_get(report, 0, "choice");
    bool chosen = cli_json_is_object(report, cli_json_get(report, choice, "chosen"));
    if (choice < 0 ||
        (chosen && (!(s->at_least > 0) || cli_json_true(report, cli_json_get(report, choice, "confirmed")))))
        return CLI_DONE;
    return cli_fail(CLI_ASSERT, "%s: %s", s->at_least > 0 ? "--at-least" : "--budget",
                    cli_json_string(report, cli_json_get(report, choice, "text")));
}
