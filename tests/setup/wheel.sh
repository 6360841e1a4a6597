# Sourced by what tests the Python package: builds its wheel in the folder $work, which is removed at the end, beside an empty virtual environment whose Python is $python.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d -t light-sernet-XXXXXX)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
python=$work/venv/bin/python
export PIP_CONSTRAINT=$PWD/python/tests/requirements.txt PIP_DISABLE_PIP_VERSION_CHECK=1 LIGHT_SERNET_CACHE=$work/cache
"$python" -m pip wheel --quiet --no-deps --wheel-dir "$work" ./python
wheel=$(echo "$work"/*.whl)
