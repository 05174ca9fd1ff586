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

/* All that end a program by themselves and can be handled, but for those of real time, which come in a range. */
static const int deadly[] = {
    SIGHUP,    SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,    SIGFPE,  SIGUSR1,
    SIGSEGV,   SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU, SIGVTALRM, SIGPROF, SIGSYS,
#ifdef SIGPOLL
    SIGPOLL,
#endif
#ifdef SIGPWR
    SIGPWR,
#endif
#ifdef SIGSTKFLT
    SIGSTKFLT,
#endif
};

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

/* A signal that something else takes, such as a sanitizer, is left to it. */
static void guard_from(int signal_number)
{
    struct sigaction action = {.sa_handler = on_signal}, old;
    if (!sigaction(signal_number, NULL, &old) && old.sa_handler == SIG_DFL) sigaction(signal_number, &action, NULL);
}

void cli_output_guard(void)
{
    hold_streams();
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++) guard_from(deadly[i]);
#ifdef SIGRTMIN
    for (int i = SIGRTMIN; i <= SIGRTMAX; i++) guard_from(i);
#endif
    signal(SIGXFSZ, SIG_IGN);
    atexit(remove_temporaries);
}

static sigset_t block_signals(void)
{
    sigset_t set, old;
    sigfillset(&set);
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

/* The name without its last part, "." where it has one part alone; and that part. */
static char *folder_of(const char *path, const char **last)
{
    const char *slash = strrchr(path, '/');
    *last = slash ? slash + 1 : path;
    if (!slash) return cli_copy(".");
    char *folder = cli_copy(path);
    folder[slash == path ? 1 : slash - path] = 0;
    return folder;
}

static char *join(const char *folder, const char *name)
{
    char *path = cli_alloc(strlen(folder) + strlen(name) + 2);
    return strcat(strcat(strcpy(path, folder), strcmp(folder, "/") == 0 ? "" : "/"), name);
}

/* The name in a folder that has no links in its own name, or as it is where there is no such folder. */
static char *settle(const char *path)
{
    const char *last;
    char *folder = folder_of(path, &last), *real = realpath(folder, NULL);
    char *settled = real ? join(real, last) : cli_copy(path);
    free(folder);
    free(real);
    return settled;
}

/* A link to an open file of this process, as /dev/stdout is one: the file itself is not to be replaced. */
static bool is_descriptor(const char *path)
{
    return !strncmp(path, "/proc/", 6) || !strncmp(path, "/dev/fd/", 8);
}

/* Follows links to the file itself, whether it is there or not. */
static char *follow(const char *path)
{
    enum { MOST_LINKS = 40 };
    char *at = settle(path), target[4096];
    for (int i = 0; i < MOST_LINKS && !is_descriptor(at); i++) {
        ssize_t length = readlink(at, target, sizeof target - 1);
        if (length < 0) return at;
        target[length] = 0;
        const char *last;
        char *folder = folder_of(at, &last), *next = *target == '/' ? cli_copy(target) : join(folder, target);
        free(at);
        free(folder);
        at = settle(next);
        free(next);
    }
    return at;
}

bool cli_output_is_device(const char *path)
{
    struct stat info;
    char *target = follow(path);
    bool device =
        is_descriptor(target) || (!stat(target, &info) && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode));
    free(target);
    return device;
}

/* A file that is open already, such as standard output, goes on where it is. */
static int open_device(cli_output *output)
{
    const char *last;
    char *folder = folder_of(output->target, &last), own[40], *end;
    snprintf(own, sizeof own, "/proc/%ld/fd", (long)getpid());
    long number = strtol(last, &end, 10);
    int file = -1;
    if (!strcmp(folder, own) || !strcmp(folder, "/dev/fd"))
        file = *last && !*end ? fcntl((int)number, F_DUPFD_CLOEXEC, 3) : -1;
    else
        file = open(output->target, O_WRONLY | O_CLOEXEC);
    free(folder);
    if (file >= 0) output->stream = fdopen(file, "wb");
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
    output->target = follow(path);
    bool there = !stat(output->target, &info);
    if (!there && (errno == ENAMETOOLONG || errno == ELOOP))
        return fail(path, strerror(errno)); /* the temporary name might do */
    if (there && S_ISDIR(info.st_mode)) return fail(path, "it is a folder");
    return cli_output_is_device(output->target) ? open_device(output) : create_temporary(output);
}

int cli_output_write(cli_output *output, const void *data, size_t bytes)
{
    return fwrite(data, 1, bytes, output->stream) == bytes ? CLI_DONE : fail(output->target, strerror(errno));
}

int cli_output_write_at(cli_output *output, double offset, const void *data, size_t bytes)
{
    if (fseeko(output->stream, (off_t)offset, SEEK_SET)) return fail(output->target, strerror(errno));
    return cli_output_write(output, data, bytes);
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

int cli_output_remove(cli_output *output)
{
    return unlink(output->target) && errno != ENOENT ? fail(output->target, strerror(errno)) : CLI_DONE;
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
