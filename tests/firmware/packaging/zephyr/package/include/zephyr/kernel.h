/* A STAND-IN for what an application uses of Zephyr's kernel. */
#ifndef ZEPHYR_KERNEL_H
#define ZEPHYR_KERNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device {
  const char *name;
};
extern const struct device dmic_dev;
#define DT_NODELABEL(label) label
#define DEVICE_DT_GET(node) (&(node))
static inline bool device_is_ready(const struct device *device) {
  return device != NULL;
}

/* Blocks of one size; those that are free are counted, and their memory is taken by turns. */
struct k_mem_slab {
  uint8_t *memory;
  size_t bytes, count, used, next;
};
#define K_MEM_SLAB_DEFINE_STATIC(name, size, number, alignment) \
  static uint8_t name##_memory[(size) * (number)] __attribute__((aligned(alignment))); \
  static struct k_mem_slab name = {name##_memory, size, number, 0, 0}
void k_mem_slab_free(struct k_mem_slab *slab, void *block);

#endif
