#include "semihosting.h"

/* Arm's semihosting operations (Arm IHI 0061); RISC-V's are the same. */
enum { SYS_OPEN = 1, SYS_CLOSE = 2, SYS_WRITE = 5, SYS_READ = 6, SYS_SEEK = 10, SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20 };
enum { MODE_READ_BINARY = 1, MODE_WRITE = 4 };
#define STOPPED_APPLICATION_EXIT 0x20026u

static int32_t call(uint32_t operation, const void *block) {
#if defined(__riscv)
  register uint32_t a0 __asm__("a0") = operation;
  register const void *a1 __asm__("a1") = block;
  __asm__ volatile(
      ".balign 16\n .option push\n .option norvc\n slli x0, x0, 0x1f\n ebreak\n srai x0, x0, 7\n .option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return (int32_t)a0;
#else
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (int32_t)r0;
#endif
}

static size_t length(const char *text) {
  size_t count = 0;
  while (text[count] != '\0') count++;
  return count;
}

static int32_t open(const char *path, uint32_t mode) {
  const struct {
    const char *path;
    uint32_t mode;
    size_t length;
  } block = {path, mode, length(path)};
  return call(SYS_OPEN, &block);
}

void host_print(const char *text) {
  static int32_t console = -1;
  if (console < 0) console = open(":tt", MODE_WRITE);
  const struct {
    int32_t file;
    const char *text;
    size_t length;
  } block = {console, text, length(text)};
  call(SYS_WRITE, &block);
}

int32_t host_open(const char *path) {
  return open(path, MODE_READ_BINARY);
}

size_t host_read(int32_t file, void *target, size_t bytes) {
  const struct {
    int32_t file;
    void *target;
    size_t bytes;
  } block = {file, target, bytes};
  return bytes - (size_t)call(SYS_READ, &block); /* the call returns the number of bytes not read */
}

int32_t host_seek(int32_t file, size_t position) {
  const struct {
    int32_t file;
    size_t position;
  } block = {file, position};
  return call(SYS_SEEK, &block);
}

void host_close(int32_t file) {
  call(SYS_CLOSE, &file);
}

int host_arguments(char *line, size_t bytes) {
  struct {
    char *line;
    size_t bytes;
  } block = {line, bytes};
  line[0] = '\0';
  if (call(SYS_GET_CMDLINE, &block) != 0) return 0;
  size_t word = 0;
  while (line[word] != '\0' && line[word] != ' ') word++;
  while (line[word] == ' ') word++;
  for (size_t i = 0;; i++) {
    line[i] = line[word + i];
    if (line[i] == '\0') return 1;
  }
}

void host_exit(int32_t status) {
  const struct {
    uint32_t reason;
    int32_t status;
  } block = {STOPPED_APPLICATION_EXIT, status};
  call(SYS_EXIT_EXTENDED, &block);
  for (;;) {
  }
}
