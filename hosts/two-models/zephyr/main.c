#include "both_models.h"

static const uint8_t sound[] __attribute__((aligned(2))) = {
#include <sound.inc>
};

int main(void) {
  return classify_with_both((const int16_t *)(const void *)sound, sizeof sound / 2);
}
