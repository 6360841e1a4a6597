"""Streams to learn from and to choose by: people who talk and pause, rooms, noises, levels."""

import numpy as np

from .features import FRAME, HOP, SAMPLE_RATE, frame_count
from .noises import colored, hum, log_uniform, made_up, music, shaped, tones
from .sounds import Speech, changed_speed, endless, resampled_speech, through

STREAM = 20 * SAMPLE_RATE  # samples

Rng = np.random.Generator


def power(samples: np.ndarray) -> float:
    return float(np.mean(np.square(samples))) + 1e-20


class Mixer:
    def __init__(self, speech: list[Speech], noises: list[np.ndarray], rooms: list[np.ndarray]):
        self.speech, self.noises, self.rooms = speech, noises, rooms
        self.last, self.left = np.zeros(STREAM), 0  # a noise, and for how many streams more

    def stream(self, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
        """int16 [STREAM], and bool [frames]: whether somebody speaks."""
        speech, active = self.talk(rng) if rng.random() < 0.8 else (np.zeros(STREAM), np.zeros(STREAM, bool))
        noise = self.shared_noise(rng)
        if active.any():
            snr = rng.uniform(*((0, 20), (-5, 35), (40, 80))[rng.choice(3, p=[0.45, 0.45, 0.1])])
            speech *= np.sqrt(power(noise) / power(speech[active]) * 10 ** (snr / 10)) if noise.any() else 1
        sound = speech + noise
        if rng.random() < 0.3:
            sound = shaped(sound, rng.uniform(0, 8), rng)
        sound *= 10 ** (rng.uniform(-60, 0) / 20) / (np.abs(sound).max() + 1e-9)
        if rng.random() < 0.08:
            sound[int(rng.integers(len(sound))) :] *= 10 ** (rng.uniform(-20, 20) / 20)
        if rng.random() < 0.05:
            begin, end = sorted(rng.integers(0, len(sound), 2))
            sound[begin:end] = 0
            active[begin:end] = False
        # A converter's last bits.
        sound = sound * 32767 + rng.choice([0, 0, 0.3, 1.0, 3.0]) * rng.normal(size=len(sound))
        return np.clip(np.round(sound), -32768, 32767).astype(np.int16), middles(active)

    def clean(self, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
        """The same without any noise but that of the recordings, and in half of the streams a faint one: pauses are zeros, or nearly, as after a noise gate."""
        sound, active = self.talk(rng)
        sound *= 10 ** (rng.uniform(-50, 0) / 20) / np.abs(sound).max()
        if rng.random() < 0.5:
            sound += colored(STREAM, rng) * 10 ** (rng.uniform(-100, -70) / 20)
        return np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int16), middles(active)

    def plain(self, rng: Rng, snr: float | None) -> tuple[np.ndarray, np.ndarray]:
        """The same for choosing thresholds: without rooms and crowds, in one noise all the time, recorded or of the steadier kinds. snr in dB; None: nobody speaks."""
        if rng.random() < 0.4:
            noise = endless(self.noises[rng.integers(len(self.noises))], STREAM, rng)
        else:
            noise = rng.choice(np.array([colored, hum, music, tones], dtype=object))(STREAM, rng)
        noise = noise / np.sqrt(power(noise))
        if snr is None:
            sound, active = noise, np.zeros(STREAM, bool)
        else:
            speech, active = self.talk(rng, plain=True)
            sound = speech / np.sqrt(power(speech[active])) + noise * 10 ** (-snr / 20)
        sound *= 10 ** (rng.uniform(-30, -3) / 20) / np.abs(sound).max()
        return np.round(sound * 32767).astype(np.int16), middles(active)

    def talk(self, rng: Rng, plain: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """float64 [STREAM] and bool [STREAM]. One person, or several in turn."""
        samples, active = np.zeros(STREAM), np.zeros(STREAM, bool)
        at, pause = int(rng.exponential(1.5) * SAMPLE_RATE), log_uniform(rng, 0.3, 4)
        while at < STREAM - SAMPLE_RATE // 2:
            piece, where = resampled_speech(self.speech[rng.integers(len(self.speech))], log_uniform(rng, 0.78, 1.28))
            piece = piece / np.sqrt(power(piece[where])) * 10 ** (rng.normal(0, 4) / 20)
            ramp = np.minimum(1, np.arange(len(piece)) / 200)
            piece = (piece * ramp * ramp[::-1])[: STREAM - at]
            samples[at : at + len(piece)] += piece
            active[at : at + len(piece)] |= where[: len(piece)]
            at += len(piece) + int(rng.exponential(pause) * SAMPLE_RATE)
        if plain:
            return samples, active
        if rng.random() < 0.5:
            samples = shaped(samples, rng.uniform(0, 6), rng)
        if rng.random() < 0.4:
            samples = through(samples, self.rooms[rng.integers(len(self.rooms))])
        return samples, active

    def shared_noise(self, rng: Rng) -> np.ndarray:
        """float64 [STREAM]: one noise for three streams in a row, since it takes most of the time to make; begun elsewhere in each, forwards or backwards."""
        if self.left == 0:
            self.last, self.left = self.noise(STREAM, rng), 3
        self.left -= 1
        return np.roll(self.last, rng.integers(STREAM))[:: rng.choice([-1, 1])]

    def noise(self, count: int, rng: Rng) -> np.ndarray:
        """float64 [count]: one to three sounds one after the other, and perhaps one or two others on top."""
        pieces = rng.choice([1, 2, 3], p=[0.6, 0.25, 0.15])
        edges = [0, *np.sort(rng.integers(0, count, pieces - 1)), count]
        whole = np.zeros(count)
        for begin, end in zip(edges, edges[1:]):
            if end - begin < 4000:
                continue
            sound = self.sound(end - begin, rng)
            ramp = np.minimum(1, np.arange(len(sound)) / log_uniform(rng, 50, 8000))
            whole[begin:end] += sound * ramp * ramp[::-1] * 10 ** (rng.normal(0, 5) / 20)
        for _ in range(rng.choice(3, p=[0.6, 0.25, 0.15])):
            whole += self.sound(count, rng) * 10 ** (rng.uniform(-25, 5) / 20)
        return whole

    def sound(self, count: int, rng: Rng) -> np.ndarray:
        """float64 [count], of power 1 unless it is silent."""
        kind = rng.random()
        if kind < 0.04:
            return np.zeros(count)
        if kind < 0.4:
            recorded = changed_speed(self.noises[rng.choice(len(self.noises))], log_uniform(rng, 0.5, 2))
            sound = endless(recorded, count, rng)
            sound = shaped(sound[:: rng.choice([-1, 1])], rng.uniform(0, 6), rng)
        elif kind < 0.44:
            sound = self.crowd(count, rng)
        else:
            sound = made_up(count, rng)
        if rng.random() < 0.2:
            sound = through(sound, self.rooms[rng.integers(len(self.rooms))])
        return sound / np.sqrt(power(sound))

    def crowd(self, count: int, rng: Rng) -> np.ndarray:
        """Ten people or more at once, in a room: nobody among them is near."""
        whole = np.zeros(count)
        for _ in range(rng.integers(10, 20)):
            piece = self.speech[rng.integers(len(self.speech))].samples / 32768
            whole += endless(piece / np.sqrt(power(piece)), count, rng) * 10 ** (rng.normal(0, 2) / 20)
        return through(whole, self.rooms[rng.integers(len(self.rooms))])


def middles(active: np.ndarray) -> np.ndarray:
    """bool [samples] -> bool [frames]: in the middle of each frame."""
    return active[FRAME // 2 :: HOP][: frame_count(len(active))]
