/* What `quantscope check` prints: findings as text, Markdown and SARIF, and the list of rules. */
#include "cli/check.h"

#include "cli/cli.h"
#include "cli/findings.h"
#include "cli/table.h"
#include "cli/text.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

static const char *text_of(const cli_json *report, int object, const char *key)
{
    const char *text = cli_json_string(report, cli_json_get(report, object, key));
    return text ? text : "";
}

static size_t count_findings(const cli_json *report)
{
    return cli_json_size(report, cli_json_get(report, 0, "findings"));
}

static int finding_at(const cli_json *report, size_t i)
{
    return cli_json_at(report, cli_json_get(report, 0, "findings"), i);
}

void cli_check_text(const cli_json *report)
{
    size_t count = count_findings(report);
    cli_print(text_of(report, 0, "file"));
    if (count)
        printf(": %zu finding%s\n", count, count == 1 ? "" : "s");
    else
        puts(": no findings");
    cli_findings_print(report, 0);
}

void cli_check_markdown(const cli_json *report)
{
    cli_table *table = cli_table_open("level|id|finding|damage|remedy");
    for (size_t i = 0; i < count_findings(report); i++) {
        int finding = finding_at(report, i);
        char *remedy = cli_findings_remedy(report, finding);
        cli_table_add(table, text_of(report, finding, "level"));
        cli_table_add(table, text_of(report, finding, "id"));
        cli_table_add(table, text_of(report, finding, "text"));
        cli_table_add(table, text_of(report, finding, "damage"));
        cli_table_add(table, remedy);
        free(remedy);
    }
    cli_table_print(table, CLI_MARKDOWN);
}

/* ------------------------------------------------------------------------------------------------- the rules */

static cli_json *read_rules(char **text)
{
    CLI_TEXT(*text, qs_rules_json(dst, cap));
    return *text ? cli_json_parse(*text, strlen(*text)) : NULL;
}

/* Words broken so that lines stay within 78 columns. */
static void print_paragraph(const char *text)
{
    enum { WIDTH = 78 };
    int column = printf("  ");
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (column + length > WIDTH) {
            putchar('\n');
            column = printf("  ");
        }
        column += printf("%.*s ", length, text);
        text += length + (text[length] == ' ');
    }
    putchar('\n');
}

void cli_check_list(bool as_json)
{
    char *text;
    cli_json *json = read_rules(&text);
    int rules = cli_json_get(json, 0, "rules");
    if (as_json) puts(text);
    for (size_t i = 0; !as_json && i < cli_json_size(json, rules); i++) {
        int rule = cli_json_at(json, rules, i);
        printf("%s%s (%s): %s\n", i ? "\n" : "", text_of(json, rule, "id"), text_of(json, rule, "level"),
               text_of(json, rule, "title"));
        print_paragraph(text_of(json, rule, "meaning"));
        print_paragraph(text_of(json, rule, "decided"));
    }
    cli_json_free(json);
    free(text);
}

/* ----------------------------------------------------------------------------------------------------- SARIF */

static void print_member(const char *before, const char *text)
{
    fputs(before, stdout);
    cli_json_print_text(stdout, text);
}

static void print_sarif_rules(void)
{
    char *text;
    cli_json *json = read_rules(&text);
    int rules = cli_json_get(json, 0, "rules");
    for (size_t i = 0; i < cli_json_size(json, rules); i++) {
        int rule = cli_json_at(json, rules, i);
        print_member(i ? ",{\"id\":" : "{\"id\":", text_of(json, rule, "id"));
        print_member(",\"shortDescription\":{\"text\":", text_of(json, rule, "title"));
        print_member("},\"fullDescription\":{\"text\":", text_of(json, rule, "meaning"));
        print_member("},\"help\":{\"text\":", text_of(json, rule, "decided"));
        print_member("},\"defaultConfiguration\":{\"level\":", text_of(json, rule, "level"));
        fputs("}}", stdout);
    }
    cli_json_free(json);
    free(text);
}

void cli_check_sarif(const cli_json *report)
{
    fputs(
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{"
        "\"driver\":{\"name\":\"quantscope\",\"version\":",
        stdout);
    cli_json_print_text(stdout, qs_version());
    fputs(",\"rules\":[", stdout);
    print_sarif_rules();
    fputs("]}},\"results\":[", stdout);
    for (size_t i = 0; i < count_findings(report); i++) {
        int finding = finding_at(report, i);
        print_member(i ? ",{\"ruleId\":" : "{\"ruleId\":", text_of(report, finding, "id"));
        print_member(",\"level\":", text_of(report, finding, "level"));
        print_member(",\"message\":{\"text\":", text_of(report, finding, "text"));
        print_member("},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":",
                     text_of(report, 0, "file"));
        fputs("}}}],\"properties\":{\"evidence\":", stdout);
        cli_json_print(stdout, report, cli_json_get(report, finding, "evidence"));
        fputs(",\"damage\":", stdout);
        cli_json_print(stdout, report, cli_json_get(report, finding, "damage"));
        fputs(",\"remedy\":", stdout);
        cli_json_print(stdout, report, cli_json_get(report, finding, "remedy"));
        fputs("}}", stdout);
    }
    puts("]}]}");
}
