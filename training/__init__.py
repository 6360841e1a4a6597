"""Trains Light-SERNet and measures how good it is.

The path of the data: data -> learning (with network) -> conversion -> judging -> results. The modules in this folder are the commands.
training/README.md has a line for each module.
"""

import sys
from pathlib import Path

# The package `light_sernet`, whose front end training uses: that of this clone.
sys.path.insert(0, str(Path(__file__).parents[1] / "python" / "src"))
