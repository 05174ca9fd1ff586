/* The lines of lines.h. */
#include "cli/posix.h"

#include "cli/lines.h"

#include "cli/cli.h"
#include "cli/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_lines_open(cli_lines *lines, const char *path)
{
    int descriptor = -1;
    double bytes;
    *lines = (cli_lines){.path = path};
    int status = cli_open_plain(path, &descriptor, &bytes);
    if (status) return status;
    lines->stream = fdopen(descriptor, "r");
    if (lines->stream) return CLI_DONE;
    close(descriptor);
    return cli_fail(CLI_DATA, "%s: cannot be read: %s", path, strerror(errno));
}

int cli_lines_next(cli_lines *lines)
{
    ssize_t length;
    do {
        length = getline(&lines->text, &lines->room, lines->stream);
        if (length < 0 && ferror(lines->stream))
            return -cli_fail(CLI_DATA, "%s: cannot be read: %s", lines->path, strerror(errno));
        if (length < 0) return 0;
        lines->number++;
        if (strlen(lines->text) != (size_t)length)
            return -cli_fail(CLI_DATA, "%s: line %.0f: it holds a NUL; this is no text file", lines->path,
                             lines->number);
        while (length && strchr("\r\n", lines->text[length - 1])) lines->text[--length] = 0;
    } while (!lines->text[strspn(lines->text, " \t")]);
    return 1;
}

void cli_lines_close(cli_lines *lines)
{
    if (lines->stream) fclose(lines->stream);
    free(lines->text);
    *lines = (cli_lines){.path = NULL};
}
