"""Other formats than WAV. Needs the extra `sounds`."""

import unittest

from light_sernet import Recognizer, RecognizerError

from .support import REPOSITORY, TemporaryFolder, node_cases, voice, without_time, write_wav

try:
    import soundfile
except ImportError:
    raise unittest.SkipTest("soundfile is not installed: pip install 'light-sernet[sounds]'") from None

FIXTURES = REPOSITORY / "tests/fixtures/sounds"


class Sounds(TemporaryFolder):
    recognizer = Recognizer("micro")

    def test_flac_has_the_bits_of_wav(self) -> None:
        """Of 8, 16 and 24 bits, and several channels; longer than what is decoded at a time."""
        sound = voice(6)
        wav = without_time(self.recognizer.classify(sound, 16_000).to_dict())
        for subtype in ("PCM_16", "PCM_24"):
            path = self.folder / f"{subtype}.flac"
            soundfile.write(path, sound, 16_000, subtype=subtype)
            self.assertEqual(without_time(self.recognizer.classify_file(path).to_dict()), wav)
            with open(path, "rb") as file:
                self.assertEqual(without_time(self.recognizer.classify_file(file).to_dict()), wav)
            self.assertEqual(list(self.recognizer.file_windows(path)), list(self.recognizer.classify(sound, 16_000).segments))

    def test_flac_of_real_encoders(self) -> None:
        names = ["voice.flac", "deep.flac"]
        for name in names:
            samples, rate = soundfile.read(FIXTURES / name, dtype="int32")
            soundfile.write(self.folder / f"{name}.wav", samples, rate, subtype="PCM_32")
        for name, case in zip(names, node_cases("files", "micro", *[self.folder / f"{name}.wav" for name in names]), strict=True):
            found = without_time(self.recognizer.classify_file(FIXTURES / name).to_dict())
            expected = without_time(case.expected["answer"])
            self.assertEqual(found["segments"], expected["segments"], name)

    def test_other_formats(self) -> None:
        expected = self.recognizer.classify_file(FIXTURES / "voice.flac").label
        for name in ("voice.ogg", "voice.opus", "voice.mp3", "ms-adpcm.wav"):
            self.assertEqual(self.recognizer.classify_file(FIXTURES / name).label, expected, name)

    def test_damaged_files(self) -> None:
        flac = (FIXTURES / "voice.flac").read_bytes()
        for name, content in (("cut.flac", flac[:50]), ("zeros.flac", flac[:4] + bytes(1000)), ("mp3.mp3", b"ID3\x04" + bytes(100))):
            path = self.folder / name
            path.write_bytes(content)
            with self.assertRaises(RecognizerError) as caught:
                self.recognizer.classify_file(path)
            self.assertRegex(str(caught.exception), f"^{path}: .*; .*$")

    def test_an_empty_sound(self) -> None:
        path = self.folder / "empty.aiff"
        soundfile.write(path, voice(1)[:0], 16_000)
        with self.assertRaises(RecognizerError) as caught:
            self.recognizer.classify_file(path)
        self.assertEqual(caught.exception.status, "WAV_EMPTY")

    def test_a_wav_file_does_not_need_it(self) -> None:
        path = write_wav(self.folder / "sound.wav", voice(1))
        self.assertEqual(len(self.recognizer.classify_file(path).segments), 1)


if __name__ == "__main__":
    unittest.main()
