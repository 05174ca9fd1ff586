/* What --assert says must hold of a report: SPEC:FIGURE OP NUMBER, as 'int8:recall@10>=0.95'. */
#ifndef CLI_ASSERTS_H
#define CLI_ASSERTS_H

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/specs.h"

/* What is asserted of: specs, or recipes of a network. */
typedef struct cli_assert_kind {
    const char *key, *option, *done, *example; /* of a result; how one is asked for; what is done with it */
    char *(*canonical)(const char *text);
    const char *groups[4]; /* members of a result that hold figures; NULL ends them. Its own figures come first. */
} cli_assert_kind;
extern const cli_assert_kind cli_assert_specs, cli_assert_recipes;

typedef struct cli_asserts {
    const cli_assert_kind *kind; /* NULL: specs */
    size_t count;
    struct cli_assert *list; /* (count) */
} cli_asserts;

/* Reads every --assert (option id). CLI_USAGE for one that is not of that form; one whose spec is not among specs
 * is only told of here, so that the report still comes. */
int cli_asserts_read(const cli_args *args, char id, const cli_specs *specs, cli_asserts *asserts);
/* CLI_DONE: all hold; CLI_ASSERT: one does not; CLI_USAGE: one cannot be checked. Says which. */
int cli_asserts_check(const cli_asserts *asserts, const cli_json *report);
void cli_asserts_free(cli_asserts *asserts);

#endif
