"""Runs examples/notebooks/emotions.ipynb: `python run_notebook.py`. It must be what make_notebook.py writes, run without an error, and draw its three pictures."""

import runpy
import sys
from pathlib import Path

import nbclient
import nbformat

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "notebooks"


def main() -> str | None:
    """What is wrong."""
    written = nbformat.read(FOLDER / "emotions.ipynb", as_version=4)
    if written != runpy.run_path(str(FOLDER / "make_notebook.py"))["made"]():
        return "emotions.ipynb is not what make_notebook.py writes; run it"
    nbclient.NotebookClient(written, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    pictures = sum("image/png" in output.get("data", {}) for cell in written.cells for output in cell.get("outputs", []))
    if pictures != 3:
        return f"it draws {pictures} pictures, not 3"
    print(f"emotions.ipynb: {len(written.cells)} cells, {pictures} pictures")
    return None


if __name__ == "__main__":
    sys.exit(main())
