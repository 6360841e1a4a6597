"""Many corpora at once, from files of labels.

A file of labels is CSV with the columns file, part, emotion, speaker, language, style, corpus, licence. `file` is relative to the folder of the CSV file. The
part `train` has the utterances; talkers, background, noise-train and room are sounds for the augmentation; noise-table measures
robustness and is not read. A folder of EMO-DB's WAV files may stand in place of a file of labels.
"""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from . import licences
from .dataset import CORPORA, EMO_DB, EMODB_CLASS_OF_LETTER, Dataset, Recording, make_dataset, read_emodb
from .sound_file import length
from .sounds import PARTS, Sound, for_measuring, is_held_back

COLUMNS = ("file", "part", "emotion", "speaker", "language", "style", "corpus", "licence")
TRAIN = "train"
LABELS = "labels.csv"  # the name of the file, where a folder is given
CLASSES = tuple(EMODB_CLASS_OF_LETTER.values())
MOST_SENTENCES = 20  # about files that cannot be used


def read_corpora(paths: Sequence[Path], admitted: str = licences.ANY) -> Dataset:
    """The utterances and sounds of all files and folders. `admitted`: licences.ANY, or licences.FREE, which leaves out what has another licence. Raises ValueError
    with a line for each file that is missing or cannot be read."""
    recordings, sounds, wrong = [], [], []
    measuring = 0
    for path in paths:
        found = read_labels(path / LABELS if (path / LABELS).is_file() else path) if is_labels(path) else read_emodb_rows(path)
        recordings += [row for row in found if isinstance(row, Recording)]
        sounds += [row for row in found if isinstance(row, Sound)]
        measuring += sum(row is None for row in found)
        wrong += [row for row in found if isinstance(row, str)]
    if wrong:
        rest = [f"and {len(wrong) - MOST_SENTENCES} more"] * (len(wrong) > MOST_SENTENCES)
        raise ValueError("\n".join([f"{len(wrong)} files cannot be used; correct them or the labels:", *wrong[:MOST_SENTENCES], *rest]))
    others: Counter[str] = Counter()
    if admitted == licences.FREE:
        others.update(row.corpus for row in (*recordings, *sounds) if not licences.is_free(row.licence))
        recordings, sounds = ([row for row in rows if licences.is_free(row.licence)] for rows in (recordings, sounds))
    recordings, copies = without_copies(recordings)
    if not recordings:
        raise ValueError(f"{', '.join(map(str, paths))}: no recording to train on" + f" with a free licence; {', '.join(others)} has another" * bool(others))
    dataset = make_dataset(CORPORA, CLASSES, recordings, paths[0])
    dataset = replace(dataset, sounds=tuple(sorted(sounds, key=lambda sound: sound.name)))
    return replace(dataset, summary=table(dataset, copies, others, measuring))


def is_labels(path: Path) -> bool:
    return path.suffix.lower() == ".csv" or (path / LABELS).is_file()


def read_emodb_rows(folder: Path) -> list[Recording | str]:
    def measured(recording: Recording) -> Recording:
        seconds, digest = inspected(recording.path)
        return replace(
            recording,
            utterance=f"{EMO_DB}/{recording.utterance}",
            speaker=f"{EMO_DB} {recording.speaker}",
            corpus=EMO_DB,
            language="de",
            style="acted",
            licence="CC0",
            seconds=seconds,
            digest=digest,
        )

    return [or_sentence(measured, recording) for recording in read_emodb(folder).recordings]


def read_labels(path: Path) -> list[Recording | Sound | None | str]:
    """A recording or a sound for each row; None for one that measures; a sentence for one that cannot be used. Speakers of different corpora are different."""
    return [or_sentence(parsed, path, number, row) for number, row in enumerate(rows_of(path), 2)]


def rows_of(path: Path) -> list[dict[str, str | None]]:
    """The rows of a file of labels, or of the one in a folder."""
    path = path / LABELS if path.is_dir() else path
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise ValueError(f"{path}: the header has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
        rows = list(reader)
    if not rows:
        raise ValueError(f"{path}: there are no rows below the header; add one for each file")
    return rows


def parsed(path: Path, number: int, row: dict[str, str | None]) -> Recording | Sound | None:
    """Raises ValueError in one sentence."""
    if None in row.values() or None in row:
        raise ValueError(f"{path}, row {number}: it must have {len(COLUMNS)} fields")
    name, part, corpus = row["file"], row["part"], row["corpus"]
    if for_measuring(part, name):
        return None
    if part != TRAIN and part not in PARTS:
        raise ValueError(f"{path}, row {number}: the part is {part!r}, not one of {', '.join((TRAIN, *PARTS))}")
    if not name or not corpus:
        raise ValueError(f"{path}, row {number}: the {'corpus' if name else 'file'} is empty")
    if part == TRAIN and row["emotion"] not in CLASSES:
        raise ValueError(f"{path}, row {number}: the emotion is {row['emotion']!r}, not one of {', '.join(CLASSES)}")
    if part == TRAIN and not row["speaker"]:
        raise ValueError(f"{path}, row {number}: the speaker is empty; without it speakers cannot be kept apart")
    file = path.parent / name
    seconds, digest = inspected(file)
    if is_held_back(part, digest):
        return None
    if part != TRAIN:
        return Sound(file, name, part, corpus, row["licence"], digest, seconds)
    utterance = f"{corpus}/{Path(name).with_suffix('').as_posix()}"
    label, speaker = CLASSES.index(row["emotion"]), f"{corpus} {row['speaker']}"
    return Recording(file, utterance, speaker, "", label, corpus, row["language"], row["style"], row["licence"], seconds, digest)


def inspected(path: Path) -> tuple[float, str]:
    """Seconds and SHA-256. Raises ValueError in one sentence."""
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file")
    seconds = length(path)
    if seconds == 0:
        raise ValueError(f"{path}: it has no samples")
    return seconds, hashlib.sha256(path.read_bytes()).hexdigest()


def or_sentence(make: Callable, *arguments) -> Recording | Sound | None | str:
    """What `make` returns; or, in place of the row, what went wrong, so that all files are checked before anything stops."""
    try:
        return make(*arguments)
    except ValueError as error:
        return str(error)


def without_copies(recordings: list[Recording]) -> tuple[list[Recording], list[str]]:
    """Without files that have the bytes of an earlier one, and a sentence about each of these: a copy in another part would give the answer away."""
    first: dict[str, Recording] = {}
    copies = []
    for recording in recordings:
        if first.setdefault(recording.digest, recording) is not recording:
            copies.append(f"{recording.path} has the same bytes as {first[recording.digest].path}, and is left out")
    return list(first.values()), copies


def table(dataset: Dataset, copies: list[str], others: Counter, measuring: int) -> str:
    """What was found, for a person who checks it."""
    rows = [["", *CLASSES, "all", "speakers", "minutes", "languages", "licence"]]
    by_corpus: dict[str, list[Recording]] = defaultdict(list)
    for recording in dataset.recordings:
        by_corpus[recording.corpus].append(recording)
    for corpus, its in by_corpus.items():
        counts = Counter(recording.label for recording in its)
        rows.append(
            [corpus, *(str(counts[label] or "-") for label in range(len(CLASSES))), str(len(its)), str(len({recording.speaker for recording in its}))]
            + [f"{sum(recording.seconds for recording in its) / 60:.1f}", *("; ".join(sorted({getattr(r, of) for r in its})) for of in ("language", "licence"))]
        )
    texts = (0, len(rows[0]) - 2, len(rows[0]) - 1)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if column in texts else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    for part in PARTS:
        if its := [sound for sound in dataset.sounds if sound.part == part]:
            lines.append(f"{part}: {len(its)} sounds, {sum(sound.seconds for sound in its) / 60:.1f} minutes; {'; '.join(sorted({sound.licence for sound in its}))}")
    if measuring:
        lines.append(f"{measuring} sounds measure robustness, and are not used")
    lines += [f"{corpus}: {count} files have no free licence, and are left out" for corpus, count in others.items()]
    lines += [f"{len(copies)} duplicates", *copies]
    return "\n".join([*lines, f"weights that learn from all of this: {licence_of(dataset)}"])


def licence_of(dataset: Dataset) -> str:
    """The licence that weights must carry."""
    return licences.of_weights(row.licence for row in (*dataset.recordings, *dataset.sounds))
