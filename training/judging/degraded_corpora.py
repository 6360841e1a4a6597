"""What the int8 modules of a cross-validation on corpora answer to EMO-DB in one condition, unadapted, and adapted to the speaker in the same condition."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..conversion.module_answers import Job, module_answers, written_sounds
from ..data.dataset import EMO_DB, Dataset
from ..data.front_end import FrontEnd
from ..data.measuring import measuring_noises, measuring_rooms
from ..data.protocols import Split
from ..data.sound_file import read_sound
from ..results.robustness_file import CLEAN, NOISES, REAL_NOISES, Row, in_noise, real
from .degradations import DISTANCES, Condition, as_int16, conditions, real_conditions
from .fold_logits import ADAPTED, UNADAPTED, answerable, run_of
from .others import Others

NAMES = dict(zip(("picovoice_kitchen", "babble", "factory1", "volvo"), REAL_NOISES, strict=True))  # of the files in noise-table
ADAPTED_RATIO = 10  # dB: the only one in which they adapt, too, which takes ten times as long


def all_conditions(labels: Sequence[Path], front_end: FrontEnd) -> list[Condition]:
    """Those of degradations.py, and the noises and rooms of the files of labels."""
    noises = {NAMES.get(sound.path.stem, sound.path.stem): read_sound(sound.path, front_end) / 32768 for sound in measuring_noises(labels)}
    rooms = {sound.path.stem: read_sound(sound.path, front_end) / 32768 for sound in measuring_rooms(labels)}
    return conditions() + real_conditions(noises, rooms)


def adapts_in(condition: Condition) -> bool:
    """Whether the adapted answers are computed: everything that a goal is about."""
    noises = [in_noise(noise, ADAPTED_RATIO) for noise in (*NOISES, *map(real, REAL_NOISES))]
    rooms = [f"room {distance} m" for distance in DISTANCES]
    return condition.name in (CLEAN, "telephone", *noises, *rooms) or condition.name.startswith(real("room "))


def answers(folder: Path, condition: Condition, dataset: Dataset, splits: Sequence[Split], samples: dict[int, np.ndarray], others: Others | None) -> dict[str, list[Row]]:
    """By way, the answer to every recording in `samples`, each by the module of the fold that tests it. samples: float64 in [-1, 1] at 16 kHz, of all recordings of EMO-DB by their index in
    the dataset; the voices of babble are from there, too. others: None for modules that do not adapt. folder: of the runs of all folds."""
    place = {index: number for number, index in enumerate(samples)}
    speakers = dataset.speakers
    degraded = []
    for index, own in samples.items():
        voices = [samples[other] for other in samples if speakers[other] != speakers[index]]
        rng = np.random.default_rng(list(f"{condition.name} {dataset.recordings[index].utterance}".encode()))
        degraded.append(as_int16(condition.degrade(own, voices, rng)))
    judged = [(model, index) for model, parts in enumerate(splits) for index in parts.judged.tolist() if index in place]
    jobs = {UNADAPTED: [Job(place[index], model) for model, index in judged]}
    if others is not None and adapts_in(condition):
        jobs[ADAPTED] = [Job(place[index], model, tuple(place[other] for other in others[index].tolist())) for model, index in judged]
    with written_sounds(degraded) as sounds:
        every = module_answers([run_of(folder, parts) / "int8" for parts in splits], dataset.classes, sounds, [job for its in jobs.values() for job in its])
    possible = np.stack([answerable(dataset, splits[model], np.array([index]))[0] for model, index in judged])
    found = {}
    for number, way in enumerate(jobs):
        its = np.where(possible, every.logits[number * len(judged) : (number + 1) * len(judged)], -np.inf).argmax(axis=1)
        found[way] = [row_of(dataset, condition, index, answer) for (_, index), answer in zip(judged, its)]
    return found


def row_of(dataset: Dataset, condition: Condition, index: int, answer: int) -> Row:
    recording = dataset.recordings[index]
    return Row(condition.name, recording.utterance, dataset.classes[recording.label], dataset.classes[answer])


def of_emo_db(dataset: Dataset, front_end: FrontEnd) -> dict[int, np.ndarray]:
    """float64 in [-1, 1] at 16 kHz, by index in the dataset. Raises ValueError when there are none."""
    found = {index: front_end.read_wav(recording.path) / 32768 for index, recording in enumerate(dataset.recordings) if recording.corpus == EMO_DB}
    if not found:
        raise ValueError(f"the recordings have none of {EMO_DB}, on which robustness is measured; name its folder with --data")
    return found
