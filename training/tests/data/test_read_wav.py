"""Any WAV to int16 at 16 kHz, against docs/arithmetic.md done plainly, and files that are no WAV or not whole."""

import contextlib
import io
import struct
import tempfile
import unittest
from pathlib import Path

import numpy as np

from ..support import SAMPLE_RATE, as_int16, need, need_tools, vowel, wav_bytes, write_wav

need("wasmtime")
need_tools()

from training.data.front_end import FrontEnd, load_front_end

INTEGERS, FLOATS = 1, 3


def resampled(samples: np.ndarray, rate: int) -> list[int]:
    """int16 at `rate` -> int16 at 16 kHz: section 2, in Python's integers."""
    places = np.arange(1281)
    kaiser = np.i0(6.76 * np.sqrt(np.maximum(0, 1 - (places / 1280) ** 2))) / np.i0(6.76)
    table = [*np.round(32767 * np.sinc(0.875 * places / 64) * kaiser).astype(int).tolist(), 0]
    total = sum(table[64 * abs(k)] for k in range(-20, 21))
    higher = max(rate, 16000)
    step = 16000 * 64 * 2**20 // higher
    gain = (2**40 * 16000 + total * higher // 2) // (total * higher)
    x = samples.tolist()

    def tap(position: int, index: int) -> int:
        i, fraction = position >> 20, (position >> 5) & 32767
        value = x[index] if 0 <= index < len(x) else 0
        return (table[i] + (((table[i + 1] - table[i]) * fraction + 16384) >> 15)) * value

    outputs = []
    for m in range(-(-16000 * len(x) // rate)):
        index, rest = divmod(m * rate, 16000)
        offset = rest * 64 * 2**20 // higher
        sum_ = 0
        for k in range(1281):
            position = offset + k * step
            if position >> 20 >= 1280:
                break
            sum_ += tap(position, index - k)
        for k in range(1, 1282):
            position = k * step - offset
            if position >> 20 >= 1280:
                break
            sum_ += tap(position, index + k)
        outputs.append(max(-32768, min(32767, (sum_ * gain + 2**39) >> 40)))
    return outputs


def packed24(values: list[int]) -> bytes:
    return b"".join(struct.pack("<i", value)[:3] for value in values)


class ReadWav(unittest.TestCase):
    front_end: FrontEnd

    @classmethod
    def setUpClass(cls):
        cls.front_end = load_front_end()

    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.path = Path(work.name, "some sound.wav")

    def read(self, data: bytes) -> list[int]:
        self.path.write_bytes(data)
        samples = self.front_end.read_wav(self.path)
        self.assertEqual(samples.dtype, np.dtype("<i2"))
        return samples.tolist()


class Formats(ReadWav):
    def test_8_bit(self):
        self.assertEqual(self.read(wav_bytes(bytes([0, 1, 127, 128, 129, 255]), INTEGERS, 8)), [-32768, -32512, -256, 0, 256, 32512])

    def test_16_bit(self):
        values = [0, 1, -1, 32767, -32768]
        self.assertEqual(self.read(wav_bytes(struct.pack("<5h", *values), INTEGERS, 16)), values)

    def test_24_bit(self):
        values = [0, 127, 128, -128, -129, 256 * 5, 2**23 - 1, -(2**23)]
        self.assertEqual(self.read(wav_bytes(packed24(values), INTEGERS, 24)), [0, 0, 1, 0, -1, 5, 32767, -32768])

    def test_32_bit(self):
        values = [0, 32767, 32768, -32768, -32769, 65536 * 5, 2**31 - 1, -(2**31)]
        self.assertEqual(self.read(wav_bytes(struct.pack("<8i", *values), INTEGERS, 32)), [0, 0, 1, 0, -1, 5, 32767, -32768])

    def test_floats(self):
        values = [0.0, 0.5 / 32768, 1.5 / 32768, -0.25, 1.0, -1.0, 7.0, float("nan"), float("-inf")]
        right = [0, 0, 2, -8192, 32767, -32768, 32767, 0, -32768]
        self.assertEqual(self.read(wav_bytes(struct.pack("<9f", *values), FLOATS, 32)), right)
        self.assertEqual(self.read(wav_bytes(struct.pack("<9d", *values), FLOATS, 64)), right)

    def test_stereo_is_the_mean_rounded_down(self):
        frames = [(100, 200), (1, 2), (-1, -2), (32767, 32767), (-32768, 32767)]
        data = struct.pack("<10h", *[sample for frame in frames for sample in frame])
        self.assertEqual(self.read(wav_bytes(data, INTEGERS, 16, channels=2)), [150, 1, -2, 32767, -1])

    def test_what_follows_the_samples_is_ignored(self):
        after = struct.pack("<4sI4s", b"LIST", 4, b"INFO")
        self.assertEqual(self.read(wav_bytes(bytes([128, 129, 130]), INTEGERS, 8, after=after)), [0, 256, 512])

    def test_a_long_one_in_many_pieces(self):
        samples = as_int16(vowel(120, 12))
        write_wav(self.path, samples)
        np.testing.assert_array_equal(self.front_end.read_wav(self.path), samples)


class Rates(ReadWav):
    def test_against_plain_integers(self):
        for rate in (8_000, 11_025, 22_050, 44_100, 48_000):
            count = round(0.12 * rate) + 1
            samples = as_int16(0.9 * np.sin(2 * np.pi * 440 * np.arange(count) / rate)) + np.random.default_rng(rate).integers(
                -500, 500, count
            ).astype(np.int16)
            self.assertEqual(self.read(wav_bytes(samples.tobytes(), INTEGERS, 16, rate=rate)), resampled(samples, rate), rate)

    def test_a_tone_in_stereo_at_44_1_khz(self):
        """4 s, so the converter's pieces meet in many places."""
        times = np.arange(4 * 44_100) / 44_100
        samples = as_int16(0.5 * np.sin(2 * np.pi * 1000 * times))
        data = np.repeat(samples, 2).astype("<i2").tobytes()
        found = np.array(self.read(wav_bytes(data, INTEGERS, 16, channels=2, rate=44_100)))
        self.assertEqual(len(found), 4 * SAMPLE_RATE)
        right = 32767 * 0.5 * np.sin(2 * np.pi * 1000 * np.arange(len(found)) / SAMPLE_RATE)
        self.assertLess(np.abs(found - right)[100:-100].max(), 16)  # 60 dB


class Refusals(ReadWav):
    def refusal(self, data: bytes) -> str:
        self.path.write_bytes(data)
        with self.assertRaises(ValueError) as caught:
            self.front_end.read_wav(self.path)
        self.assertIn(str(self.path), str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)

    def test_truncated(self):
        whole = wav_bytes(as_int16(vowel(120, 1)).tobytes(), INTEGERS, 16)
        for size in (0, 3, 12, 20, 43, 44, 45):
            with self.subTest(size):
                self.refusal(whole[:size])
        for size in (46, len(whole) // 2, len(whole) - 2, len(whole) - 1):
            with self.subTest(size):
                self.path.write_bytes(whole[:size])
                said = io.StringIO()
                with contextlib.redirect_stderr(said):
                    samples = self.front_end.read_wav(self.path)
                self.assertEqual(len(samples), (size - 44) // 2)
                self.assertIn(f"{self.path}: warning: ", said.getvalue())

    def test_the_sentences_are_those_of_the_tools(self):
        self.assertEqual(self.refusal(b"no wav at all"), f"{self.path}: this is not a WAV file (no RIFF/WAVE header); convert it to WAV")
        compressed = wav_bytes(bytes(100), 2, 8)
        self.assertEqual(self.refusal(compressed), f"{self.path}: the WAV file holds ADPCM; convert it: ffmpeg -i SOUND sound.wav")

    def test_no_wav(self):
        for data in (b"this is a text and no sound at all, whatever its name says", b"\0" * 5000, b"RIFF" + b"\xff" * 100, b"fLaC" * 20):
            self.refusal(data)

    def test_compressed(self):
        self.refusal(wav_bytes(bytes(100), 2, 8))

    def test_rates_out_of_range(self):
        for rate in (4_000, 400_000):
            self.refusal(wav_bytes(bytes(100), INTEGERS, 16, rate=rate))

    def test_no_samples(self):
        self.refusal(wav_bytes(b"", INTEGERS, 16))

    def test_the_next_file_is_read_all_the_same(self):
        self.refusal(b"RIFF")
        self.assertEqual(self.read(wav_bytes(struct.pack("<2h", 5, -5), INTEGERS, 16)), [5, -5])


if __name__ == "__main__":
    unittest.main()
