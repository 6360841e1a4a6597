"""A session: utterances of one speaker that share the voice, the room, the microphone, the noise and the line, as one evening with a device does.

Samples are float64 at 16 kHz. Everything is drawn from the generator that is given. The robustness table uses other rooms, noises and lines.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import signal

from . import augmentation
from .augmentation import Change, Voice
from .front_end import SAMPLE_RATE
from .lines import A_LAW, MU_LAW, Telephone, coded, over_telephone, telephone

PLAIN_SHARE, VOICE_SHARE = 0.1, 0.3  # of the sessions: the recordings themselves; another voice alone. The rest have everything.
NOISE_WINDOWS = 3  # length of a session's noise, in windows
LONGEST_MARGIN = 0.2  # s of what is around the loud part that stay
SHORTENED, LARGEST_CUT = 0.2, 0.2  # share of the utterances that lose up to that part of one end, because a device does not know where a sentence begins
RATIO_SPREAD = 1.5  # dB, of the utterances around the session's ratio
MOST_TALKERS = 6
LONGEST_RESPONSE = SAMPLE_RATE  # samples of a recorded room
WORLD_STEP = 80  # samples between two frames of WORLD


@dataclass(frozen=True)
class Recorded:
    """A sound of the corpora, of power 1."""

    samples: np.ndarray
    corpus: str


@dataclass(frozen=True)
class Pool:
    """The sounds that sessions draw from; any of them may be empty."""

    talkers: list[Recorded] = field(default_factory=list)
    backgrounds: list[Recorded] = field(default_factory=list)
    noises: list[Recorded] = field(default_factory=list)
    rooms: list[Recorded] = field(default_factory=list)  # impulse responses


@dataclass(frozen=True)
class Noise:
    samples: np.ndarray  # longer than a window; the end joins the beginning
    ratio: float  # dB of the speech over it
    everywhere: bool  # in the whole window, or only where the utterance is


@dataclass(frozen=True)
class Session:
    """None: not in this session."""

    change: Change | None = None  # of the voice
    room: np.ndarray | None = None  # impulse response
    microphone: np.ndarray | None = None  # dB at augmentation.MICROPHONE_CORNERS
    noise: Noise | None = None
    floor: float | None = None  # dB of the speech over white noise in the whole window
    line: Telephone | np.ndarray | None = None  # a telephone, or second-order sections of a filter
    clipping: float | None = None  # times the root mean square
    code: str | None = None  # of an 8-bit codec
    level: float = -1.0  # dB of full scale of the largest sample
    sources: frozenset[str] = frozenset()  # corpora whose sounds it has


def draw_session(pool: Pool, window: int, rng: np.random.Generator) -> Session:
    kind = rng.random()
    plain, everything = kind < PLAIN_SHARE, kind >= PLAIN_SHARE + VOICE_SHARE
    change = None if plain else augmentation.change_of_voice(rng)
    floor = rng.uniform(35, 75) if rng.random() < 0.5 else None
    level = rng.uniform(-30, -1)
    microphone = augmentation.microphone(10.0 if everything else 5.0, rng) if not plain and rng.random() < 0.5 else None
    if not everything:
        return Session(change, microphone=microphone, floor=floor, level=level)
    sources: set[str] = set()
    room = draw_room(pool, rng, sources) if rng.random() < 0.4 else None
    noise = draw_noise(pool, NOISE_WINDOWS * window, rng, sources) if rng.random() < 0.75 else None
    line = draw_line(rng)
    clipping = np.exp(rng.uniform(0.2, 1.4)) if rng.random() < 0.15 else None
    code = str(rng.choice((MU_LAW, A_LAW))) if rng.random() < 0.1 and not isinstance(line, Telephone) else None
    return Session(change, room, microphone, noise, floor, line, clipping, code, level, frozenset(sources))


def draw_room(pool: Pool, rng: np.random.Generator, sources: set[str]) -> np.ndarray:
    """Impulse response; three in ten are recorded, if there are any."""
    if not pool.rooms or rng.random() >= 0.3:
        return augmentation.room(rng)
    recorded = pool.rooms[rng.integers(len(pool.rooms))]
    sources.add(recorded.corpus)
    start = int(np.argmax(np.abs(recorded.samples)))
    response = recorded.samples[start : start + LONGEST_RESPONSE]
    return response / np.sqrt(response @ response)


def draw_noise(pool: Pool, count: int, rng: np.random.Generator, sources: set[str]) -> Noise:
    """People who talk; a recorded noise, or where there are backgrounds mostly one of these; or a made-up noise."""
    kind, everywhere = rng.random(), bool(rng.random() < 0.5)
    if kind < 0.35:
        return Noise(draw_talk(pool, count, rng, sources), rng.uniform(0, 25), everywhere)
    recorded = pool.backgrounds if pool.backgrounds and rng.random() < 0.7 else pool.noises
    if kind < 0.6 and recorded:
        return Noise(endless(recorded[rng.integers(len(recorded))], count, rng, sources), rng.uniform(0, 30), everywhere)
    return Noise(augmentation.noise(count, rng), rng.uniform(0, 30), everywhere)


def draw_talk(pool: Pool, count: int, rng: np.random.Generator, sources: set[str]) -> np.ndarray:
    """One to MOST_TALKERS people; in a fifth of the sessions, or without recorded ones, all are made up."""
    made_up = not pool.talkers or rng.random() < 0.2
    talk = np.zeros(count)
    for _ in range(rng.integers(1, MOST_TALKERS, endpoint=True)):
        if made_up:
            person = augmentation.talker(count, rng)
            person /= np.sqrt(np.mean(person**2)) + 1e-9
        else:
            person = endless(pool.talkers[rng.integers(len(pool.talkers))], count, rng, sources)
        talk += rng.uniform(0.5, 1) * person
    return talk


def endless(recorded: Recorded, count: int, rng: np.random.Generator, sources: set[str]) -> np.ndarray:
    """From a random position, repeated."""
    sources.add(recorded.corpus)
    return np.resize(np.roll(recorded.samples, -int(rng.integers(len(recorded.samples)))), count)


def draw_line(rng: np.random.Generator) -> Telephone | np.ndarray | None:
    kind = rng.random()
    if kind < 0.16:
        return telephone(rng)
    if kind < 0.22:
        return signal.butter(4, (rng.uniform(200, 350), rng.uniform(3000, 3700)), "band", fs=SAMPLE_RATE, output="sos")
    if kind < 0.3:
        return signal.butter(2, rng.uniform(3000, 7500), "low", fs=SAMPLE_RATE, output="sos")
    return None


def utterance(session: Session, voice: Voice, loud: tuple[int, int], window: int, rng: np.random.Generator) -> tuple[np.ndarray, slice]:
    """A recording in this session: int16 [window], and the part of it that the level is measured on. loud: segment.loud_part of the recording."""
    change = session.change
    part = part_of(voice, *drawn_part(loud, len(voice.samples), window * (change.shortening if change else 1), rng))
    samples = (augmentation.changed(part, change) if change else part.samples)[:window]
    power = np.mean(samples**2)
    begin = int(rng.integers(0, window - len(samples), endpoint=True))
    if session.room is not None:
        samples = signal.fftconvolve(samples, session.room)[: window - begin]
    if session.microphone is not None:
        samples = augmentation.through_a_microphone(samples, session.microphone)
    samples *= np.sqrt(power / (np.mean(samples**2) + 1e-20))
    own, everything = slice(begin, begin + len(samples)), slice(0, window)
    received = np.zeros(window)
    received[own] = samples
    measured = own
    if session.noise is not None:
        where = everything if session.noise.everywhere else own
        start = rng.integers(len(session.noise.samples) - window)
        noise = session.noise.samples[start : start + window][where]
        ratio = session.noise.ratio + rng.normal(0, RATIO_SPREAD)
        received[where] += noise * np.sqrt(power / (np.mean(noise**2) + 1e-20)) * 10 ** (-ratio / 20)
        measured = where
    if session.floor is not None:
        received += rng.normal(0, np.sqrt(power) * 10 ** (-session.floor / 20), window)
        measured = everything
    if isinstance(session.line, Telephone):
        received = over_telephone(received, session.line)
    elif session.line is not None:
        received = signal.sosfilt(session.line, received)
    if session.clipping is not None:
        limit = session.clipping * np.sqrt(np.mean(received[own] ** 2))
        received = np.clip(received, -limit, limit)
    if session.code is not None:
        received = coded(received, session.code)
    return augmentation.at_level(received, session.level), measured


def drawn_part(loud: tuple[int, int], count: int, longest: float, rng: np.random.Generator) -> tuple[int, int]:
    """What of a recording of `count` samples is used: the loud part with up to LONGEST_MARGIN around it, sometimes without a part of one end, and at most
    `longest` samples, from anywhere. Both ends are multiples of WORLD_STEP."""
    before, after = rng.uniform(0, LONGEST_MARGIN * SAMPLE_RATE, 2)
    start, end = max(0.0, loud[0] - before), min(float(count), loud[1] + after)
    if rng.random() < SHORTENED:
        cut = rng.uniform(0, LARGEST_CUT) * (end - start)
        start, end = (start + cut, end) if rng.random() < 0.5 else (start, end - cut)
    if end - start > longest:
        start = rng.uniform(start, end - longest)
        end = start + longest
    first = int(start) // WORLD_STEP * WORLD_STEP
    return first, min(count, first + max(WORLD_STEP, int(np.ceil((end - first) / WORLD_STEP)) * WORLD_STEP))


def part_of(voice: Voice, start: int, end: int) -> Voice:
    """From a multiple of WORLD_STEP on."""
    frames = slice(start // WORLD_STEP, -(-end // WORLD_STEP) + 1)
    return Voice(voice.samples[start:end], *(np.ascontiguousarray(values[frames], np.float64) for values in (voice.pitch, voice.envelope, voice.aperiodicity)))
