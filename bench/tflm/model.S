  .section .sound, "a"
  .balign 16
  .global sound_samples, sound_samples_end
sound_samples:
  .incbin MODEL_FILE
  .balign 4
sound_samples_end:
