/* The memory layout. The preprocessor fills in the addresses of a board: CODE_BEGIN, CODE_BYTES, RAM_BEGIN, RAM_BYTES, VECTORS_BEGIN. */
MEMORY
{
  VECTORS (rx) : ORIGIN = VECTORS_BEGIN, LENGTH = 1K
  CODE (rx) : ORIGIN = CODE_BEGIN, LENGTH = CODE_BYTES
  RAM (rw) : ORIGIN = RAM_BEGIN, LENGTH = RAM_BYTES
}
ENTRY(Reset_Handler)
SECTIONS
{
  .vectors : { KEEP(*(.vectors)) } > VECTORS
  .text : ALIGN(8)
  {
    flash_begin = .;
    *(.text*) *(.rodata*) *(.got*)
    . = ALIGN(8);
    sound_begin = .;
    KEEP(*(.sound))
    . = ALIGN(8);
    sound_end = .;
  } > CODE
  .ARM.exidx : { *(.ARM.exidx*) } > CODE
  flash_end = .;
  data_in_flash = LOADADDR(.data);
  /* First: a stack that overflows leaves the RAM, instead of overwriting variables. */
  .stack (NOLOAD) : ALIGN(8) { stack_bottom = .; . += 8K; stack_top = .; } > RAM
  .data : ALIGN(8) { data_begin = .; *(.data*) . = ALIGN(8); data_end = .; } > RAM AT > CODE
  .bss (NOLOAD) : ALIGN(8) { bss_begin = .; *(.bss*) *(COMMON) . = ALIGN(8); bss_end = .; } > RAM
  /DISCARD/ : { *(.comment) *(.ARM.attributes) }
}
