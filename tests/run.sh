#!/usr/bin/env bash
# All tests, with their set-up: `npm test`. Ends with the summary of node's test runner; exits with 1 if any part failed.
#   1. types, lint, format   2. as-pect: kernels and front end inside WebAssembly   3. Python: features and training   4. node:test: all the rest
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

failed=()
step() { # step NAME COMMAND...: runs it, remembers a failure
  echo "== $1"
  shift
  "$@" || failed+=("$*")
}

[[ -d node_modules ]] || npm ci || exit 1
rm -rf dist/tests
step "types" npx --no-install tsc -p tsconfig.json
step "lint and format" npx --no-install biome check .
step "the model that ships" node dist/ts-tools/cli/main.js build weights/full --out build
step "wasmtime" bash tests/setup/wasmtime.sh
rm -rf assembly/generated && cp -r build/generated assembly/generated
step "as-pect" npx --no-install asp --config tests/assembly/as-pect.config.js --as-config tests/assembly/as-pect.asconfig.json --summary
if python3 -c 'import venv, ensurepip' 2>/dev/null; then
  [[ -x .venv/bin/python ]] || step "python environment" python3 -m venv .venv
  pip_install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$1"; }
  # TensorFlow, about 3 GB, for the tests of training; it has wheels for Python 3.11 only. Elsewhere these skip and say so.
  requirements=training/requirements.txt
  .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || requirements=training/requirements-features.txt
  step "python packages" .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  step "python packages that read the build files of firmware" pip_install tests/firmware/packaging/requirements.txt
  step "python tests" .venv/bin/python -m unittest discover --start-directory training/tests --top-level-directory .
else
  echo "skipped: the Python tests, which need python3 with venv (Debian package python3-venv)"
fi
# One file at a time: several tests build models and measure times.
step "node:test" node --test --test-concurrency=1 --test-reporter=spec $(find dist/tests -name '*.test.js' | sort)

if ((${#failed[@]} > 0)); then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
