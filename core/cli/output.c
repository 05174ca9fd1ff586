/* The writer of output.h. */
#include "cli/posix.h"

#include "cli/output.h"

#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The temporary files there are now, for the signal handler; changed with these signals blocked. */
enum { MOST_FILES = 4 };
static char *volatile temporaries[MOST_FILES];
static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

static void remove_temporaries(void)
{
    for (size_t i = 0; i < MOST_FILES; i++)
        if (temporaries[i]) unlink(temporaries[i]);
}

static void on_signal(int signal_number)
{
    remove_temporaries();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* Where a standard stream is closed the next file to be opened would be it, and be written warnings into. What is
 * opened in its place cannot be used as that stream either. */
static void hold_streams(void)
{
    for (int stream = 0; stream < 3; stream++)
        if (fcntl(stream, F_GETFD) < 0) open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void cli_output_guard(void)
{
    hold_streams();
    struct sigaction action = {.sa_handler = on_signal}, old;
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        if (!sigaction(deadly[i], NULL, &old) && old.sa_handler != SIG_IGN) sigaction(deadly[i], &action, NULL);
    signal(SIGXFSZ, SIG_IGN);
    atexit(remove_temporaries);
}

static sigset_t block_signals(void)
{
    sigset_t set, old;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) sigaddset(&set, deadly[i]);
    sigprocmask(SIG_BLOCK, &set, &old);
    return old;
}

static void remember(char *temporary)
{
    for (size_t i = 0; i < MOST_FILES; i++) {
        if (temporaries[i]) continue;
        temporaries[i] = temporary;
        return;
    }
}

static void forget(const char *temporary)
{
    for (size_t i = 0; i < MOST_FILES; i++)
        if (temporaries[i] == temporary) temporaries[i] = NULL;
}

static int fail(const char *path, const char *why)
{
    return cli_fail(CLI_OUTPUT, "%s: cannot be written: %s", path, why);
}

bool cli_output_is_device(const char *path)
{
    struct stat info;
    return !stat(path, &info) && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

static int open_device(cli_output *output)
{
    output->stream = fopen(output->target, "wb");
    return output->stream ? CLI_DONE : fail(output->target, strerror(errno));
}

/* Creates a file beside the target, its mode that of the target or what the umask leaves. */
static int create_temporary(cli_output *output)
{
    struct stat info;
    mode_t mode = stat(output->target, &info) ? 0666 : info.st_mode & 0777;
    const char *slash = strrchr(output->target, '/');
    int folder = slash ? (int)(slash + 1 - output->target) : 0;
    size_t room = (size_t)folder + 60; /* the target's own name may be as long as names can be */
    char *name = cli_alloc(room);
    sigset_t old = block_signals();
    int file = -1;
    for (int i = 0; i < 100 && file < 0 && (i == 0 || errno == EEXIST); i++) {
        snprintf(name, room, "%.*s.quantscope-%ld-%d.tmp", folder, output->target, (long)getpid(), i);
        file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    }
    int why = errno;
    if (file >= 0) remember(name);
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (file < 0) {
        free(name);
        return fail(output->target, why == ENOENT || why == ENOTDIR ? "there is no such folder" : strerror(why));
    }
    output->temporary = name;
    output->stream = fdopen(file, "wb");
    return output->stream ? CLI_DONE : fail(output->target, strerror(errno));
}

int cli_output_open(cli_output *output, const char *path)
{
    struct stat info;
    *output = (cli_output){.target = NULL};
    if (!*path) return fail("''", "the name is empty");
    char *resolved = realpath(path, NULL); /* through a symbolic link to the file itself */
    output->target = cli_copy(resolved ? resolved : path);
    free(resolved);
    bool there = !stat(output->target, &info);
    if (!there && errno == ENAMETOOLONG) return fail(path, strerror(errno)); /* the temporary name might do */
    if (there && S_ISDIR(info.st_mode)) return fail(path, "it is a folder");
    return cli_output_is_device(output->target) ? open_device(output) : create_temporary(output);
}

int cli_output_write(cli_output *output, const void *data, size_t bytes)
{
    return fwrite(data, 1, bytes, output->stream) == bytes ? CLI_DONE : fail(output->target, strerror(errno));
}

int cli_output_close(cli_output *output)
{
    FILE *stream = output->stream;
    output->stream = NULL;
    bool flushed = !fflush(stream) && (!output->temporary || !fsync(fileno(stream)));
    int why = errno;
    if (fclose(stream) && flushed) {
        flushed = false;
        why = errno;
    }
    return flushed ? CLI_DONE : fail(output->target, strerror(why));
}

int cli_output_rename(cli_output *output)
{
    if (output->temporary) {
        sigset_t old = block_signals();
        int failed = rename(output->temporary, output->target), why = errno;
        if (!failed) forget(output->temporary);
        sigprocmask(SIG_SETMASK, &old, NULL);
        if (failed) return fail(output->target, strerror(why));
        free(output->temporary);
        output->temporary = NULL;
    }
    cli_output_discard(output);
    return CLI_DONE;
}

void cli_output_discard(cli_output *output)
{
    if (output->stream) fclose(output->stream);
    if (output->temporary) {
        sigset_t old = block_signals();
        unlink(output->temporary);
        forget(output->temporary);
        sigprocmask(SIG_SETMASK, &old, NULL);
        free(output->temporary);
    }
    free(output->target);
    *output = (cli_output){.target = NULL};
}
