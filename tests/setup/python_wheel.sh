#!/usr/bin/env bash
# The Python package: builds its wheel, installs that into an empty virtual environment, and runs its tests there; then those of the extras, and the types.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

largest=2500000 # bytes

work=$(mktemp -d -t light-sernet-XXXXXX)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
python=$work/venv/bin/python
export PIP_CONSTRAINT=$PWD/python/tests/requirements.txt PIP_DISABLE_PIP_VERSION_CHECK=1 LIGHT_SERNET_CACHE=$work/cache

"$python" -m pip wheel --quiet --no-deps --wheel-dir "$work" ./python
wheel=$(echo "$work"/*.whl)
bytes=$(stat -c %s "$wheel")
echo "$(basename "$wheel"): $bytes bytes"
if ((bytes > largest)); then
  echo "the wheel has more than $largest bytes" >&2
  exit 1
fi

# Tests are run from their own folder: the sources must not be found before the package.
cd python
"$python" -m pip install --quiet "$wheel"
"$python" -m unittest discover --start-directory tests --top-level-directory .
"$python" -m pip install --quiet "$wheel[sounds,parquet]" fsspec mypy
"$python" -m unittest tests.test_sounds tests.test_parquet tests.test_archive
"$python" -m mypy
