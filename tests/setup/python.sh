#!/usr/bin/env bash
# Brings the Python packages of the tests into .venv, which it makes if it is missing; what is there already stays. A second call waits for the first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if command -v flock >/dev/null; then
  mkdir -p .tools
  exec {lock}>.tools/python.lock
  flock "$lock"
fi
[[ -x .venv/bin/python ]] || python3 -m venv .venv
# TensorFlow, about 3 GB, for the tests of training; it has wheels for Python 3.11 only. Elsewhere these skip and say so.
requirements=training/requirements.txt
.venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || requirements=training/requirements-features.txt
# The second has what reads the build files of firmware. Python compiles a package when it is first imported, and of these the tests import a small part.
for file in "$requirements" tests/firmware/packaging/requirements.txt; do
  .venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check --requirement "$file"
done
