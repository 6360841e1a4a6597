#!/usr/bin/env bash
# Brings the Python packages of the tests into .venv, which it makes if it is missing; what is there already stays.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ -x .venv/bin/python ]] || python3 -m venv .venv
# TensorFlow, about 3 GB, for the tests of training; it has wheels for Python 3.11 only. Elsewhere these skip and say so.
requirements=training/requirements.txt
.venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || requirements=training/requirements-features.txt
# The second has what reads the build files of firmware.
for file in "$requirements" tests/firmware/packaging/requirements.txt; do
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$file"
done
