/* The sound. EMBED_FILES would not align it for int16_t. */
  .section .rodata.sound, "a"
  .balign 2
  .global sound_start
sound_start:
  .incbin "sound.raw"
  .global sound_end
sound_end:
