/* All of a recording that ships, as a microphone delivers it. */
  .section .sound, "a"
  .balign 4
  .global sound_samples, sound_samples_end
sound_samples:
  .incbin SOUND_FILE, 44, 2 * SOUND_SAMPLES
sound_samples_end:
