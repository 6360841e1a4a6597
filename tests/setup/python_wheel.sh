#!/usr/bin/env bash
# The Python package: builds its wheel, installs that into an empty virtual environment, and runs its tests there; then those of the extras, and the types.
set -euo pipefail
largest=2500000 # bytes

source "$(dirname "${BASH_SOURCE[0]}")/wheel.sh"
bytes=$(stat -c %s "$wheel")
echo "$(basename "$wheel"): $bytes bytes"
if ((bytes > largest)); then
  echo "the wheel has more than $largest bytes" >&2
  exit 1
fi

# Tests are run from their own folder: the sources must not be found before the package.
cd python
"$python" -m pip install --quiet --no-compile "$wheel"
"$python" -m unittest discover --start-directory tests --top-level-directory .
"$python" -m pip install --quiet --no-compile "$wheel[sounds,parquet]" fsspec mypy
"$python" -m unittest tests.test_sounds tests.test_parquet tests.test_archive
"$python" -m mypy
