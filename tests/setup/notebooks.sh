#!/usr/bin/env bash
# Runs the notebook of examples/ in a virtual environment of its own, with the wheel of the Python package.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d -t light-sernet-XXXXXX)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
python=$work/venv/bin/python
export PIP_CONSTRAINT=$PWD/python/tests/requirements.txt PIP_DISABLE_PIP_VERSION_CHECK=1 LIGHT_SERNET_CACHE=$work/cache
# Nothing of the user's own: settings of matplotlib and Jupyter, kernels.
export HOME=$work

"$python" -m pip wheel --quiet --no-deps --wheel-dir "$work" ./python
"$python" -m pip install --quiet "$work"/*.whl matplotlib nbclient ipykernel
"$python" python/tests/run_notebook.py
