"""Recordings with their emotion and speaker: EMO-DB, or your own folders."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .sounds import Sound

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_RECORDINGS = REPOSITORY.parent / "shared" / "emodb" / "wav"

MAC_FOLDER = "__MACOSX"  # in archives that macOS makes: files ._a.wav, which hold no sound

EMO_DB, FOLDERS, CORPORA = "EMO-DB", "folders", "corpora"
ALL_TYPES = "all"
EMO_DB_HASH = "10c34e96a08c5372"  # `content` of all 535 recordings

# The letters stand for the German words: Langeweile, neutral, Trauer, Angst, Wut, Ekel, Freude. The order is that of the network's outputs.
EMODB_CLASS_OF_LETTER = {
    "L": "boredom",
    "N": "neutral",
    "T": "sadness",
    "A": "fear",
    "W": "anger",
    "E": "disgust",
    "F": "happiness",
}


@dataclass(frozen=True)
class Recording:
    """One utterance."""

    path: Path
    utterance: str  # unique in its dataset
    speaker: str  # empty when it is not known
    text: str  # which sentence; empty when it is not known
    label: int  # index in the dataset's classes
    corpus: str = ""  # empty when the dataset is one corpus
    language: str = ""
    style: str = ""  # acted, natural, ...
    licence: str = ""
    seconds: float = 0.0  # 0 when it was not measured
    digest: str = ""  # SHA-256 of the file, where it was read


@dataclass(frozen=True)
class Dataset:
    name: str
    classes: tuple[str, ...]  # in the order of the network's outputs
    recordings: tuple[Recording, ...]  # sorted by utterance
    sounds: tuple[Sound, ...] = ()  # what the augmentation may add; only with corpora
    summary: str = ""  # in place of the usual line

    @property
    def labels(self) -> np.ndarray:
        """int64 [recordings]: indices in `classes`."""
        return np.array([recording.label for recording in self.recordings])

    @property
    def speakers(self) -> np.ndarray:
        """str [recordings]."""
        return np.array([recording.speaker for recording in self.recordings])

    @property
    def corpora(self) -> np.ndarray:
        """str [recordings]."""
        return np.array([recording.corpus for recording in self.recordings])

    def classes_of(self, recordings: np.ndarray) -> np.ndarray:
        """bool [classes]: those that these recordings have. recordings: int64 indices, or bool [recordings]."""
        return np.isin(np.arange(len(self.classes)), self.labels[recordings])

    @property
    def present(self) -> np.ndarray:
        """bool [recordings, classes]: the classes that the recording's corpus has. A network cannot learn from it that others are absent."""
        corpora = self.corpora
        present = np.zeros((len(corpora), len(self.classes)), bool)
        for corpus in np.unique(corpora):
            present[corpora == corpus] = self.classes_of(corpora == corpus)
        return present

    @property
    def content(self) -> str:
        """16 hexadecimal digits of all recordings, names and bytes."""
        whole = hashlib.sha256()
        for recording in self.recordings:
            whole.update(recording.utterance.encode() + hashlib.sha256(recording.path.read_bytes()).digest())
        return whole.hexdigest()[:16]

    def __str__(self) -> str:
        """One line, or a table, that shows whether the folders were read as intended."""
        if self.summary:
            return self.summary
        counts, speakers = Counter(self.labels.tolist()), set(self.speakers) - {""}
        classes = ", ".join(f"{name} {counts[label]}" for label, name in enumerate(self.classes))
        who = f"{len(speakers)} speaker{'s' * (len(speakers) != 1)}" if speakers else "speakers unknown"
        return f"{self.name}: {len(self.recordings)} recordings, {who}; {len(self.classes)} classes: {classes}"


def is_whole_emo_db(dataset: Dataset) -> bool:
    """Whether these are the recordings of the model card's figures, all of them, byte for byte."""
    return dataset.content == EMO_DB_HASH


def dataset_name(name: str) -> str:
    """EMO_DB, FOLDERS or CORPORA, in any spelling. Raises ValueError in one sentence."""
    known = {"emodb": EMO_DB, "folders": FOLDERS, "corpora": CORPORA}
    if (kind := name.lower().replace("-", "").replace("_", "")) not in known:
        raise ValueError(f"no dataset {name!r}; give EMO-DB; folders, with one folder of recordings for each class; or corpora, with files of labels")
    return known[kind]


def read_emodb(folder: Path) -> Dataset:
    """EMO-DB's WAV files, all in one folder. `03a01Fa.wav`: speaker 03, text a01, emotion F, version a."""
    classes = tuple(EMODB_CLASS_OF_LETTER.values())
    recordings = []
    for path in wav_files(folder, "give the folder of the recordings with --data"):
        name = path.stem
        if len(name) != 7 or not name[:2].isdigit() or name[5] not in EMODB_CLASS_OF_LETTER:
            raise ValueError(f"{path}: the name is not one of EMO-DB's, such as 03a01Fa.wav; remove the file from the folder")
        label = classes.index(EMODB_CLASS_OF_LETTER[name[5]])
        recordings.append(Recording(path, utterance=name, speaker=name[:2], text=name[2:5], label=label))
    return make_dataset(EMO_DB, classes, recordings, folder)


def read_folders(folder: Path, audio_type: str = ALL_TYPES) -> Dataset:
    """A folder for each class, FOLDER/CLASS/*.wav, or one for each speaker in it, FOLDER/CLASS/SPEAKER/*.wav. With an audio type other than
    "all" the classes are in FOLDER/TYPE/. The classes are in the order of their names."""
    root = recordings_root(folder, audio_type)
    if not root.is_dir():
        raise ValueError(f"{root}: there is no such folder")
    names = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name != MAC_FOLDER)
    recordings = []
    for label, name in enumerate(names):
        for path in wav_files(root / name, "remove the folder, or put recordings in it"):
            within = path.relative_to(root / name)
            speaker = within.parts[0] if len(within.parts) > 1 else ""
            utterance = str(path.relative_to(root).with_suffix("").as_posix())
            recordings.append(Recording(path, utterance=utterance, speaker=speaker, text="", label=label))
    if len(names) < 2:
        raise ValueError(f"{root}: {len(names)} class folders; give a folder with one folder of recordings for each class")
    return make_dataset(root.name, tuple(names), recordings, root)


def recordings_root(folder: Path, audio_type: str) -> Path:
    """The folder from which the names of utterances are relative paths."""
    return folder if audio_type == ALL_TYPES else folder / audio_type


def wav_files(folder: Path, advice: str) -> list[Path]:
    """Sorted by name, in upper and lower case, at any depth, also through symbolic links to folders; without what macOS adds. Raises ValueError
    with the advice when there are none."""
    files = sorted(path for path in _entries(folder) if path.suffix.lower() == ".wav" and not path.name.startswith("._") and path.is_file())
    if not files:
        raise ValueError(f"{folder}: there are no .wav files; {advice}")
    return files


def _entries(folder: Path) -> Iterator[Path]:
    """What the folder and those below it hold, other than folders. Each folder is read once: links are followed after all that can be reached
    without them, so no loop of links is entered."""
    found, folders, links = set(), [folder] if folder.is_dir() else [], []
    while folders or links:
        path = folders.pop() if folders else links.pop(0)
        status = path.stat()
        if (identity := (status.st_dev, status.st_ino)) in found:
            continue
        found.add(identity)
        for inner in sorted(path.iterdir()):
            if not inner.is_dir():
                yield inner
            elif inner.name != MAC_FOLDER:
                (links if inner.is_symlink() else folders).append(inner)


def make_dataset(name: str, classes: tuple[str, ...], recordings: list[Recording], folder: Path) -> Dataset:
    recordings = sorted(recordings, key=lambda recording: recording.utterance)
    for one, next_one in zip(recordings, recordings[1:]):
        if one.utterance == next_one.utterance:
            raise ValueError(f"{folder}: {one.path} and {next_one.path} are the same utterance; remove one")
    return Dataset(name, classes, tuple(recordings))
