#!/usr/bin/env bash
# Sets up, builds and runs the tests: test.sh [full | PART...]
#
# Without arguments: what a person runs before a commit (C tests by one compiler, node, browser, formatters, linters).
# full adds the second compiler, sanitizers, aarch64 under QEMU, the C tests in WebAssembly, replayed fuzz corpora and
# clang-tidy; .ci/run calls that. Parts run in two lanes: JavaScript in front, most of which waits for pages and
# programs; what compiles behind it, at low priority. A failure does not stop the other parts. Logs are in
# build/out/test. The last line alone is the sum.
set -u
cd "$(dirname "$0")/.."

size=test
[ "${1:-}" = full ] && { size=full && shift; }
case " $* " in *" clang "* | *" sanitize "* | *" aarch64 "* | *" wasm-c "* | *" replay "* | *" tidy "* | *" traced "*) size=full ;; esac
build/setup.sh $size || { echo "0 passed, 1 failed"; exit 1; }

logs=build/out/test
bin=node_modules/.bin
yielding=
wanted=" $* "
rm -rf "$logs" && mkdir -p "$logs"
command -v timeout >/dev/null || timeout() { "${@:5}"; }
parallel=$(make --help | grep -q output-sync && echo -j2 -O)

# part NAME COUNT COMMAND...   COUNT tells how its tests are counted:
#   step  not at all, unless it fails       one  as one test
#   c     by the lines of C test programs   js   by the report $logs/NAME.json of vitest
# A part that fails without a failed test, or that ran no test, counts as one failed.
part() {
	local name=$1 count=$2 start=$SECONDS code p=0 f=0
	shift 2
	[ "$wanted" = "  " ] || [ "$count" = step ] || [[ $wanted == *" $name "* ]] || return 0
	timeout --foreground -k 10 1500 $yielding "$@" >"$logs/$name.log" 2>&1 </dev/null
	code=$?
	case $count in
	one) [ $code = 0 ] && p=1 ;;
	c) read -r p f < <(awk -f build/count.awk "$logs/$name.log") ;;
	js) read -r p f < <(node -p 'const r = JSON.parse(fs.readFileSync(process.argv[1]))
		r.numPassedTests + " " + r.numFailedTests' "$logs/$name.json" 2>/dev/null || echo 0 0) ;;
	esac
	[ $code != 0 ] && [ "$f" = 0 ] && f=1
	[ "$count" != step ] && [ $((p + f)) = 0 ] && f=1
	echo "$p $f" >>"$logs/sum"
	[ "$count" = step ] && [ "$f" = 0 ] && p=built || p="$p passed, $f failed"
	{
		printf '%-10s %-24s %4d s\n' "$name" "$p" $((SECONDS - start))
		[ "$f" = 0 ] || grep -vE '^\[( RUN    |       OK) ' "$logs/$name.log" | tail -n 60 | sed 's/^/    /'
	} >"$logs/$name.told"
	cat "$logs/$name.told" # at once: the other lane writes too
}
native() { part "$1" "$2" make $parallel -k --no-print-directory -f build/native.mk "${@:3}"; }
vitest() { part "$1" js $bin/vitest run "${@:2}" --reporter=default --reporter=json --outputFile.json="$logs/$1.json"; }

native native step
part wasm step make $parallel -k --no-print-directory -f emscripten.mk
part site step $bin/vite build -c build/vite.site.js
part offline step $bin/vite build -c build/vite.offline.js

behind() {
	yielding='nice -n 19'
	native gcc c test-gcc
	native format-c one lint-format
	[ $size = full ] || return 0
	native clang c test-clang
	native sanitize c test-sanitize
	native aarch64 c test-aarch64
	part wasm-c c make $parallel -k --no-print-directory -f emscripten.mk test
	native replay c replay
	native tidy one lint-tidy
}
trap 'kill 0' INT # what runs behind does not hear of it
behind & lane=$!
vitest node --project node
vitest browser --project browser
[ $size = full ] && vitest traced --project full
part prettier one $bin/prettier --check --log-level warn .
part eslint one $bin/eslint .
part tsc one $bin/tsc
wait $lane || echo "0 1" >>"$logs/sum"

echo
awk '{ p += $1; f += $2 } END { print p + 0 " passed, " f + 0 " failed"; exit f > 0 || p == 0 }' "$logs/sum"
