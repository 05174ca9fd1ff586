/* Asks the C library for POSIX. Included before all else by the files that need more than C11. */
#ifndef CLI_POSIX_H
#define CLI_POSIX_H

#define _XOPEN_SOURCE 700 /* NOLINT(bugprone-reserved-identifier): the name is POSIX's */
#ifdef __APPLE__
#define _DARWIN_C_SOURCE /* NOLINT(bugprone-reserved-identifier) */
#endif

#endif
