#!/bin/sh
# Sets up, builds and serves the page on http://localhost:4173 until Ctrl-C; arguments go to `vite preview`.
set -eu
cd "$(dirname "$0")/.."

npm run --silent build
exec node_modules/.bin/vite preview -c build/vite.site.js --strictPort --logLevel info "$@"
