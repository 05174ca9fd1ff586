#!/bin/sh
# Sets up, builds and serves the page: http://localhost:4173, or the port given. Stop it with Ctrl-C.
set -eu
cd "$(dirname "$0")/.."

npm run -s build
echo "Quantscope is on http://localhost:${1:-4173}"
exec node_modules/.bin/vite preview -c build/vite.site.js --port "${1:-4173}" --strictPort --logLevel warn
