"""Every command explains itself, and says in one sentence what is wrong with what it was given."""

import contextlib
import importlib
import io
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from unittest import mock

from training.data.dataset import REPOSITORY

from .support import need, need_tools, spoken, write_emodb, write_wav

need("tensorflow", "keras", "pyroomacoustics", "pyworld", "scipy", "tqdm", "wasmtime", "matplotlib")
need_tools()

COMMANDS = ("train", "cross_validate", "export", "robustness", "strangers", "ablation", "report")


class Ended(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)

    def ended(self, command: str, *options: str) -> tuple[int, str]:
        """The exit code, and what was printed. Anything but an exit is a traceback."""
        module = importlib.import_module(f"training.{command}")
        text = io.StringIO()
        threading = mock.patch("tensorflow.config.threading")  # may not be changed once another test has computed something
        with (
            mock.patch.object(sys, "argv", [command, *options]),
            contextlib.redirect_stdout(text),
            contextlib.redirect_stderr(text),
            threading,
        ):
            with self.assertRaises(SystemExit) as caught:
                module.main()
        code = caught.exception.code
        return (1, f"{text.getvalue()}{code}") if isinstance(code, str) else (code or 0, text.getvalue())

    def assert_refused(self, named: str, command: str, *options: str, code: int = 1) -> None:
        found, text = self.ended(command, *options)
        self.assertEqual(found, code, text)
        sentence = text.strip().splitlines()[-1]
        self.assertTrue(sentence.startswith(f"{command}: " if code == 1 else "python -m training."), text)
        self.assertIn(named, sentence)
        self.assertNotIn("Traceback", text)


class Help(Ended):
    def test_every_command(self):
        for command in COMMANDS:
            code, text = self.ended(command, "--help")
            self.assertEqual(code, 0)
            self.assertIn(f"usage: python -m training.{command}", text)

    def test_every_option_of_train_is_explained(self):
        text = self.ended("train", "--help")[1]
        for line in text.splitlines():
            self.assertNotIn("%(", line)
        for option in (
            "--protocol",
            "--fold",
            "--width",
            "--seed",
            "--set",
            "--teachers",
            "--run",
            "--jobs",
            "-dn",
            "-id",
            "-ln",
            "-it",
            "-at",
            "-v",
        ):
            self.assertIn(f"  {option}", text)


class WrongOptions(Ended):
    def test_usage(self):
        for named, options in {
            "--width": ("--width", "narrow"),
            "--epochs": ("--epochs", "many"),
            "-ln": ("-ln", "mse"),
            "--protocol loso needs --fold": ("--protocol", "loso"),
            "--speed": ("--speed", "1"),
        }.items():
            self.assert_refused(named, "train", *options, code=2)
        self.assert_refused("--out", "export", "a run", "--id", "x", code=2)
        for command in ("train", "cross_validate", "ablation"):
            for jobs in ("0", "-1", "two"):
                self.assert_refused("--jobs", command, "--jobs", jobs, code=2)
        self.assert_refused("--card", "report", "--results", str(self.work), code=2)
        self.assert_refused("--scores", "report", "--scores", "x.json", "--card", "x.md", code=2)
        self.assert_refused("x.json", "report", "--scores", str(self.work / "x.json"))

    def test_a_report_without_scores(self):
        card = self.work / "card.md"
        for text, said in (("<!-- people -->", "there are no KIND-scores.json"), ("", "there are no predictions")):
            card.write_text(text)
            self.assert_refused(said, "report", "--results", str(self.work), "--card", str(card))

    def test_values(self):
        for named, options in {
            "speed": ("--set", "speed=1"),
            "much": ("--set", "mixup=much"),
            "at least 1": ("--epochs", "0"),
            "RAVDESS": ("-dn", "RAVDESS"),
        }.items():
            self.assert_refused(named, "train", *options)


class WrongFiles(Ended):
    """With recordings, so that a wrong option is met only after them."""

    def setUp(self):
        super().setUp()
        self.data = self.work / "data"
        write_emodb(self.data, ("03", "08", "09"), letters="W", texts=("a01",))
        self.run_folder = self.work / "run"
        self.options = (
            "--data",
            str(self.data),
            "--run",
            str(self.run_folder),
            "-id",
            "0.3",
            "--set",
            "voice=0",
            "--set",
            "real=0",
            "--jobs",
            "1",
            "-v",
            "0",
        )

    def assert_train_refuses(self, named: str, *options: str) -> None:
        self.assert_refused(named, "train", *self.options, *options)

    def test_recordings(self):
        for name in ("missing", "empty"):
            (self.work / "empty").mkdir(exist_ok=True)
            self.assert_train_refuses(str(self.work / name), "--data", str(self.work / name))
            self.assert_train_refuses(str(self.work / name), "-dn", "folders", "--data", str(self.work / name))
        self.assert_train_refuses("acted", "-at", "acted")

    def test_a_broken_recording(self):
        (self.data / "08a01Wa.wav").write_bytes(b"RIFF")
        self.assert_train_refuses("08a01Wa.wav")

    def test_a_wrong_name(self):
        (self.data / "notes.wav").touch()
        self.assert_train_refuses("notes.wav")

    def test_a_fold_that_is_not_there(self):
        self.assert_train_refuses("no fold 99", "--protocol", "loso", "--fold", "99")
        self.assert_train_refuses("no fold 10", "--protocol", "random", "--fold", "10")

    def test_durations(self):
        for duration in ("0", "0.01", "-3"):
            self.assert_train_refuses("--input_duration", "-id", duration)

    def test_durations_that_are_no_duration(self):
        for duration in ("nan", "inf"):
            self.assert_train_refuses("--input_duration", "-id", duration)

    def test_a_teacher_that_is_not_there(self):
        with self.no_variants():
            self.assert_train_refuses("no finished run", "--teachers", str(self.work / "missing"))

    def test_after_a_refused_teacher_the_folder_is_free(self):
        with self.no_variants():
            self.ended("train", *self.options, "--teachers", str(self.work / "missing"))
        self.assertFalse((self.run_folder / "settings.json").exists(), "a mistyped teacher would have to be given again and again")

    def test_after_a_refused_recording_the_folder_is_free(self):
        """The variants are made after the settings were compared."""
        with mock.patch("training.learning.training_set.load_variants", side_effect=ValueError("08a01Wa.wav: 0.05 s is too short")):
            self.assert_train_refuses("too short")
        self.assertFalse(self.run_folder.exists())

    def test_a_class_that_nothing_trains(self):
        for file in ("03a01Na.wav", "03a02Na.wav"):
            write_wav(self.data / file, spoken(file))
        with self.no_variants():
            self.assert_train_refuses("fold 03: no recording of neutral is left", "--protocol", "loso", "--fold", "03")
        loso = ("--protocol", "loso", "--data", str(self.data), "--runs", str(self.work / "runs"), "-id", "0.3")
        self.assert_refused("fold 03: no recording of neutral is left", "cross_validate", *loso)
        self.assertFalse((self.work / "runs").exists())

    def test_too_few_recordings_for_ten_folds(self):
        self.assert_refused(
            "3 recordings are too few", "cross_validate", "--protocol", "random", "--data", str(self.data), "--runs", str(self.work), "-id", "0.3"
        )

    def test_what_was_found_is_said_first(self):
        with mock.patch("training.learning.training_set.load_variants", side_effect=ValueError("stop")):
            _, text = self.ended("train", *self.options, "-v", "1")
        self.assertEqual(text.splitlines()[0], "EMO-DB: 3 recordings, 3 speakers; 7 classes: boredom 0, neutral 0, sadness 0, fear 0, anger 3, disgust 0, happiness 0")
        runs = self.work / "runs"
        with mock.patch("training.cross_validate.load_clean", side_effect=ValueError("stop")):
            _, said = self.ended("cross_validate", "--protocol", "loso", "--data", str(self.data), "--runs", str(runs))
        self.assertEqual(said.splitlines()[0], f"{text.splitlines()[0]}; answers go to {runs / 'loso-full-ce' / 'results'}")

    def test_a_trial_of_the_cepstral_mean_is_not_cross_validated(self):
        loso = ("--protocol", "loso", "--data", str(self.data), "--runs", str(self.work))
        self.assert_refused("cepstral_mean_subtraction", "cross_validate", *loso, "--set", "cepstral_mean_subtraction=1")

    def test_a_process_that_was_killed(self):
        """By the system, for want of memory, say."""
        with mock.patch("training.learning.training_set.load_variants", side_effect=BrokenProcessPool("A process was terminated abruptly")):
            self.assert_train_refuses("run the same command again to continue")

    def test_a_run_folder_that_cannot_be_made(self):
        (self.work / "file").touch()
        self.assert_train_refuses(str(self.work / "file"), "--run", str(self.work / "file" / "run"))

    def test_cross_validation(self):
        self.assert_refused("--protocol all", "cross_validate")
        self.assert_refused("missing", "cross_validate", "--protocol", "loso", "--data", str(self.work / "missing"))
        loso = ("--protocol", "loso", "--runs", str(self.work), "--data", str(self.data))
        for input_type in ("mel_spectrogram", "spectrogram"):
            self.assert_refused(f"{input_type} cannot be built", "cross_validate", *loso, "-it", input_type)

    def test_cross_validation_without_validation(self):
        """Where temperature and threshold come from must be said, and be there, before anything is trained."""
        loso = ("--protocol", "loso", "--no-validation", "--runs", str(self.work / "runs"), "--data", str(self.data), "-id", "0.3")
        self.assert_refused("--calibration-runs", "cross_validate", *loso)
        missing = self.work / "missing"
        self.assert_refused(f"{missing}: there are no runs", "cross_validate", *loso, "--calibration-runs", str(missing))
        self.assertFalse((self.work / "runs").exists())

    def test_export(self):
        for options in (("--temperature", "0"), ("--temperature", "-1"), ("--temperature", "nan"), ("--threshold", "5"), ("--threshold", "-1")):
            self.assert_refused("temperature", "export", str(self.work), "--out", str(self.work / "out"), "--id", "x", *options)
        for run in ("missing", "file", "empty"):
            (self.work / "empty").mkdir(exist_ok=True)
            (self.work / "file").touch()
            self.assert_refused(f"{self.work / run}: there is no finished run", "export", str(self.work / run), "--out", str(self.work / "out"), "--id", "x")
        calibration = self.work / "calibration.json"
        calibration.write_text('{"temperature": 1}')
        options = (str(self.work), "--out", str(self.work / "out"), "--id", "x", "--calibration", str(calibration))
        self.assert_refused(f"{calibration}: this is not a calibration", "export", *options)
        self.assert_refused("leave --temperature and --threshold out", "export", *options, "--temperature", "2", code=2)
        self.assertFalse((self.work / "out").exists())

    def test_what_the_system_refuses_is_a_sentence_too(self):
        for command, options in (("report", ("--card", str(self.work / "no card"))), ("train", (*self.options, "--run", "/proc/run"))):
            code, text = self.ended(command, *options)
            self.assertEqual(code, 1)
            self.assertRegex(text.strip().splitlines()[-1], f"^{command}: [^ ].*: (No such file or directory|Not a directory)$")
            self.assertNotIn("Errno", text)

    def test_robustness(self):
        self.assert_refused("missing", "robustness", "loso-full-ce", "--data", str(self.work / "missing"))

    def no_variants(self):
        """Another process would not have the tests' caches."""
        return mock.patch("training.learning.training_set.load_variants")


class Process(unittest.TestCase):
    def test_as_it_is_called(self):
        calls = (["--help"], ["--set", "speed=1"])
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "training.train", *options],
                cwd=REPOSITORY,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for options in calls
        ]
        (help_text, _), (_, refusal) = (process.communicate() for process in started)
        self.assertEqual([process.returncode for process in started], [0, 1])
        self.assertIn("usage: python -m training.train", help_text)
        self.assertRegex(refusal, r"\Atrain: the recipe has no 'speed'[^\n]*\n\Z")  # and not a word from TensorFlow


if __name__ == "__main__":
    unittest.main()
