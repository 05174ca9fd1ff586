/* Findings of a report, as the core wrote them: for people below a table, and how grave the worst of them is. */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include "cli/json.h"

typedef enum cli_level { CLI_NO_FINDING, CLI_NOTE, CLI_WARNING, CLI_GRAVE } cli_level;

/* By its word: note, warning or error; CLI_NO_FINDING for any other. */
cli_level cli_level_of(const char *word);
cli_level cli_findings_worst(const cli_json *report, int object);

/* The findings of an object that has such a member, a paragraph each. */
void cli_findings_print(const cli_json *report, int object);
/* The remedy of a finding as one line, "" where there is none: its words, and what can be tried. free() it. */
char *cli_findings_remedy(const cli_json *report, int finding);

#endif
