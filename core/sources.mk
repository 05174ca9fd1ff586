# The sources of the core, once, for every build of it. Set ARCH (x86_64, aarch64 or wasm) first.
#
# A new file in any folder is found by itself. The only choice made here: each target takes its own instruction sets
# among the kernels. CORE is the library, CLI the command line; FILE_FLAGS are what the file being compiled needs.

ISAS_x86_64  := avx2 avx512
ISAS_aarch64 := neon
ISAS_wasm    := wasm
OTHER_ISAS   := $(filter-out $(ISAS_$(ARCH)),avx2 avx512 neon wasm)

CORE := $(sort $(wildcard core/*/*.c core/*/*/*.c))
CORE := $(filter-out core/cli/% $(foreach isa,$(OTHER_ISAS),core/kernels/isa/kernels_$(isa)%.c),$(CORE))
# The page offers no C header: its module goes without that writer (core/export/writers.c).
CORE := $(filter-out $(if $(filter wasm,$(ARCH)),core/export/c_header.c),$(CORE))
CLI  := $(sort $(filter-out core/cli/hdf5/%,$(wildcard core/cli/*.c core/cli/*/*.c)))

# The results of all builds are the same bits: nothing may fuse a multiply and an add.
STRICT := -std=c11 -ffp-contract=off -fno-math-errno -Wall -Wextra -Werror -Wvla -Icore

# The reference stays scalar, so that it is the definition and a fair baseline.
kernels_ref_FLAGS     = -O2 $(NO_VECTORIZE)
kernels_avx2_FLAGS   := -O3 -mavx2 -mf16c -mpopcnt
kernels_avx512_FLAGS := -O3 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mf16c -mpopcnt
kernels_neon_FLAGS   := -O3
kernels_avx2_vnni_FLAGS        := $(kernels_avx2_FLAGS) -mavxvnni
kernels_avx512_vnni_FLAGS      := $(kernels_avx512_FLAGS) -mavx512vnni
kernels_avx512_vpopcntdq_FLAGS := $(kernels_avx512_FLAGS) -mavx512vpopcntdq
kernels_avx512_vbmi_FLAGS      := $(kernels_avx512_FLAGS) -mavx512vbmi
kernels_neon_dotprod_FLAGS     := -O3 -march=armv8.2-a+dotprod
kernels_wasm_FLAGS   := -O3
prefix_FLAGS         := -O3
# Loops over values that compilers make vectors of, in any order of lanes the same bits.
hadamard_FLAGS       := $(if $(filter wasm,$(ARCH)),-O2,-O3)
covariance_FLAGS     := $(hadamard_FLAGS)
eigen_FLAGS          := $(hadamard_FLAGS)
random_rotation_FLAGS := $(hadamard_FLAGS)
clusters_FLAGS       := $(hadamard_FLAGS)
polar_FLAGS          := $(hadamard_FLAGS)
# A thread may have a stack of 128 KB: what is large is allocated, but for the buffers of kernels.
FRAMES = $(if $(filter-out core/kernels/%,$(filter core/%,$<)),-Wframe-larger-than=16384)
FILE_FLAGS = $(FRAMES) $($(basename $(notdir $<))_FLAGS)
