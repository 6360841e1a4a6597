#!/usr/bin/env bash
# Archives on Ray Data: the wheel with its extra `ray` in a virtual environment of its own (800 MB), a Ray of two workers on this machine, and what is killed there. `npm run test:apps` runs it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/wheel.sh"
# Nothing of the user's own cluster; no statistics to Ray's makers. Names of sockets are short, so Ray's folder is not deep.
export HOME=$work RAY_TMPDIR=$work RAY_USAGE_STATS_ENABLED=0
# Ray gives its workers the rest that other programs leave (nice 15).
export RAY_worker_niceness=0
unset RAY_ADDRESS

"$python" -m pip install --quiet "$wheel[ray]"
cd python
"$python" -m unittest tests.test_archive tests.ray.test_ray
