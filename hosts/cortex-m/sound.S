/* The three seconds in the middle of a recording that ships: the segment that `light-sernet classify --long center` classifies. */
  .section .sound, "a"
  .balign 4
  .global sound_samples, sound_samples_end
sound_samples:
  .incbin SOUND_FILE, 44 + 2 * ((SOUND_SAMPLES - 48000) / 2), 96000
sound_samples_end:
