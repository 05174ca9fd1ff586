/* The reader of qrels.h. */
#include "cli/qrels.h"

#include "cli/cli.h"
#include "cli/lines.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_FIELDS = 5, GRADE_MOST = 1000000 };

/* A line of the file. */
typedef struct judgement {
    char *query, *document;
    int grade;
    double line;
} judgement;

typedef struct reader {
    cli_lines lines;
    judgement *list;
    size_t count, room, columns; /* columns: 0 before the first line */
} reader;

/* Splits a line in place; more than MOST_FIELDS are as many. */
static size_t split(char *line, char *fields[MOST_FIELDS])
{
    const char *between = strchr(line, '\t') ? "\t" : " ";
    size_t count = 0;
    for (char *c = line; *c && count < MOST_FIELDS;) {
        c += strspn(c, " ");
        fields[count++] = c;
        c += strcspn(c, between);
        char *end = c;
        if (*c) c++;
        while (end > fields[count - 1] && end[-1] == ' ') end--;
        *end = 0;
        if (*between == ' ') c += strspn(c, " ");
    }
    return count;
}

static bool read_grade(const char *text, int *grade)
{
    char *rest;
    double value = strtod(text, &rest);
    *grade = value >= -GRADE_MOST && value <= GRADE_MOST ? (int)value : 0;
    return *text && !*rest && value == *grade;
}

static void add(reader *r, const char *query, const char *document, int grade)
{
    if (r->count == r->room) {
        size_t room = r->room ? 2 * r->room : 1024;
        judgement *list = cli_alloc(room * sizeof *list);
        if (r->count) memcpy(list, r->list, r->count * sizeof *list);
        free(r->list);
        r->list = list;
        r->room = room;
    }
    r->list[r->count++] = (judgement){cli_copy(query), cli_copy(document), grade, r->lines.number};
}

static int read_line(reader *r)
{
    char *fields[MOST_FIELDS];
    int grade;
    size_t count = split(r->lines.text, fields);
    const char *path = r->lines.path;
    if (count != 3 && count != 4)
        return cli_fail(
            CLI_DATA,
            "%s: line %.0f: it has %zu columns; judgements have 4 (query, iteration, document, grade) or 3 "
            "(query, document, grade)",
            path, r->lines.number, count);
    bool graded = read_grade(fields[count - 1], &grade);
    if (!graded && r->lines.number == 1) return CLI_DONE; /* headings */
    if (!graded)
        return cli_fail(CLI_DATA, "%s: line %.0f: its grade, '%.40s', is not a whole number", path, r->lines.number,
                        fields[count - 1]);
    if (r->columns && count != r->columns)
        return cli_fail(CLI_DATA, "%s: line %.0f: it has %zu columns, the first has %zu", path, r->lines.number,
                        count, r->columns);
    r->columns = count;
    add(r, fields[0], fields[count - 2], grade);
    return CLI_DONE;
}

static int by_pair(const void *a, const void *b)
{
    const judgement *x = a, *y = b;
    int order = strcmp(x->query, y->query);
    if (!order) order = strcmp(x->document, y->document);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static int read_all(reader *r)
{
    int status = CLI_DONE, more = 0;
    while (!status && (more = cli_lines_next(&r->lines)) > 0) status = read_line(r);
    if (more < 0) return -more;
    if (!status && !r->count) return cli_fail(CLI_DATA, "%s: it holds no judgements", r->lines.path);
    if (!status) qsort(r->list, r->count, sizeof *r->list, by_pair);
    for (size_t i = 1; i < r->count && !status; i++) {
        const judgement *a = &r->list[i - 1], *b = &r->list[i];
        if (!strcmp(a->query, b->query) && !strcmp(a->document, b->document))
            status = cli_fail(CLI_DATA, "%s: lines %.0f and %.0f judge the same document of the same query",
                              r->lines.path, a->line, b->line);
    }
    return status;
}

/* Ids to numbers; judgements are ordered by query. */
static int find_rows(cli_qrels *q, const reader *r, const cli_ids *base, const cli_ids *queries)
{
    size_t inside = 0;
    q->query = cli_alloc(r->count * sizeof *q->query);
    q->row = cli_alloc(r->count * sizeof *q->row);
    q->grade = cli_alloc(r->count * sizeof *q->grade);
    for (size_t i = 0; i < r->count; i++) {
        const judgement *j = &r->list[i];
        uint32_t query = cli_ids_find(queries, j->query);
        bool first = !i || strcmp(j->query, r->list[i - 1].query) != 0;
        if (query == CLI_NO_ROW) {
            q->unknown += first;
            continue;
        }
        q->query[q->count] = query;
        q->row[q->count] = cli_ids_find(base, j->document);
        inside += q->row[q->count] != CLI_NO_ROW;
        q->grade[q->count++] = j->grade;
    }
    if (!q->count)
        return cli_fail(
            CLI_DATA,
            "%s: none of its queries is there: '%.40s' is not %s of the queries; --query-ids names a file "
            "with one id a row",
            q->path, r->list[0].query, queries->from);
    if (inside) return CLI_DONE;
    return cli_fail(
        CLI_DATA,
        "%s: none of its documents is there: '%.40s' is not %s of the base; --ids names a file with one "
        "id a row",
        q->path, r->list[0].document, base->from);
}

int cli_qrels_read(cli_qrels *qrels, const char *path, const cli_ids *base, const cli_ids *queries)
{
    reader r = {.count = 0};
    *qrels = (cli_qrels){.path = path};
    int status = cli_lines_open(&r.lines, path);
    if (!status) status = read_all(&r);
    if (!status) status = find_rows(qrels, &r, base, queries);
    for (size_t i = 0; i < r.count; i++) {
        free(r.list[i].query);
        free(r.list[i].document);
    }
    free(r.list);
    cli_lines_close(&r.lines);
    return status;
}

void cli_qrels_free(cli_qrels *qrels)
{
    free(qrels->query);
    free(qrels->row);
    free(qrels->grade);
    *qrels = (cli_qrels){.path = NULL};
}
