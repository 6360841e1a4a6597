"""Tests of training. Caches lie in a temporary folder: training/runs holds those of real runs, and is not touched."""

import atexit
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

VARIABLE = "LIGHT_SERNET_TEST_CACHES"  # set for processes that tests start

if VARIABLE not in os.environ:
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="light-sernet-tests-")
    atexit.register(shutil.rmtree, os.environ[VARIABLE], ignore_errors=True)
CACHES = Path(os.environ[VARIABLE])

# In `npm test` Node's tests have a process that compiles modules: what training builds is compiled there, too.
if "LIGHT_SERNET_COMPILE_SERVER" in os.environ:
    SHARE = Path(__file__).parents[2] / "dist" / "tests" / "support" / "share_compiled.js"
    os.environ["NODE_OPTIONS"] = f"--import={SHARE.as_uri()}"

# The package of python/, which training calls the module through, has no data before `npm ci`.
if importlib.util.find_spec("wasmtime") and (Path(__file__).parents[2] / "dist").is_dir():
    from training.data import front_end as features

    features.RUNS = CACHES  # before another module takes its name from there
