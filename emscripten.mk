# The WebAssembly module: one file without JavaScript glue, which imports nothing and exports what
# core/quantscope.h declares. `make -f emscripten.mk` builds build/out/wasm/quantscope.wasm; `make -f emscripten.mk test`
# runs the C tests with the same objects in Node.

ARCH := wasm
NO_VECTORIZE := -fno-vectorize -fno-slp-vectorize
include core/sources.mk

# What only the command line calls stays out of the module.
CORE := $(filter-out core/measure/judged.c core/run/judged.c core/run/given.c core/run/choice.c,$(CORE))

OUT := build/out/wasm
OBJ := $(CORE:%.c=$(OUT)/%.o)
WASM := $(OUT)/quantscope.wasm

# One module has one thread. jsmn.h is a system header; that folder is searched last, so that no other one is taken.
CFLAGS := $(STRICT) -O2 -DNDEBUG -D_Thread_local= -fvisibility=hidden \
	-msimd128 -mbulk-memory -msign-ext -mnontrapping-fptoint -idirafter /usr/include

# What runs once for an answer is made small: the module is loaded with the page. So is the reference of kernels, which
# SIMD128 leaves the ends of rows to.
COLD = $(if $(filter core/spec/% core/format/% core/bits/% core/plan/% core/export/% core/findings/% core/run/% core/calibrate/% \
	$(filter-out core/source/dtype.c,$(wildcard core/source/*.c)) $(wildcard core/net/*.c) \
	core/net/methods/% core/codec/params.c core/codec/fit.c core/search/queries.c core/base/growth.c core/codec/product/fit.c core/codec/product/starts.c \
	core/codec/rabitq/estimate.c core/codec/rabitq/tq.c core/codec/unit.c core/engines/% core/codec/product/opq.c core/codec/product/sample.c core/transform/pca.c core/transform/random_rotation.c \
	core/codec/product/scores.c core/codec/affine.c core/codec/code_usage.c core/kernels/ref/kernels_ref.c \
	core/transform/transform.c core/codec/codebook/codebook.c core/codec/block.c core/codec/outliers.c core/codec/range_rule.c \
	core/base/tree_sum.c core/codec/mx/% core/codec/ggml/% core/codec/integer/row_scales.c \
	core/base/json% core/measure/values.c core/measure/lost.c core/measure/recall.c,$<),-Oz)

EXPORTS := $(shell sed -nE 's/^QS_API .*(qs_[a-z0-9_]+)\([^)]*.*/\1/p' core/quantscope.h)
# The stack, at least twice what its deepest use takes (tests/js/stack.test.js), under the name that it had in Emscripten before
# 3.1.25 and that all later ones take too: their own default is 64 KB.
STACK := 262144
LDFLAGS := -Os -sTOTAL_STACK=$(STACK) -sSTANDALONE_WASM --no-entry -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB -sMALLOC=emmalloc \
	$(EXPORTS:%=-Wl,--export-if-defined=%)

all: $(WASM)

# A module that imports anything would need glue: it is refused.
$(WASM): $(OBJ) core/quantscope.h
	@echo "link $@"
	@emcc $(OBJ) $(LDFLAGS) -Wl,--trace -o $(OUT)/linked.wasm >$(OUT)/linked.txt
	@node build/imports.js $(OUT)/linked.wasm
	@mv $(OUT)/linked.wasm $@

$(OUT)/%.o: %.c emscripten.mk core/sources.mk
	@mkdir -p $(@D)
	@echo "emcc $<"
	@emcc $(CFLAGS) $(FILE_FLAGS) $(COLD) -MMD -MP -c $< -o $@

# ---------------------------------------------------------------------------------------------------------- tests

# A module opens no files: the tests that do are left to the native builds.
TESTS := $(sort $(shell grep -L "fopen\|golden_open\|nets_open" $(wildcard tests/c/*_test.c) /dev/null))
TESTS := $(filter tests/%,$(TESTS))
HELPERS := $(filter-out %_test.c,$(sort $(wildcard tests/c/*.c)))
HELPER_OBJ := $(HELPERS:%.c=$(OUT)/%.o)

$(OUT)/tests/%.o: CFLAGS += -Itests/c -Itests/c/cross

$(OUT)/%_test.wasm: $(OUT)/tests/c/%_test.o $(HELPER_OBJ) $(OBJ)
	@emcc $^ -O1 -sSTANDALONE_WASM -sALLOW_MEMORY_GROWTH=1 -o $@

# One thread: Node 20 now and then dies of its own WASI in a collection of garbage beside a running program.
test: $(TESTS:tests/c/%.c=test-%)
test-%: $(OUT)/%.wasm
	@echo "[ PROGRAM  ] $*"; node --single-threaded build/wasi.js $< 2>&1 || { echo "[ EXIT     ] $$?"; false; }

-include $(OBJ:.o=.d) $(wildcard $(OUT)/tests/*/*.d)
.PHONY: all test
.SECONDARY:
