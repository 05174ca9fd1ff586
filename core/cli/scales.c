/* The lists of scales.h. */
#include "cli/posix.h"

#include "cli/scales.h"

#include "cli/cli.h"
#include "cli/progress.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const members[] = {"lo", "hi", "scale", "zero", "scale_mse"};
enum { MEMBERS = sizeof members / sizeof *members, PIECE_VALUES = 1 << 15 };

static const char *temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : P_tmpdir;
}

static int fail_temporary(void)
{
    return cli_fail(CLI_OUTPUT, "%s: a temporary file cannot be written: %s", temporary_folder(), strerror(errno));
}

/* Opens a file without a name, gone when it is closed. */
static FILE *open_temporary(void)
{
    static const char name[] = "/quantscope-XXXXXX";
    const char *folder = temporary_folder();
    char *path = cli_alloc(strlen(folder) + sizeof name);
    int file = mkstemp(strcat(strcpy(path, folder), name));
    if (file >= 0) unlink(path);
    free(path);
    FILE *stream = file < 0 ? NULL : fdopen(file, "w+b");
    if (file >= 0 && !stream) close(file);
    return stream;
}

cli_scale_column *cli_scales_column(const cli_scales *scales, size_t rule, const char *member)
{
    for (size_t m = 0; scales->columns && m < MEMBERS; m++)
        if (!strcmp(member, members[m])) return &scales->columns[rule * MEMBERS + m];
    return NULL;
}

/* What is read and listed at a time, in memory that is used again. */
typedef struct piece {
    float *rows;
    char *text;
    size_t cap;
} piece;

/* The array of one member, its length; 0: the core has failed. */
static size_t member_text(const qs_range *range, const char *member, piece *p)
{
    size_t length = qs_range_scales_json(range, member, p->text, p->cap);
    if (length < p->cap) return length;
    free(p->text);
    p->cap = 2 * length;
    p->text = cli_alloc(p->cap);
    return qs_range_scales_json(range, member, p->text, p->cap);
}

/* Takes the numbers of an array in. */
static int take_array(cli_scale_column *column, const char *text, size_t length)
{
    if ((column->none = *text != '[')) return CLI_DONE;
    if (column->spilled) {
        bool parted = !column->begun || fputc(',', column->spilled) != EOF;
        column->begun = true;
        bool whole = parted && fwrite(text + 1, 1, length - 2, column->spilled) == length - 2;
        return whole ? CLI_DONE : fail_temporary();
    }
    for (char *end; *text && *text != ']'; text = end) {
        double value = strtod(text + 1, &end);
        if (end == text + 1) break;
        column->least = fmin(column->least, value);
        column->greatest = fmax(column->greatest, value);
    }
    return CLI_DONE;
}

static int list_piece(cli_scales *scales, const cli_file *file, qs_range *range, double row, size_t n, piece *p)
{
    for (size_t rule = 0; rule < scales->rules; rule++) {
        if (qs_range_scales(range, rule, row, p->rows, n) < 0) return cli_fail_core(file->path);
        for (size_t m = 0; m < MEMBERS; m++) {
            size_t length = member_text(range, members[m], p);
            int status = length ? take_array(&scales->columns[rule * MEMBERS + m], p->text, length)
                                : cli_fail_core(file->path);
            if (status) return status;
        }
    }
    return CLI_DONE;
}

static int open_columns(cli_scales *scales, size_t rules, bool kept)
{
    *scales = (cli_scales){rules, cli_alloc(rules * MEMBERS * sizeof *scales->columns)};
    for (size_t i = 0; i < rules * MEMBERS; i++) {
        scales->columns[i] = (cli_scale_column){.least = INFINITY, .greatest = -INFINITY};
        if (kept && !(scales->columns[i].spilled = open_temporary())) return fail_temporary();
    }
    return CLI_DONE;
}

/* What was written has reached its files: nothing is printed before that. */
static int flush_columns(const cli_scales *scales)
{
    for (size_t i = 0; i < scales->rules * MEMBERS; i++)
        if (scales->columns[i].spilled && fflush(scales->columns[i].spilled)) return fail_temporary();
    return CLI_DONE;
}

int cli_scales_list(cli_scales *scales, cli_file *file, qs_range *range, size_t rules, bool kept, bool quiet)
{
    size_t most = PIECE_VALUES / file->dim ? PIECE_VALUES / file->dim : 1;
    piece p = {.rows = cli_alloc(most * file->dim * sizeof *p.rows)};
    cli_progress progress = cli_progress_begin(quiet);
    int status = open_columns(scales, rules, kept);
    for (double row = 0; row < file->rows && !status;) {
        size_t n = file->rows - row < (double)most ? (size_t)(file->rows - row) : most;
        status = cli_file_rows(file, row, n, p.rows);
        if (!status) status = list_piece(scales, file, range, row, n, &p);
        row += (double)n;
        cli_progress_show(&progress, row / file->rows, "scales");
    }
    if (!status) status = flush_columns(scales);
    cli_progress_end(&progress);
    free(p.rows);
    free(p.text);
    return status;
}

int cli_scales_print(cli_scale_column *column)
{
    char bytes[1 << 13];
    size_t n;
    if (column->none || !column->spilled) {
        fputs("null", stdout);
        return CLI_DONE;
    }
    rewind(column->spilled);
    putchar('[');
    while ((n = fread(bytes, 1, sizeof bytes, column->spilled))) fwrite(bytes, 1, n, stdout);
    putchar(']');
    return ferror(column->spilled) ? fail_temporary() : CLI_DONE;
}

void cli_scales_free(cli_scales *scales)
{
    for (size_t i = 0; scales->columns && i < scales->rules * MEMBERS; i++)
        if (scales->columns[i].spilled) fclose(scales->columns[i].spilled);
    free(scales->columns);
    *scales = (cli_scales){.rules = 0};
}
