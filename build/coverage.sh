#!/bin/sh
# Which lines of the core and the command line the C and the Node tests reach: prints a line a file and their sum, and
# fails below 95 %. Vector kernels (core/kernels/isa) and the benchmark are left out: the former are compared with the
# reference value by value, the latter measures.
set -u
cd "$(dirname "$0")/.."
build/setup.sh full || exit 1
out=build/out/coverage
rm -rf $out/raw && mkdir -p $out/raw
make -k -s --no-print-directory -f build/native.mk covered >$out/tests.log 2>&1 || echo "C tests failed: $out/tests.log" >&2
make -s -f emscripten.mk >$out/wasm.log 2>&1 || echo "the module was not built: $out/wasm.log" >&2
QUANTSCOPE=$PWD/$out/quantscope LLVM_PROFILE_FILE=$PWD/$out/raw/%4m.profraw \
	node_modules/.bin/vitest run --project node >$out/node.log 2>&1 || echo "Node tests failed: $out/node.log" >&2

llvm=$(ls -d /usr/lib/llvm-*/bin | tail -n 1)
"$llvm/llvm-profdata" merge -sparse $out/raw/*.profraw -o $out/all.profdata || exit 1
objects=$(printf -- '-object %s ' $out/*_test)
"$llvm/llvm-cov" report $out/quantscope $objects -instr-profile=$out/all.profdata \
	-ignore-filename-regex='kernels/isa|cli/bench|tests/|/usr/' -show-functions=false >$out/report.txt || exit 1
awk '/^TOTAL/ { lines = $10; print $0 } /^core/ || /^[a-z].*\.[ch]/ { print }
	END { sub("%", "", lines); print "lines reached: " lines " %"; exit lines < 95 }' $out/report.txt
