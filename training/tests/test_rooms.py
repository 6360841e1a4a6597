"""Which package of training may import from which: the architecture, in one table."""

import ast
import unittest
from pathlib import Path

from training.data.dataset import REPOSITORY

TRAINING = REPOSITORY / "training"

# Every package may import from itself, and all from files.py. The commands may import from all packages, and not from each other.
MAY_IMPORT = {
    "data": set(),
    "network": {"data"},
    "results": {"data", "network"},
    "learning": {"data", "network", "results"},
    "conversion": {"data", "network", "results"},
    "judging": {"data", "network", "results", "learning", "conversion"},
    "gate": set(),
}
WITHOUT_TENSORFLOW = ("data", "results")
TENSORFLOW = {"network.backend", "network.model", "network.loss", "network.trained"}


def imports(path: Path) -> set[str]:
    """Modules of training that a file imports, such as data.protocols."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            base = [*path.relative_to(TRAINING).parts[: -node.level], *(node.module.split(".") if node.module else [])]
            names = [[alias.name] for alias in node.names] if not node.module or (TRAINING / Path(*base)).is_dir() else [[]]
            found |= {".".join(base + name) for name in names}
    return found


class Rooms(unittest.TestCase):
    def test_packages_import_from_those_below_them(self):
        self.assertEqual({path.parent.name for path in TRAINING.glob("*/__init__.py")} - {"tests"}, set(MAY_IMPORT))
        for package, others in MAY_IMPORT.items():
            for path in (TRAINING / package).glob("*.py"):
                packages = {module.split(".")[0] for module in imports(path)}
                self.assertLessEqual(packages, {*others, package, "files"}, path)

    def test_commands_do_not_import_each_other(self):
        commands = {path.stem for path in TRAINING.glob("*.py")} - {"__init__", "files"}
        self.assertEqual(commands, {"ablation", "cross_validate", "export", "report", "robustness", "strangers", "train"})
        for command in commands:
            self.assertFalse(imports(TRAINING / f"{command}.py") & commands, command)

    def test_no_circle_of_modules(self):
        graph = {".".join(path.relative_to(TRAINING).with_suffix("").parts): imports(path) for path in (*TRAINING.glob("*.py"), *TRAINING.glob("[!t]*/*.py"))}
        done: set[str] = set()

        def visit(module: str, above: tuple[str, ...]) -> None:
            self.assertNotIn(module, above, f"a circle: {' -> '.join((*above, module))}")
            if module not in done:
                for other in graph.get(module, ()):
                    visit(other, (*above, module))
                done.add(module)

        for module in graph:
            visit(module, ())

    def test_features_and_reports_need_no_tensorflow(self):
        for package in WITHOUT_TENSORFLOW:
            for path in (TRAINING / package).glob("*.py"):
                self.assertFalse(imports(path) & TENSORFLOW, path)


if __name__ == "__main__":
    unittest.main()
