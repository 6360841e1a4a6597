/*
 * The operations of light_sernet_runtime.h by themselves. A line of stdin is a name and up to three numbers (bits, hexadecimal); a line comes of it:
 * the result's bits, or "trap".
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#define LSN_MEMORY_BYTES 1280
static void check_failed(void) __attribute__((noreturn));
#define LSN_TRAP() check_failed()
#include "light_sernet_runtime.h"

static jmp_buf back;
static module_memory memory;
static u8 segment[100];

static void check_failed(void) {
  longjmp(back, 1);
}

static void print_u32(u32 value) {
  printf("%lx\n", (unsigned long)value);
}

static void print_u64(u64 value) {
  printf("%llx\n", (unsigned long long)value);
}

static void print_f32(f32 value) {
  if (value != value) printf("nan\n");
  else print_u32(i32_reinterpret_f32(value));
}

/* All of the memory in one number (Adler-32 without its end). */
static void print_memory(void) {
  u32 a = 1, b = 0;
  for (u32 i = 0; i < LSN_MEMORY_BYTES; i++) {
    a = (a + memory.data[i]) % 65521;
    b = (b + a) % 65521;
  }
  print_u32(b << 16 | a);
}

static void do_operation(const char *name, u64 x, u64 y, u64 z) {
  const f32 fx = f32_reinterpret_i32((u32)x), fy = f32_reinterpret_i32((u32)y);
#define IS(other) (strcmp(name, other) == 0)
#define LOAD(load, print) if (IS(#load)) print(load(&memory, (u32)x, (u32)y))
#define STORE(store, type) if (IS(#store)) { store(&memory, (u32)x, 8, (type)y); print_memory(); }
  if (IS("guard")) print_u32(guard((u32)x, (u32)y));
  if (IS("i32.div_s")) print_u32(I32_DIV_S((u32)x, (u32)y));
  if (IS("i32.rem_s")) print_u32(I32_REM_S((u32)x, (u32)y));
  if (IS("i32.div_u")) print_u32(DIV_U((u32)x, (u32)y));
  if (IS("i32.rem_u")) print_u32(REM_U((u32)x, (u32)y));
  if (IS("i64.div_s")) print_u64(I64_DIV_S(x, y));
  if (IS("i64.rem_s")) print_u64(I64_REM_S(x, y));
  if (IS("i64.div_u")) print_u64(DIV_U(x, y));
  if (IS("i64.rem_u")) print_u64(REM_U(x, y));
  if (IS("f32.nearest")) print_f32(wasm_nearbyintf(fx));
  if (IS("f32.sqrt")) print_f32(wasm_sqrtf(fx));
  if (IS("f32.abs")) print_f32(wasm_fabsf(fx));
  if (IS("f32.min")) print_f32(FMIN(fx, fy));
  if (IS("f32.max")) print_f32(FMAX(fx, fy));
  if (IS("i32.trunc_sat_f32_s")) print_u32(I32_TRUNC_SAT_S_F32(fx));
  if (IS("i32.trunc_sat_f32_u")) print_u32(I32_TRUNC_SAT_U_F32(fx));
  if (IS("f32.convert_i64_s")) print_f32(f32_convert_i64_s((s64)x));
  if (IS("unreachable")) UNREACHABLE;
  LOAD(i32_load, print_u32);
  LOAD(i64_load, print_u64);
  LOAD(f32_load, print_f32);
  LOAD(i32_load8_s, print_u32);
  LOAD(i32_load8_u, print_u32);
  LOAD(i32_load16_s, print_u32);
  LOAD(i32_load16_u, print_u32);
  LOAD(i64_load8_s, print_u64);
  LOAD(i64_load8_u, print_u64);
  LOAD(i64_load16_s, print_u64);
  LOAD(i64_load16_u, print_u64);
  LOAD(i64_load32_s, print_u64);
  LOAD(i64_load32_u, print_u64);
  STORE(i32_store, u32)
  STORE(i64_store, u64)
  STORE(i32_store8, u32)
  STORE(i32_store16, u32)
  STORE(i64_store8, u64)
  STORE(i64_store16, u64)
  STORE(i64_store32, u64)
  if (IS("f32_store")) {
    f32_store(&memory, (u32)x, 8, fy);
    print_memory();
  }
  if (IS("memory.fill")) {
    memory_fill(&memory, (u32)x, (u32)y, (u32)z);
    print_memory();
  }
  if (IS("memory.copy")) {
    memory_copy(&memory, &memory, (u32)x, (u32)y, (u32)z);
    print_memory();
  }
  if (IS("memory.init")) {
    memory_init(&memory, segment, sizeof segment, (u32)x, (u32)y, (u32)z);
    print_memory();
  }
}

int main(void) {
  static char line[200], name[64];
  for (u32 i = 0; i < LSN_MEMORY_BYTES; i++) memory.data[i] = (u8)(i * 167 + (i >> 8));
  for (u32 i = 0; i < sizeof segment; i++) segment[i] = (u8)(255 - i);
  while (fgets(line, sizeof line, stdin) != NULL) {
    unsigned long long x = 0, y = 0, z = 0;
    if (sscanf(line, "%63s %llx %llx %llx", name, &x, &y, &z) < 1) return 2;
    if (setjmp(back) == 0) do_operation(name, x, y, z);
    else printf("trap\n");
  }
  return 0;
}
