# The firmware of one core from trained weights, run in QEMU: what cortex-m/Makefile and riscv/Makefile share. Each sets before it includes this file:
# CORE, CORES (those in the report), OTHER_CORES, CROSS, QEMU, MACHINE (options of QEMU), CPU (flags of the compiler), LIBC (that name the C library
# to compiler and linker), MAP (addresses for board.ld.S), BUILD (a folder), and PACKAGES, the Debian packages of compiler, C library and QEMU.
MODEL ?= full
CHECKED ?= yes
# The products of the kernels: build --firmware --kernel.
KERNEL ?= auto
FILES ?=
# main.c: a sound; stream.c: sound without an end.
PROGRAM ?= main
# Flags after all others, for a project's own options; and the linker's last arguments.
EXTRA_FLAGS ?=
LIBS ?=
# A folder of folders, each with a trained model and its light-sernet.json.
WEIGHTS ?= ../../weights

MODELS := $(notdir $(patsubst %/light-sernet.json,%,$(wildcard $(WEIGHTS)/*/light-sernet.json)))
# Those that are measured; world and world-micro are the same networks as full and micro, with other weights.
MEASURED := $(filter-out world%,$(MODELS))
LIGHT_SERNET := node ../../dist/ts-tools/cli/main.js
SOUND := ../../examples/long.wav
SHARED := ../cortex-m

ifeq ($(filter $(CORE),$(CORES) $(OTHER_CORES)),)
$(error CORE=$(CORE) is none of $(CORES) $(OTHER_CORES))
endif
ifeq ($(filter $(PROGRAM),main stream),)
$(error PROGRAM=$(PROGRAM) must be main or stream)
endif
ifeq ($(filter $(KERNEL),auto long word),)
$(error KERNEL=$(KERNEL) must be auto, long or word)
endif
ifeq ($(filter $(CHECKED),yes no),)
$(error CHECKED=$(CHECKED) must be yes or no)
endif

KERNEL_FOLDER := $(filter-out auto,$(KERNEL))
OUT := $(BUILD)/$(MODEL)/$(KERNEL_FOLDER)$(if $(KERNEL_FOLDER),/)$(CORE)$(if $(filter yes,$(CHECKED)),,-unchecked)
SOURCES := $(BUILD)/$(MODEL)/$(KERNEL_FOLDER)$(if $(KERNEL_FOLDER),/)source
# GNU C, as in most projects: there a compiler may fuse multiplications and additions where light_sernet.c does not forbid it.
FLAGS := $(CPU) $(LIBC) -O2 -std=gnu17 -Wall -Wextra -Werror -ffunction-sections -fdata-sections \
  -DCORE='"$(CORE)"' $(if $(filter yes,$(CHECKED)),,-DLSN_UNCHECKED) -I $(SOURCES)/src -I $(SHARED) $(EXTRA_FLAGS)
SOUND_OBJECT := $(if $(filter stream,$(PROGRAM)),whole_sound,sound)
OBJECTS := $(addprefix $(OUT)/,$(addsuffix .o,light_sernet $(PROGRAM) print print_number semihosting instructions reset startup memory $(SOUND_OBJECT)))
ELF := $(OUT)/$(if $(filter main,$(PROGRAM)),firmware,$(PROGRAM)).elf
# 44 bytes of header, 2 a sample.
SOUND_SAMPLES := $(shell echo $$((($$(wc -c < $(SOUND)) - 44) / 2)))

.PHONY: all run report firmware clean help tools
.DELETE_ON_ERROR:
all: run

help:
	@echo 'make                         firmware for one core, run in QEMU on a sound in flash'
	@echo '  CORE=$(subst $() ,|,$(CORES) $(OTHER_CORES))  MODEL=$(subst $() ,|,$(MODELS))  CHECKED=yes|no  FILES="a.wav b.wav": classified, too'
	@echo '  KERNEL=auto|long|word      products of 64 or 32 bits; ../../docs/firmware.md says which when'
	@echo '                             FILES=--pushes: what a push of one hop of samples costs, as live sound comes'
	@echo 'make PROGRAM=stream          a recording as a microphone, a line for each answer, and what a push and a hop cost'
	@echo '                             FILES="--piece=100 --megahertz=168 a.raw": stream.c says what they are'
	@echo 'make report                  every core and model, checked and not: a line of JSON for each'
	@echo 'make clean                   removes what was built'

tools:
	@missing=; for pair in $(CROSS)gcc:$(word 1,$(PACKAGES)) $(QEMU):$(word 3,$(PACKAGES)) node:nodejs; do \
	  command -v $${pair%%:*} > /dev/null || missing="$$missing $${pair##*:}"; done; \
	if [ -z "$$missing" ] && ! echo '#include <string.h>' | $(CROSS)gcc $(CPU) $(LIBC) $(EXTRA_FLAGS) -fsyntax-only -x c - 2> /dev/null; then missing=' $(word 2,$(PACKAGES))'; fi; \
	if [ -n "$$missing" ]; then echo "missing Debian packages:$$missing" >&2; exit 1; fi; \
	if [ ! -e ../../dist/ts-tools/cli/main.js ]; then echo 'the tools are not compiled: run npm ci in the root of the repository' >&2; exit 1; fi

# The sources depend on the model's folder, and on the module and its tools, which npm builds.
MODULE := $(shell find ../../assembly ../../dist/ts-tools -name generated -prune -o -type f -print)
$(SOURCES)/src/light_sernet.c: $(wildcard $(WEIGHTS)/$(MODEL)/*) $(wildcard ../firmware/*) $(MODULE) | tools
	@test -e $(WEIGHTS)/$(MODEL)/light-sernet.json || { echo 'no model $(MODEL) in weights/; there are: $(MODELS)' >&2; exit 1; }
	@mkdir -p $(dir $(SOURCES))
	$(LIGHT_SERNET) build $(WEIGHTS)/$(MODEL) --profile embedded --kernel $(KERNEL) --firmware $(SOURCES) > $(SOURCES).log
	@touch $@

# Files that a host does not have itself.
vpath %.c $(SHARED)
$(OUT)/light_sernet.o: $(SOURCES)/src/light_sernet.c $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	$(CROSS)gcc $(FLAGS) -c $< -o $@
$(OUT)/%.o: %.c $(SOURCES)/src/light_sernet.c $(wildcard $(SHARED)/*.h) $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	$(CROSS)gcc $(FLAGS) -c $< -o $@
$(OUT)/$(SOUND_OBJECT).o: $(SHARED)/$(SOUND_OBJECT).S $(SOUND)
	@mkdir -p $(@D)
	$(CROSS)gcc $(FLAGS) -DSOUND_FILE='"$(SOUND)"' -DSOUND_SAMPLES=$(SOUND_SAMPLES) -c $< -o $@
$(OUT)/board.ld: $(SHARED)/board.ld.S $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	$(CROSS)cpp -P -undef $(MAP) $< -o $@
$(ELF): $(OBJECTS) $(OUT)/board.ld
	$(CROSS)gcc $(FLAGS) -nostartfiles -Wl,--gc-sections -T $(OUT)/board.ld $(OBJECTS) $(LIBS) -o $@

firmware: $(ELF)
	@$(CROSS)size $<

comma := ,
run: $(ELF)
	@$(QEMU) $(MACHINE) -nographic -monitor none -serial none -icount shift=0 -kernel $< \
	  -semihosting-config enable=on,target=native$(subst $() ,,$(foreach word,firmware $(subst $(comma),$(comma)$(comma),$(FILES)),$(comma)arg=$(word)))

report:
	@for model in $(MEASURED); do for core in $(CORES); do for checked in yes no; do \
	  $(MAKE) --silent MODEL=$$model CORE=$$core CHECKED=$$checked run || exit 1; done; done; done

clean:
	rm -rf $(BUILD)
