# The boards of QEMU for the cores. Included by Makefile and by bench/tflm.
# Machine of QEMU, instructions, memory, and how long a tick of SysTick takes in hundredths of a nanosecond (25, 25, 25, 20 and 32 MHz).
cortex-m3  = -M mps2-an385
cortex-m4  = -M mps2-an386
cortex-m7  = -M mps2-an500
cortex-m33 = -M mps2-an505
cortex-m55 = -M mps3-an547
CPU_cortex-m3  = -mcpu=cortex-m3
CPU_cortex-m4  = -mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16
CPU_cortex-m7  = -mcpu=cortex-m7 -mfloat-abi=hard -mfpu=fpv5-sp-d16
CPU_cortex-m33 = -mcpu=cortex-m33 -mfloat-abi=hard -mfpu=fpv5-sp-d16
CPU_cortex-m55 = -mcpu=cortex-m55 -mfloat-abi=hard
TICK_cortex-m3  = 4000
TICK_cortex-m4  = 4000
TICK_cortex-m7  = 4000
TICK_cortex-m33 = 5000
TICK_cortex-m55 = 3125
MAP_cortex-m4  = -DVECTORS_BEGIN=0x00000000 -DCODE_BEGIN=0x00000400 -DCODE_BYTES=0x3ffc00 -DRAM_BEGIN=0x20000000 -DRAM_BYTES=4M
MAP_cortex-m3  = $(MAP_cortex-m4)
MAP_cortex-m7  = $(MAP_cortex-m4)
MAP_cortex-m33 = -DVECTORS_BEGIN=0x10000000 -DCODE_BEGIN=0x10000400 -DCODE_BYTES=0x3ffc00 -DRAM_BEGIN=0x38000000 -DRAM_BYTES=2M
# It reads its first vectors from a memory of 512 KiB, which is too small for the rest.
MAP_cortex-m55 = -DVECTORS_BEGIN=0x10000000 -DCODE_BEGIN=0x11000000 -DCODE_BYTES=0x200000 -DRAM_BEGIN=0x31000000 -DRAM_BYTES=2M
