# The native library, the command line, the C tests and the habits of C style. Run make from the project's root:
#
#   make -f build/native.mk            the library and the command line, in build/out/native
#   make -f build/native.mk test       every C test in four builds: gcc, clang, sanitize, aarch64 (test-gcc is one)
#   make -f build/native.mk replay     every file of tests/fuzz/corpus once, under the sanitizers
#   make -f build/native.mk fuzz       every fuzzer for FUZZ_SECONDS
#   make -f build/native.mk covered    what the C tests reach, and a program that writes down what it reaches
#   make -f build/native.mk lint       fails on a wrong format or a doubtful line; format mends the former
#
# Each build has a folder of its own, OUT, and differs by CC (the compiler), SAN (sanitizers), RUN (what runs a test)
# and BACKENDS (the names of the kernels to test with, one after another).

ifeq ($(origin CC),default)
CC := gcc
endif
OUT ?= build/out/native
AR := ar

TRIPLE := $(shell $(CC) -dumpmachine)
ARCH := $(subst arm64,aarch64,$(firstword $(subst -, ,$(TRIPLE))))
CLANG := $(findstring clang,$(shell $(CC) --version))
NO_VECTORIZE := $(if $(CLANG),-fno-vectorize -fno-slp-vectorize,-fno-tree-vectorize)
include core/sources.mk

OPENMP := -fopenmp
LIBS := -lm
CMOCKA := -lcmocka

# macOS: the packages come from Homebrew, and its clang takes OpenMP from there too.
ifneq (,$(findstring darwin,$(TRIPLE)))
BREW := $(shell brew --prefix)
OPENMP := -Xpreprocessor -fopenmp -I$(BREW)/opt/libomp/include -idirafter $(BREW)/include
LIBS += -L$(BREW)/opt/libomp/lib -lomp -L$(BREW)/lib
endif

# A build for another machine is static, and takes the few words of cmocka that the tests use from tests/c/cross.
ifneq ($(ARCH),$(subst arm64,aarch64,$(shell uname -m)))
STATIC := -static
CMOCKA :=
CROSS := -Itests/c/cross
endif

# The build that one debugs knows its variables; for tests the lines are enough.
DEBUG := $(if $(filter build/out/native,$(OUT)),-g,-g1)
OPTIMIZE := -O2 $(DEBUG)
EACH_FLAGS = $(FILE_FLAGS)
ifdef SAN
OPTIMIZE := -O1 $(DEBUG) -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
# With -O3 sanitized kernels take a compiler four times as long.
EACH_FLAGS = $(filter-out -Wframe-larger-than%,$(FILE_FLAGS:-O3=-O1))
endif
ifdef COVERAGE
OPTIMIZE := -O1 -g1 -fprofile-instr-generate -fcoverage-mapping
endif
CFLAGS := $(STRICT) $(OPTIMIZE) $(OPENMP)
RULES := build/native.mk core/sources.mk

# Libraries that only the command line uses, and only where they are installed. Without one, an error names it.
has = $(shell echo '#include <$1>' | $(CC) $2 -E -x c - >/dev/null 2>&1 && echo yes)
ifeq ($(call has,zlib.h),yes)
unpack_FLAGS := -DQS_ZLIB
CLI_LIBS += -lz
endif
HDF5_INCLUDE := $(firstword $(wildcard /usr/include/hdf5/serial $(BREW)/include))
HDF5 := $(if $(HDF5_INCLUDE),$(call has,hdf5.h,-I$(HDF5_INCLUDE)))
CLI_LIBS += -ldl -Wl,-rpath,$(if $(BREW),@loader_path,'$$ORIGIN')

OBJ := $(CORE:%.c=$(OUT)/%.o)
CLI_OBJ := $(CLI:%.c=$(OUT)/%.o)
LIB := $(OUT)/libquantscope.a
PROGRAM := $(OUT)/quantscope

all: $(LIB) $(if $(CLI),$(PROGRAM)) $(if $(HDF5),$(OUT)/quantscope-hdf5.so)

$(LIB): $(OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

$(PROGRAM): $(CLI_OBJ) $(LIB)
	@echo "link $@"
	@$(CC) $(CFLAGS) $(STATIC) $^ $(LIBS) $(CLI_LIBS) -o $@

# It is loaded when the program meets an HDF5 file.
$(OUT)/quantscope-hdf5.so: core/cli/hdf5/plugin.c core/cli/hdf5/plugin.h $(RULES)
	@mkdir -p $(@D)
	@echo "link $@"
	@$(CC) $(STRICT) -O2 -shared -fPIC -idirafter $(HDF5_INCLUDE) $< -o $@ \
		$(patsubst %,-L%,$(wildcard /usr/lib/*/hdf5/serial $(BREW)/lib)) -lhdf5

$(OUT)/%.o: %.c $(RULES)
	@mkdir -p $(@D)
	@echo "$(CC) $<"
	@$(CC) $(CFLAGS) $(EACH_FLAGS) -MMD -MP -c $< -o $@

# ---------------------------------------------------------------------------------------------------------- tests

# tests/c/NAME_test.c is a program; every other file of the folder helps them all.
TESTS := $(sort $(wildcard tests/c/*_test.c))
HELPERS := $(filter-out $(TESTS),$(sort $(wildcard tests/c/*.c)))
HELPER_OBJ := $(HELPERS:%.c=$(OUT)/%.o)
NAMES := $(notdir $(TESTS:.c=))

# These go through all backends by themselves: to run them for each by name would be to do the same again.
THEMSELVES := $(notdir $(basename $(shell grep -lE 'qsi_kernels_all|"parity.h"' $(TESTS))))

# Under sanitizers and emulation fewer of many alike cases are tested: is_tested() in tests/c/make.h.
$(OUT)/tests/%.o: CFLAGS += -Itests/c $(CROSS) $(if $(SAN)$(STATIC),-DQS_SLOW)

$(OUT)/%_test: $(OUT)/tests/c/%_test.o $(HELPER_OBJ) $(LIB)
	@$(CC) $(CFLAGS) $(STATIC) $^ $(CMOCKA) $(LIBS) -o $@

# Runs the programs of this build with each of the backends. build/count.awk reads the two lines around each run.
# Threads that wait give way: there may be more of them than cores.
BACKENDS ?= auto
check-%: export OMP_WAIT_POLICY = passive
check: $(NAMES:%=check-%)
check-%: $(OUT)/%
	@failed=; for backend in $(if $(filter $*,$(THEMSELVES)),auto,$(BACKENDS)); do \
		echo "[ PROGRAM  ] $* with $$backend"; \
		QS_BACKEND=$$backend $(RUN) $< 2>&1 || { failed=$$?; echo "[ EXIT     ] $$failed"; }; \
	done; exit $$failed

BUILD = $(MAKE) --no-print-directory -f build/native.mk
SANITIZE := OUT=build/out/sanitize SAN=address,undefined,float-cast-overflow

test: test-gcc test-clang test-sanitize test-aarch64 replay
test-gcc:
	+@$(BUILD) check OUT=build/out/native
test-clang:
	+@$(BUILD) check OUT=build/out/clang CC=clang
test-sanitize:
	+@$(BUILD) check $(SANITIZE) BACKENDS='ref $(filter $(ISAS_$(ARCH)),$(CORE:core/kernels/isa/kernels_%.c=%))'
# All scores by a processor of today, and those again by one that has nothing beyond what AArch64 asks for.
test-aarch64:
	+@$(BUILD) check OUT=build/out/aarch64 CC=aarch64-linux-gnu-gcc RUN='qemu-aarch64-static -cpu max'
	+@$(BUILD) check-parity_scores_test OUT=build/out/aarch64 CC=aarch64-linux-gnu-gcc \
		RUN='qemu-aarch64-static -cpu cortex-a53'

# Profiles of all programs are merged as they end, into four files that take turns.
covered: export LLVM_PROFILE_FILE = $(CURDIR)/build/out/coverage/raw/%4m.profraw
covered:
	+@$(BUILD) all check OUT=build/out/coverage CC=clang COVERAGE=1

# ----------------------------------------------------------------------------------------------------------- fuzz

# tests/fuzz/NAME_fuzz.c is a fuzzer and tests/fuzz/corpus/NAME its files: starting points and past failures.
FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%_fuzz.c,%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))

# Those of the command line take its objects too, but for the one with main().
PARTS := $(filter-out %/cli/main.o,$(CLI_OBJ))
OF_CLI := $(notdir $(basename $(shell grep -l '"cli/' tests/fuzz/*_fuzz.c)))
parts_of = $(if $(filter $(1),$(OF_CLI)),$(PARTS))

.SECONDEXPANSION:
$(OUT)/%_replay: $(OUT)/tests/fuzz/%_fuzz.o $(OUT)/tests/fuzz/replay.o $$(call parts_of,$$*_fuzz) $(LIB)
	@$(CC) $(CFLAGS) $^ $(LIBS) $(CLI_LIBS) -o $@
$(OUT)/%_fuzz: $(OUT)/tests/fuzz/%_fuzz.o $$(call parts_of,$$*_fuzz) $(LIB)
	@$(CC) $(CFLAGS) -fsanitize=fuzzer $^ $(LIBS) $(CLI_LIBS) -o $@

check-replay: $(FUZZERS:%=replay-%)
replay-%: $(OUT)/%_replay
	@echo "[ PROGRAM  ] $*_fuzz"; $< $(wildcard tests/fuzz/corpus/$*/*) 2>&1 || { echo "[ EXIT     ] $$?"; false; }

check-fuzz: $(FUZZERS:%=fuzz-%)
fuzz-%: $(OUT)/%_fuzz
	@echo "fuzz $* for $(FUZZ_SECONDS) s"; mkdir -p $(OUT)/corpus/$* tests/fuzz/corpus/$*
	@$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -artifact_prefix=$(OUT)/$*- -verbosity=0 -print_final_stats=1 \
		-close_fd_mask=3 -max_len=4096 \
		$(OUT)/corpus/$* tests/fuzz/corpus/$*

replay:
	+@$(BUILD) check-replay $(SANITIZE)
fuzz:
	+@$(BUILD) check-fuzz OUT=build/out/fuzz CC=clang SAN=fuzzer-no-link,address,undefined

# --------------------------------------------------------------------------------------------------------- habits

# One version of clang-format, as versions differ in what they write.
CLANG_FORMAT ?= $(firstword $(shell command -v clang-format-14 clang-format))
C_FILES := $(sort $(wildcard $(foreach d,core core/* core/*/* core/*/*/* tests/c tests/c/cross tests/fuzz,$d/*.[ch] $d/*.inc)))

lint: lint-format lint-tidy
lint-format:
	@$(CLANG_FORMAT) --dry-run -Werror $(C_FILES)

# All instruction sets are on, so that one command reads every file but those of features, which have their own.
lint-tidy: $(CORE:%=%-tidy) $(CLI:%=%-tidy)
%-tidy:
	@clang-tidy --quiet $* -- $(STRICT) $(OPENMP) $(foreach isa,$(ISAS_$(ARCH)),$(kernels_$(isa)_FLAGS)) \
		$($(basename $(notdir $*))_FLAGS)

format:
	@$(CLANG_FORMAT) -i $(C_FILES)

-include $(OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(HELPER_OBJ:.o=.d) $(wildcard $(OUT)/tests/*/*.d)
.PHONY: all check test test-gcc test-clang test-sanitize test-aarch64 check-replay check-fuzz replay fuzz \
	covered lint lint-format lint-tidy format
.SECONDARY:
