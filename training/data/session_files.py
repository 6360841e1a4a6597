"""Variants of the recordings of corpora, made once in sessions and kept in training/runs: a file of raw coefficients for each speaker, and one of details.

The files of a speaker depend on that speaker's recordings and on the sounds that its corpus may have: a corpus with a free licence gets free sounds only. So a
training without some speakers or corpora contains nothing of them, and the files of EMO-DB serve free models and others.
"""

import functools
import hashlib
import json
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..files import save, save_arrays
from . import augmentation, front_end, licences
from .dataset import Dataset, Recording
from .front_end import RAW_MFCC, SAMPLE_RATE, load_front_end
from .normalization import speech_sums
from .segment import loud_part
from .sessions import Pool, Recorded, draw_session, utterance
from .sound_file import read_sound
from .sounds import BACKGROUND, NOISE, ROOM, TALKERS, Sound

UTTERANCES = 8  # of a session
OF_A_CORPUS = 40_000  # variants, spread evenly over its recordings,
OF_A_RESTRICTED_CORPUS = 10_000  # where the licence isn't free: only models that learn from others, too, learn from it
OF_A_RECORDING = 80  # but at most so many of each
LONGEST_SOUND = 40.0  # s
CODE = ("augmentation.py", "lines.py", "normalization.py", "segment.py", "session_files.py", "sessions.py", "sound_file.py")


@dataclass(frozen=True)
class Speaker:
    """What one file is made from."""

    recordings: tuple[Recording, ...]
    sounds: tuple[Sound, ...]
    copies: int  # variants of each recording
    duration: float  # s


@dataclass(frozen=True)
class Variants:
    """Of one speaker; n variants, session after session."""

    raw: np.ndarray  # float16 [n, frames, 40], mapped from the file: raw coefficients
    recording: np.ndarray  # int64 [n]: index in the speaker's recordings
    sums: np.ndarray  # float32 [n, 40]: over the frames with speech
    counts: np.ndarray  # float32 [n]: how many these are
    sources: np.ndarray  # str [n]: JSON lists of the corpora whose sounds they have

    @property
    def session(self) -> np.ndarray:
        """int64 [n]."""
        return np.arange(len(self.recording)) // UTTERANCES


def speakers_of(dataset: Dataset, duration: float) -> dict[str, tuple[np.ndarray, Speaker]]:
    """By the speaker's name: indices in the dataset's recordings, and what the file is made from."""
    of_corpus, rows = defaultdict(int), defaultdict(list)
    for index, recording in enumerate(dataset.recordings):
        of_corpus[recording.corpus] += 1
        rows[recording.speaker].append(index)
    free = tuple(sound for sound in dataset.sounds if licences.is_free(sound.licence))
    found = {}
    for name, indices in rows.items():
        recordings = tuple(dataset.recordings[index] for index in indices)
        is_free = all(licences.is_free(recording.licence) for recording in recordings)
        copies = (OF_A_CORPUS if is_free else OF_A_RESTRICTED_CORPUS) / of_corpus[recordings[0].corpus]
        copies = min(OF_A_RECORDING, max(1, round(copies)))
        found[name] = np.array(indices), Speaker(recordings, free if is_free else dataset.sounds, copies, duration)
    return found


def load_sessions(dataset: Dataset, duration: float, jobs: int) -> list[tuple[np.ndarray, Variants]]:
    """For each speaker: indices in the dataset's recordings, and the variants. What is not made yet is made in `jobs` processes; continues with the next speaker
    where it was killed."""
    speakers = speakers_of(dataset, duration)
    missing = [speaker for _, speaker in speakers.values() if not details_path(speaker).exists()]
    with tqdm(total=sum(count(speaker) for speaker in missing), desc="variants", unit="variant", leave=False, disable=None) as bar:
        if jobs == 1 or len(missing) < 2:
            for speaker in missing:
                bar.update(write_speaker(speaker))
        else:
            # The longest first, so that no process is left with one at the end. Forked processes would inherit TensorFlow's locks without its threads.
            with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
                for future in as_completed([pool.submit(write_speaker, speaker) for speaker in sorted(missing, key=count, reverse=True)]):
                    bar.update(future.result())
    return [(indices, read_speaker(speaker)) for indices, speaker in speakers.values()]


def count(speaker: Speaker) -> int:
    """How many variants the speaker has: whole sessions."""
    return -(-len(speaker.recordings) * speaker.copies // UTTERANCES) * UTTERANCES


def details_path(speaker: Speaker) -> Path:
    return front_end.RUNS / "sessions" / f"{speaker_hash(speaker)}.npz"


def read_speaker(speaker: Speaker) -> Variants:
    path = details_path(speaker)
    with np.load(path) as details:
        return Variants(np.load(path.with_suffix(".npy"), mmap_mode="r"), **{name: details[name] for name in ("recording", "sums", "counts", "sources")})


def write_speaker(speaker: Speaker) -> int:
    """Returns how many variants were made."""
    variants = variants_of(speaker)
    path = details_path(speaker)
    save(path.with_suffix(".npy"), variants.raw)
    # The details last: they say that the other file is complete.
    save_arrays(path, {"recording": variants.recording, "sums": variants.sums, "counts": variants.counts, "sources": variants.sources})
    return len(variants.recording)


def variants_of(speaker: Speaker) -> Variants:
    """Every recording comes as often as the others, give or take one."""
    raw_mfcc = load_front_end(RAW_MFCC, speaker.duration)
    pool = load_pool(speaker.sounds, speaker.duration)
    voices = [analyzed(read_sound(recording.path, raw_mfcc)) for recording in speaker.recordings]
    names = "".join(recording.utterance for recording in speaker.recordings)
    rng = np.random.default_rng(list(hashlib.sha256(names.encode()).digest()))
    turns = np.concatenate([rng.permutation(len(voices)) for _ in range(-(-count(speaker) // len(voices)))])[: count(speaker)]
    raw, sources = [], []
    for number, turn in enumerate(turns):
        if number % UTTERANCES == 0:
            session = draw_session(pool, raw_mfcc.window, rng)
        samples, measured = utterance(session, *voices[turn], raw_mfcc.window, rng)
        raw.append(raw_mfcc.rows(samples, raw_mfcc.level(samples[measured])).astype(np.float16))
        sources.append(json.dumps(sorted(session.sources)))
    raw = np.stack(raw)
    sums, counts = speech_sums(raw.astype(np.float32))
    return Variants(raw, turns.astype(np.int64), sums, counts, np.array(sources))


def analyzed(samples: np.ndarray) -> tuple[augmentation.Voice, tuple[int, int]]:
    """A voice, in single precision to save memory, and its loud part."""
    loud = loud_part(samples)
    voice = augmentation.analyze(samples / 32768)
    return augmentation.Voice(voice.samples, voice.pitch, voice.envelope.astype(np.float32), voice.aperiodicity.astype(np.float32)), loud


@functools.cache
def load_pool(sounds: tuple[Sound, ...], duration: float) -> Pool:
    raw_mfcc = load_front_end(RAW_MFCC, duration)
    parts: dict[str, list[Recorded]] = defaultdict(list)
    for sound in sounds:
        samples = read_sound(sound.path, raw_mfcc)[: int(LONGEST_SOUND * SAMPLE_RATE)] / 32768
        if sound.part != ROOM:
            start, end = loud_part(samples)
            samples = samples[start:end]
        if samples.any():
            parts[sound.part].append(Recorded(samples / np.sqrt(np.mean(samples**2)), sound.corpus))
    return Pool(parts[TALKERS], parts[BACKGROUND], parts[NOISE], parts[ROOM])


@functools.cache
def speaker_hash(speaker: Speaker) -> str:
    """16 hexadecimal digits that change with the recordings, the sounds, what the front end computes, and the code that makes variants."""
    whole = hashlib.sha256(f"{front_end_print(speaker.duration)} {speaker.copies} {code_hash()}".encode())
    for recording in speaker.recordings:
        whole.update(f"{recording.utterance.split('/')[-1]} {recording.digest}".encode())
    for sound in speaker.sounds:
        whole.update(f"{sound.part} {sound.corpus} {sound.digest}".encode())
    return whole.hexdigest()[:16]


@functools.cache
def code_hash() -> str:
    return hashlib.sha256(b"".join(Path(__file__).with_name(name).read_bytes() for name in CODE)).hexdigest()[:16]


@functools.cache
def front_end_print(duration: float) -> str:
    """16 hexadecimal digits of what the front end makes of a certain sound: they change with its results, not with other parts of the module."""
    raw_mfcc = load_front_end(RAW_MFCC, duration)
    rng = np.random.default_rng(0)
    probe = (rng.normal(size=raw_mfcc.window) * np.geomspace(1, 8000, raw_mfcc.window)).astype(np.int16)
    probe[: raw_mfcc.window // 4] = 0
    return hashlib.sha256(raw_mfcc.features(probe).tobytes()).hexdigest()[:16]


def sessions_hash(dataset: Dataset, duration: float) -> str:
    """16 hexadecimal digits of all speakers."""
    return hashlib.sha256("".join(speaker_hash(speaker) for _, speaker in speakers_of(dataset, duration).values()).encode()).hexdigest()[:16]


def load_centers(dataset: Dataset, duration: float) -> np.ndarray:
    """float32 [recordings, frames, 40]: raw coefficients of the center of each recording, as a device receives it."""
    whole = hashlib.sha256(f"{front_end_print(duration)} {code_hash()}".encode())
    for recording in dataset.recordings:
        whole.update(recording.digest.encode())
    path = front_end.RUNS / f"centers-{whole.hexdigest()[:16]}.npy"
    if not path.exists():
        raw_mfcc = load_front_end(RAW_MFCC, duration)
        rows = [raw_mfcc.features(read_sound(recording.path, raw_mfcc)) for recording in tqdm(dataset.recordings, "features", leave=False, disable=None)]
        save(path, np.stack(rows))
    return np.load(path)
