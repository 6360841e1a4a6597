/* Two seconds of the recording: mono, 16 bits, 16 kHz, after 44 bytes of header. */
  .section .rodata.sound, "a"
  .balign 4
  .global sound
sound:
  .incbin "../../examples/speech.wav", 44, 64000
