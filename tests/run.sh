#!/usr/bin/env bash
# All tests, with their set-up: `npm test`. Ends with the summary of node's test runner; exits with 1 if any part failed.
#   1. types, and the model that ships   2. at once: node:test, as many files as there are processors; and, one after another, the Python packages,
#   lint and format, as-pect, which tests kernels and front end inside WebAssembly, the Python package, and Python, which tests features and training
# `npm run test:quick` (--quick): types, lint, as-pect and the tests that need neither a built model nor other programs.
# --prepared: without 1, for whoever has just run `npm ci` in a clone without dist/.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

failed=()
step() { # step NAME COMMAND...: runs it, remembers a failure
  echo "== $1"
  shift
  "$@" || failed+=("$*")
}

lint="npm run --silent lint"
as_pect="npx --no-install asp --config tests/assembly/as-pect.config.js --as-config tests/assembly/as-pect.asconfig.json --no-logo --summary"
python_wheel="bash tests/setup/python_wheel.sh"
notebooks="bash tests/setup/notebooks.sh"
python_tests=".venv/bin/python -m unittest discover --start-directory training/tests --top-level-directory ."

generated="node dist/tests/setup/generated.js"

[[ -d node_modules ]] || npm ci || exit 1
if [[ ${1:-} == --quick ]]; then
  step "types" npx --no-install tsc -p tsconfig.json
  # The specs are compiled with the generated sources, which must not be older than what they are made from.
  changed=$(find ts-tools/emit ts-tools/model weights/full assembly -path assembly/generated -prune -o -type f -newer assembly/generated/model.ts -print -quit 2>&1)
  if [[ -n $changed ]]; then
    step "the sources that the specs are compiled with" $generated
  fi
  step "node:test" node dist/tests/setup/run_tests.js --quick --beside "$lint" --beside "$as_pect"
else
  work=$(mktemp -d -t light-sernet-XXXXXX)
  trap 'rm -rf "$work"' EXIT
  has_python=$(python3 -c 'import venv, ensurepip' 2>/dev/null && echo yes)
  # The packages are installed while one processor compiles.
  if [[ $has_python ]]; then (
    bash tests/setup/python.sh >"$work/log" 2>&1
    echo $? >"$work/exit" && mv "$work/exit" "$work/code"
  ) & fi
  if [[ ${1:-} != --prepared ]]; then
    rm -rf dist
    step "types, and the models that ship" node prepare.mjs
  fi
  step "the sources that the specs are compiled with" $generated
  step "wasmtime" bash tests/setup/wasmtime.sh
  beside=("--beside=$lint" "--beside=$as_pect")
  if [[ $has_python ]]; then
    beside+=("--python=bash tests/setup/ended.sh $work" "--beside=$python_wheel" "--beside=$notebooks" "--beside=$python_tests")
  else
    echo "skipped: the Python tests, which need python3 with venv (Debian package python3-venv)"
  fi
  step "node:test" node dist/tests/setup/run_tests.js "${beside[@]}"
fi

if ((${#failed[@]} > 0)); then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
