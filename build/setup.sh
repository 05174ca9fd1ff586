#!/bin/sh
# Installs what this machine lacks, and says nothing when all is there: setup.sh [native | web | test | full]
#
# native: for the command line; web: for the page too; test: for `npm test` (the default); full: for `npm test -- full`,
# fuzzing and coverage. On Debian and Ubuntu
# it installs with apt when it may, otherwise it prints the one command to type; on macOS it names Homebrew packages.
set -eu
cd "$(dirname "$0")/.."
for_whom=${1:-test}

# has WHAT: a command, a header, or a path with wildcards.
has() {
	case $1 in
	/*) for path in $1; do [ -e "$path" ] && return; done; return 1 ;;
	*.h) has "/usr/include/$1" || has "/usr/local/include/$1" || has "/opt/homebrew/include/$1" ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

missing=
unknown=build/out/unknown-packages
need() { # WHAT shows that PACKAGE is there
	has "$1" || grep -qsx "$2" $unknown || missing="$missing $2"
}

if [ "$(uname)" = Darwin ]; then
	has jsmn.h && has cmocka.h && has emcc && has clang-format || {
		echo "Missing packages. Type:  brew install libomp jsmn cmocka emscripten clang-format llvm" >&2
		exit 1
	}
else
	need gcc gcc
	need make make
	need stdlib.h libc6-dev
	need jsmn.h libjsmn-dev
	need zlib.h zlib1g-dev
	case $for_whom in web | test | full)
		need emcc emscripten
	esac
	case $for_whom in test | full)
		need cmocka.h libcmocka-dev
		need clang-format-14 clang-format-14
		need chromium chromium
		need /usr/lib/python3/dist-packages/numpy python3-numpy
		need /usr/lib/python3/dist-packages/h5py python3-h5py
	esac
	case $for_whom in full)
		need /usr/include/hdf5/serial/hdf5.h libhdf5-dev
		need clang clang
		need '/usr/lib/llvm-*/lib/libomp.so' libomp-dev
		need '/usr/lib/llvm-*/lib/clang/*/lib/*/*fuzzer*' libclang-rt-dev
		need clang-tidy clang-tidy
		need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
		need /usr/aarch64-linux-gnu/include/stdlib.h libc6-dev-arm64-cross
		need qemu-aarch64-static qemu-user-static
		need strace strace
	esac
fi

if [ -n "$missing" ]; then
	as_root=
	[ "$(id -u)" = 0 ] || as_root=sudo
	if ! command -v apt-get >/dev/null || { [ -n "$as_root" ] && ! sudo -n true 2>/dev/null; }; then
		echo "Missing packages. Type:  sudo apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	apt() {
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null
	}
	echo "Installing$missing"
	mkdir -p build/out
	apt update || true # a list of others may be broken; the install tells
	packaged=
	for package in $missing; do
		if apt-cache show "$package" >/dev/null 2>&1; then
			packaged="$packaged $package"
		else
			echo "No package $package here: what needs it will fail or be left out" >&2
			echo "$package" >>$unknown
		fi
	done
	apt install --no-install-recommends $packaged >build/out/setup.log 2>&1 || {
		cat build/out/setup.log >&2
		exit 1
	}
fi

if [ "$for_whom" != native ] && [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
	echo "Installing the node modules"
	npm ci --include=dev --engine-strict --no-audit --no-fund --loglevel=error
	touch node_modules/.package-lock.json
fi

# Ubuntu packages no Chromium: Playwright brings its own.
case $for_whom in test | full) has chromium ||
	node_modules/.bin/playwright-core install --with-deps chromium ;;
esac
