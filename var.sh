EXP=$(sed -nE 's/^QS_API .*(qs_[a-z0-9_]+)\([^)]*.*/\1/p' core/quantscope.h)
OBJ=$(find build/out/wasm/core -name '*.o' | grep -v codec/codec.o | grep -v core/cli | sort)
link() { emcc $OBJ $1 -O3 -sSTANDALONE_WASM --no-entry -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB -sMALLOC=emmalloc $(for e in $EXP; do echo -Wl,--export-if-defined=$e; done) -o $2; }
link build/out/wasm/core/codec/codec.o /tmp/w/base.wasm
for o in 512 1024 2048 4096 8192; do emcc -std=c11 -O3 -DNDEBUG -D_Thread_local= -fvisibility=hidden -msimd128 -mbulk-memory -msign-ext -mnontrapping-fptoint -idirafter /usr/include -Icore -DPAST=65536 -DOUTB=$o -fno-vectorize -fno-slp-vectorize -c core/codec/codec.c -o /tmp/w/codec.$o.o; link /tmp/w/codec.$o.o /tmp/w/o$o.wasm; done
ls -la /tmp/w/*.wasm
