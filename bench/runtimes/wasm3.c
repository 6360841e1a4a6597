/* wasm3, an interpreter. */
#include <stdio.h>
#include <stdlib.h>

#include "driver.h"
#include "wasm3.h"

/* The module's functions nest 8 deep; wasm3's own stack holds their locals. */
#define STACK_BYTES 65536

static IM3Runtime runtime;

static void check(M3Result result) {
  if (result == m3Err_none) return;
  fprintf(stderr, "wasm3: %s\n", result);
  exit(1);
}

const char *runtime_name(void) {
  return "wasm3 " M3_VERSION;
}

void runtime_begin(uint8_t *bytes, size_t count) {
  IM3Environment environment = m3_NewEnvironment();
  runtime = m3_NewRuntime(environment, STACK_BYTES, NULL);
  IM3Module module;
  check(m3_ParseModule(environment, &module, bytes, (uint32_t)count));
  check(m3_LoadModule(runtime, module));
}

int32_t runtime_call(const char *name, int count, const int32_t *parameters) {
  IM3Function function;
  check(m3_FindFunction(&function, runtime, name));
  const void *pointers[3] = {parameters, parameters + 1, parameters + 2};
  check(m3_Call(function, (uint32_t)count, pointers));
  int32_t result = 0;
  const void *results[1] = {&result};
  if (m3_GetRetCount(function) == 1) check(m3_GetResults(function, 1, results));
  return result;
}

uint8_t *runtime_memory(void) {
  uint32_t bytes;
  return m3_GetMemory(runtime, &bytes, 0);
}

size_t runtime_bytes(void) {
  return 0;
}
