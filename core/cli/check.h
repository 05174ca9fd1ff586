/* The parts of `quantscope check`: the work (check.c) and what is printed of its report (check_text.c). */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "cli/json.h"

/* report: {"quantscope","file","findings":[...]}. Each finding is a paragraph, a row of a Markdown table, or a
 * result of SARIF 2.1.0. */
void cli_check_text(const cli_json *report);
void cli_check_markdown(const cli_json *report);
void cli_check_sarif(const cli_json *report);

/* The rules: id, level, what each means and how it is decided, for people or as JSON. */
void cli_check_list(bool as_json);

#endif
