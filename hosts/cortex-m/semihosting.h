/* Files, output and exit through the debugger (Arm's semihosting); QEMU plays the debugger. */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

/* Writes text to the standard output of QEMU. */
void host_print(const char *text);
/* An open file, or -1. */
int32_t host_open(const char *path);
/* Reads at most `bytes`; returns how many it has read. */
size_t host_read(int32_t file, void *target, size_t bytes);
/* Moves to a position in the file, in bytes from its beginning. Returns 0, or -1. */
int32_t host_seek(int32_t file, size_t position);
void host_close(int32_t file);
/* Puts the words after the program's name into `line`. Returns 0 when they do not fit. */
int host_arguments(char *line, size_t bytes);
/* Ends QEMU with this exit status. */
_Noreturn void host_exit(int32_t status);

#endif
