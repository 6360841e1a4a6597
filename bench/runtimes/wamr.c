/* WebAssembly Micro Runtime: interprets a module, or runs one that wamrc has compiled. All its memory comes from one pool, whose use it reports. */
#include <stdio.h>
#include <stdlib.h>

#include "driver.h"
#include "wasm_export.h"

#ifndef POOL_BYTES
#define POOL_BYTES (2 * 1024 * 1024)
#endif
#define STACK_BYTES 16384

static char pool[POOL_BYTES];
static wasm_module_inst_t instance;
static wasm_exec_env_t environment;

static void fail(const char *sentence) {
  fprintf(stderr, "WAMR: %s\n", sentence);
  exit(1);
}

const char *runtime_name(void) {
  static char name[64];
  uint32_t major, minor, patch;
  wasm_runtime_get_version(&major, &minor, &patch);
  snprintf(name, sizeof name, "WAMR %u.%u.%u " WAMR_MODE, (unsigned)major, (unsigned)minor, (unsigned)patch);
  return name;
}

void runtime_begin(uint8_t *bytes, size_t count) {
  char error[128];
  RuntimeInitArgs arguments = {.mem_alloc_type = Alloc_With_Pool, .mem_alloc_option.pool = {.heap_buf = pool, .heap_size = sizeof pool}};
  if (!wasm_runtime_full_init(&arguments)) fail("cannot be initialized");
  wasm_module_t module = wasm_runtime_load(bytes, (uint32_t)count, error, sizeof error);
  if (module == NULL) fail(error);
  instance = wasm_runtime_instantiate(module, STACK_BYTES, 0, error, sizeof error);
  if (instance == NULL) fail(error);
  environment = wasm_runtime_create_exec_env(instance, STACK_BYTES);
  if (environment == NULL) fail("no memory for a stack");
}

int32_t runtime_call(const char *name, int count, const int32_t *parameters) {
  wasm_function_inst_t function = wasm_runtime_lookup_function(instance, name);
  if (function == NULL) fail(name);
  uint32_t values[3];
  for (int i = 0; i < count; i++) values[i] = (uint32_t)parameters[i];
  if (!wasm_runtime_call_wasm(environment, function, (uint32_t)count, values)) fail(wasm_runtime_get_exception(instance));
  return (int32_t)values[0];
}

uint8_t *runtime_memory(void) {
  return wasm_runtime_addr_app_to_native(instance, 0);
}

size_t runtime_bytes(void) {
  mem_alloc_info_t info;
  return wasm_runtime_get_mem_alloc_info(&info) ? info.highmark_size : 0;
}
