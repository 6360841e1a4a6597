#!/usr/bin/env bash
# Runs the notebook of examples/ in a virtual environment of its own, with the wheel of the Python package.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/wheel.sh"

"$python" -m pip install --quiet --no-compile "$wheel" matplotlib nbclient ipykernel
# Nothing of the user's own: settings of matplotlib and Jupyter, kernels.
export HOME=$work
"$python" python/tests/run_notebook.py
