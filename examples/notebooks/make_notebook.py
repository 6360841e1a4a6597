"""Writes emotions.ipynb beside this file, without outputs: `python make_notebook.py`, with nbformat installed. tests/setup/notebooks.sh runs the notebook."""

from pathlib import Path

import nbformat
import nbformat.v4 as notebook

CELLS = [
    (
        "markdown",
        """# A voice over time

From a recording to its emotions over time, what the network hears of it, and a confusion matrix of your own recordings.

    pip install light_sernet-0.1.0-py3-none-any.whl matplotlib     # docs/python.md says how to make the wheel""",
    ),
    (
        "code",
        """from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from light_sernet import Recognizer

EXAMPLES = Path("..").resolve()  # examples/ of the repository
recognizer = Recognizer()  # Recognizer("micro") takes the small model
classes = recognizer.model.classes""",
    ),
    (
        "markdown",
        """## Emotions over time

Windows of 3 s slide over the recording by 1.5 s. A hollow dot is an answer that the model does not accept. This voice is a synthetic one, so no answer about it is right or wrong: put a recording of yours here.""",
    ),
    (
        "code",
        """segments = list(recognizer.file_windows(EXAMPLES / "long.wav"))
middles = [(segment.start_ms + segment.end_ms) / 2000 for segment in segments]  # s

figure, axes = plt.subplots(figsize=(9, 3))
for name in classes:
    axes.plot(middles, [segment.probabilities[name] for segment in segments], label=name)
for time, segment in zip(middles, segments):
    axes.plot(time, segment.confidence, "o", color="black", fillstyle="full" if segment.accepted else "none")
axes.set(xlabel="s", ylabel="probability", ylim=(0, 1))
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
figure.tight_layout()""",
    ),
    (
        "markdown",
        """## What the network hears

The front end turns the center 3 s of a sound into 184 frames of 40 MFCCs. These are the numbers that the network receives on every device, to the bit. The first coefficient, the loudness, is left out of the picture.""",
    ),
    (
        "code",
        """import wave

with wave.open(str(EXAMPLES / "emodb" / "anger_15a04Wb.wav")) as file:
    rate = file.getframerate()
    samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")

mfcc = recognizer.features(samples, rate)  # float32 [184, 40]
figure, axes = plt.subplots(figsize=(9, 3))
picture = axes.imshow(mfcc[:, 1:].T, origin="lower", aspect="auto", extent=(0, 3, 1, 40), cmap="magma")
axes.set(xlabel="s", ylabel="coefficient")
figure.colorbar(picture)
figure.tight_layout()""",
    ),
    (
        "markdown",
        """## A confusion matrix

`FOLDER/CLASS/*.wav`: one folder for each emotion. Here it is made of the three actors in `examples/emodb`, from which the model learned: take recordings that it does not know. The mean recall of the classes is the figure that papers call UA.""",
    ),
    (
        "code",
        """def confusions(folder: Path) -> np.ndarray:
    \"\"\"int [classes, classes]: how many recordings of each class (row) had which answer (column).\"\"\"
    counts = np.zeros((len(classes), len(classes)), int)
    for row, name in enumerate(classes):
        for file in sorted((folder / name).glob("*.wav")):
            counts[row, classes.index(recognizer.classify_file(file).label)] += 1
    return counts""",
    ),
    (
        "code",
        """import shutil
import tempfile

with tempfile.TemporaryDirectory() as made:
    for file in (EXAMPLES / "emodb").glob("*.wav"):
        folder = Path(made, file.name.split("_")[0])
        folder.mkdir(exist_ok=True)
        shutil.copy(file, folder)
    counts = confusions(Path(made))

there = counts.sum(axis=1) > 0
recalls = counts.diagonal()[there] / counts.sum(axis=1)[there]
figure, axes = plt.subplots(figsize=(4.5, 4))
axes.imshow(counts, cmap="Blues")
for row, column in np.argwhere(counts):
    axes.text(column, row, counts[row, column], ha="center", va="center", color="white")
axes.set(xticks=range(len(classes)), yticks=range(len(classes)), yticklabels=classes, xlabel="answer", ylabel="truth", title=f"UA {100 * recalls.mean():.0f} %")
axes.set_xticklabels(classes, rotation=90)
figure.tight_layout()""",
    ),
]


def made() -> nbformat.NotebookNode:
    cells = []
    for index, (kind, text) in enumerate(CELLS):
        cell = notebook.new_markdown_cell(text) if kind == "markdown" else notebook.new_code_cell(text)
        cell["id"] = f"cell-{index}"  # a random one would change the file each time
        cells.append(cell)
    return notebook.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}, "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})


if __name__ == "__main__":
    nbformat.write(made(), Path(__file__).with_name("emotions.ipynb"))
