#include "both_models.h"

/* Where sound.S puts the sound: in flash. */
extern const int16_t sound_start[], sound_end[];

void app_main(void);

void app_main(void) {
  classify_with_both(sound_start, (size_t)(sound_end - sound_start));
}
