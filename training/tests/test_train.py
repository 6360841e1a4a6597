"""Whole trainings of a small network on a few synthetic recordings, in processes of their own: what a seed, an interruption, and the
sounds of a test fold do to the weights, to the bit."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from .support import need, need_tools, spoken, write_emodb, write_wav

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime", "matplotlib")
need_tools()

from scipy.special import softmax

from training.data import protocols
from training.data.front_end import MFCC, front_end_module, load_front_end
from training.data.protocols import LOSO, RANDOM
from training.data.reading import read_dataset
from training.network.trained import logits_of_model, trained_model
from training.results.predictions import PRECISIONS, read_predictions
from .elsewhere import REFUSED, start

SPEAKERS = ("03", "08", "09", "10")
DURATION = 0.3  # s
EPOCHS = 3
STEPS = 3  # of an epoch of the loso fold: 12 recordings in batches of 4
OPTIONS = f"training.train -id {DURATION} --width micro --set batch=4 --set voice=0 --jobs 1"
LOSO_FOLD, RANDOM_FOLD = f"{OPTIONS} --epochs {EPOCHS} --protocol loso --fold 08", f"{OPTIONS} --epochs {EPOCHS} --protocol random --fold 0"
STUDENT = f"{OPTIONS} --epochs 2 --protocol loso --fold 08"
UNVALIDATED, AS_PAPERS = f"{RANDOM_FOLD} --no-validation", f"{OPTIONS} --epochs {EPOCHS} --protocol reference --fold 0"

WORK = Path()
ENDED: dict[str, subprocess.CompletedProcess] = {}  # by the name of the process


def setUpModule():
    global WORK
    WORK = Path(tempfile.mkdtemp(prefix="light-sernet-tests-"))
    unittest.addModuleCleanup(shutil.rmtree, WORK, ignore_errors=True)
    write_emodb(WORK / "data", SPEAKERS)
    write_emodb(WORK / "three", SPEAKERS[:3], letters="WT")
    front_end_module(DURATION)
    for protocol, fold in ((LOSO, "08"), (RANDOM, "0")):
        replaced(f"{protocol} test replaced", protocol, fold, "test")
    replaced("one of training replaced", LOSO, "08", "train", most=1)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda trial: trial(), (as_is, again)))


def replaced(name: str, protocol: str, fold: str, part: str, most: int | None = None) -> None:
    """The same recordings, but for other sounds of other lengths in a part of a fold."""
    shutil.copytree(WORK / "data", WORK / name)
    dataset = read_dataset("EMO-DB", WORK / name)
    for index in getattr(protocols.split(dataset, protocol, fold, True), part)[:most]:
        noise = np.random.default_rng(index).normal(0, 3000, 3000 + 200 * int(index)).astype(np.int16)
        write_wav(dataset.recordings[index].path, np.concatenate([noise, spoken(f"{name} {index}")]))


def process(name: str, *commands: str, **environment: str) -> None:
    """Ends when the commands have ended; each process has caches of its own, but for the front end."""
    caches = WORK / f"caches {name}"
    caches.mkdir()
    shutil.copy(front_end_module(DURATION), caches)
    started = start(*commands, LIGHT_SERNET_TEST_CACHES=str(caches), **environment)
    output, errors = started.communicate()
    ENDED[name] = subprocess.CompletedProcess(commands, started.returncode, output, errors)


def in_folder(command: str, data: str, run: str, verbose: int = 0) -> str:
    return f"{command} --data '{WORK / data}' --run '{WORK / run}' -v {verbose}"


def in_folders(data: str, run: str) -> list[str]:
    """A fold of each protocol, and a student of the first."""
    loso, random = (data if data == "data" else f"{protocol} {data}" for protocol in (LOSO, RANDOM))
    return [
        in_folder(LOSO_FOLD, loso, f"loso{run}"),
        in_folder(RANDOM_FOLD, random, f"random{run}"),
        in_folder(STUDENT, loso, f"student{run}") + f" --teachers '{WORK / f'loso{run}'}'",
    ]


def as_is() -> None:
    """The trainings that others are compared with; then one fold of three speakers alone, and every one in a process of its own."""
    options = f"-id {DURATION} --width micro --epochs 1 --set batch=4 --set voice=0 --set real=0 --protocol loso -v 0 --data '{WORK / 'three'}' --jobs 2"
    process(
        "as is",
        *in_folders("data", ""),
        in_folder(AS_PAPERS, "data", "runs/reference-micro-ce/0"),
        in_folder(UNVALIDATED, "data", "runs/random-micro-ce/0"),
        in_folder(UNVALIDATED, "data", "random alone"),
        f"training.train {options} --fold 08 --run '{WORK / 'one fold'}'",
        f"training.cross_validate {options} --runs '{WORK / 'folds'}'",
    )


def again() -> None:
    """Killed. Another process continues, and does it once more; then the trainings whose test part was replaced, the same, and what is nearly the same. The last two
    commands must be refused."""
    command = in_folder(LOSO_FOLD, "data", "loso interrupted", verbose=2)
    process("interrupted", command, KILL_AT_STEP=str(STEPS + 2))
    shutil.copytree(WORK / "loso interrupted", WORK / "loso when interrupted")
    process(
        "again",
        command,
        command,
        *in_folders("test replaced", " replaced"),
        in_folder(LOSO_FOLD, "data", "loso again"),
        in_folder(f"{LOSO_FOLD} --seed 2", "data", "loso seed 2"),
        in_folder(f"{LOSO_FOLD} --no-validation", "data", "loso unvalidated"),
        in_folder(LOSO_FOLD, "one of training replaced", "loso one replaced"),
        in_folder(f"{LOSO_FOLD} --seed 3", "data", "loso again"),
        in_folder(LOSO_FOLD, "data", "loso one replaced"),
    )


def weights(run: str) -> dict[str, np.ndarray]:
    with np.load(WORK / run / "weights.npz") as arrays:
        return dict(arrays)


def read_json(run: str, file: str):
    return json.loads((WORK / run / file).read_text())


def logits_of_validation_part(run: str) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and probabilities of the weights that were kept."""
    dataset, front_end = read_dataset("EMO-DB", WORK / "data"), load_front_end(MFCC, DURATION)
    chosen = protocols.split(dataset, LOSO, "08", True).validation
    features = np.stack([front_end.features(front_end.read_wav(dataset.recordings[index].path)) for index in chosen])
    return dataset.labels[chosen], softmax(logits_of_model(trained_model(WORK / run), None, features), axis=1)


class Trainings(unittest.TestCase):
    def assert_ended(self, name: str, code: int = 0) -> None:
        self.assertEqual(ENDED[name].returncode, code, ENDED[name].stderr[-3000:])
        self.assertNotIn("Traceback", ENDED[name].stderr)

    def assert_same(self, one: str, other: str) -> None:
        ones, others = weights(one), weights(other)
        self.assertEqual(ones.keys(), others.keys())
        for name, value in ones.items():
            self.assertEqual(value.tobytes(), others[name].tobytes(), name)

    def assert_not_same(self, one: str, other: str) -> None:
        ones, others = weights(one), weights(other)
        different = [name for name, value in ones.items() if value.tobytes() != others[name].tobytes()]
        self.assertGreater(len(different), len(ones) / 2)


class TestFold(Trainings):
    """What lies in a test fold reaches neither training nor selection: other sounds there give the same weights."""

    def setUp(self):
        self.assert_ended("as is")
        self.assert_ended("again", code=1)

    def test_loso(self):
        self.assert_same("loso", "loso replaced")
        self.assertEqual(*[[{**record, "seconds": 0} for record in read_json(run, "history.json")] for run in ("loso", "loso replaced")])

    def test_random(self):
        self.assert_same("random", "random replaced")

    def test_a_student_and_its_teacher(self):
        self.assert_same("student", "student replaced")

    def test_the_sounds_were_others(self):
        dataset = read_dataset("EMO-DB", WORK / "data")
        for protocol, fold in ((LOSO, "08"), (RANDOM, "0")):
            parts = protocols.split(dataset, protocol, fold, True)
            for index, recording in enumerate(dataset.recordings):
                same = recording.path.read_bytes() == (WORK / f"{protocol} test replaced" / recording.path.name).read_bytes()
                self.assertEqual(same, index not in parts.test)

    def test_another_sound_in_the_training_part_gives_other_weights(self):
        """Without this the tests above would show nothing."""
        self.assert_not_same("loso", "loso one replaced")

    def test_a_teacher_matters(self):
        self.assertEqual(read_json("student", "settings.json")["teachers"], [f"{WORK.name}/loso"])
        self.assert_not_same("loso", "student")


class FoldsOfThePapersProtocol(Trainings):
    """`reference` trains as `random` does without a validation part, so that the latter takes the last weights of the former."""

    def setUp(self):
        self.assert_ended("as is")
        self.papers, self.random = "runs/reference-micro-ce/0", "runs/random-micro-ce/0"

    def test_random_has_the_weights_that_it_trains_by_itself(self):
        self.assert_same("random alone", self.random)
        with np.load(WORK / self.papers / "last.npz") as last:
            for name, value in weights("random alone").items():
                self.assertEqual(value.tobytes(), last[name].tobytes(), name)

    def test_it_did_not_train_again(self):
        """The seconds of an epoch are never the same twice."""
        taken, papers, alone = (read_json(run, "history.json") for run in (self.random, self.papers, "random alone"))
        self.assertEqual(taken, [{name: record[name] for name in ("loss", "accuracy", "seconds")} for record in papers])
        self.assertNotEqual([record["seconds"] for record in taken], [record["seconds"] for record in alone])

    def test_only_the_papers_protocol_chooses_an_epoch(self):
        for run in (self.random, "random alone"):
            self.assertEqual(read_json(run, "result.json")["epoch"], EPOCHS)
            self.assertNotIn("validation", read_json(run, "result.json"))
        history, result = read_json(self.papers, "history.json"), read_json(self.papers, "result.json")
        scores = [record["validation_score"] for record in history]
        self.assertEqual(scores[result["epoch"] - 1], max(scores))


class Seeds(Trainings):
    def test_the_same_seed_gives_the_same_weights_in_another_process(self):
        self.assert_same("loso", "loso again")

    def test_another_seed_gives_others(self):
        self.assert_not_same("loso", "loso seed 2")


class CrossValidation(Trainings):
    def setUp(self):
        self.assert_ended("as is")

    def test_every_speaker_has_a_finished_fold(self):
        folds = {path.parent.name for path in (WORK / "folds" / "loso-micro-ce").glob("*/settings.json")}
        self.assertEqual(folds, set(SPEAKERS[:3]))
        for fold in folds:
            self.assertTrue((WORK / "folds" / "loso-micro-ce" / fold / "result.json").exists())
            self.assertEqual(read_json(f"folds/loso-micro-ce/{fold}", "settings.json")["fold"], fold)

    def test_a_fold_has_the_weights_that_it_has_alone(self):
        self.assert_same("folds/loso-micro-ce/08", "one fold")

    def test_every_precision_answers_every_utterance_by_the_network_that_has_not_heard_its_speaker(self):
        dataset, front_end = read_dataset("EMO-DB", WORK / "three"), load_front_end(MFCC, DURATION)
        results = WORK / "folds" / "loso-micro-ce" / "results"  # not weights/results: this is not what ships
        temperatures = json.loads((results / "calibration-loso-micro-ce.json").read_text())["folds"]
        found = {precision: read_predictions(results / f"loso-{precision}-micro-ce.csv") for precision in PRECISIONS}
        for precision, answers in found.items():
            self.assertEqual(sorted(answers.utterances), sorted(recording.utterance for recording in dataset.recordings), precision)
        models = {speaker: trained_model(WORK / "folds" / "loso-micro-ce" / speaker) for speaker in SPEAKERS[:3]}
        for recording in dataset.recordings:
            features = front_end.features(front_end.read_wav(recording.path))[np.newaxis]
            temperature = temperatures[recording.speaker]["temperature"]
            expected = {speaker: softmax(logits_of_model(model, None, features)[0] / temperature) for speaker, model in models.items()}
            own = expected.pop(recording.speaker)
            for precision, most in (("float32", 1e-5), ("float16", 1e-2), ("int8", 0.1)):
                answers = found[precision]
                row = answers.utterances.index(recording.utterance)
                self.assertEqual(answers.folds[row], recording.speaker)
                self.assertEqual(answers.classes[answers.labels[row]], dataset.classes[recording.label])
                np.testing.assert_allclose(answers.probabilities[row], own, atol=most, err_msg=f"{precision} {recording.utterance}")
            for others in expected.values():
                self.assertGreater(np.abs(others - own).max(), 1e-5)

    def test_with_v_0_nothing_is_said(self):
        self.assertEqual((ENDED["as is"].stdout, ENDED["as is"].stderr), ("", ""))


class Interrupted(Trainings):
    def test_a_killed_run_goes_on_after_its_last_complete_epoch(self):
        self.assert_ended("interrupted", code=-9)
        self.assertFalse((WORK / "loso when interrupted" / "result.json").exists())
        with np.load(WORK / "loso when interrupted" / "state.npz") as state:
            self.assertEqual(json.loads(str(state["progress"]))["epoch"], 1)
        self.assert_ended("again", code=1)
        epochs = [line.split()[1] for line in ENDED["again"].stdout.splitlines() if line.startswith("epoch ")]
        self.assertEqual(epochs, [f"{epoch}/{EPOCHS}" for epoch in range(2, EPOCHS + 1)])

    def test_its_weights_are_those_of_an_uninterrupted_one(self):
        self.assert_same("loso", "loso interrupted")
        histories = [[{**record, "seconds": 0} for record in read_json(run, "history.json")] for run in ("loso", "loso interrupted")]
        self.assertEqual(*histories)

    def test_a_finished_run_is_not_done_again(self):
        self.assertIn("finished already", ENDED["again"].stdout)
        files = {path.name for path in (WORK / "loso interrupted").iterdir()}
        self.assertEqual(files, {"settings.json", "history.json", "curves.svg", "weights.npz", "result.json"})


class Folder(Trainings):
    def setUp(self):
        self.assert_ended("again", code=1)

    def assert_refused(self, run: str) -> None:
        sentences = [line for line in ENDED["again"].stderr.splitlines() if line.startswith(f"{REFUSED}train: {WORK / run} ")]
        self.assertEqual(len(sentences), 1, ENDED["again"].stderr[-3000:])
        self.assertIn("--run", sentences[0])
        self.assertEqual(ENDED["again"].stderr.count(REFUSED), 2, "no other command is refused")

    def test_another_setting_is_refused(self):
        self.assert_refused("loso again")
        self.assertEqual(read_json("loso again", "settings.json")["seed"], 1)

    def test_other_recordings_are_refused(self):
        self.assert_refused("loso one replaced")


class Selection(Trainings):
    def test_the_weights_are_those_of_the_best_validation_epoch(self):
        for run in ("loso", "loso again", "loso seed 2"):
            history, result = read_json(run, "history.json"), read_json(run, "result.json")
            self.assertEqual(len(history), EPOCHS)
            scores = [record["validation_score"] for record in history]
            self.assertEqual(result["epoch"], max(epoch for epoch, value in enumerate(scores, 1) if value == max(scores)))
            labels, probabilities = logits_of_validation_part(run)
            likelihood = np.log(probabilities[np.arange(len(labels)), labels]).mean()
            self.assertAlmostEqual(history[result["epoch"] - 1]["validation_loss"], -likelihood, places=5)
            self.assertAlmostEqual(history[result["epoch"] - 1]["validation_wa"], (probabilities.argmax(axis=1) == labels).mean())
            others = [record["validation_loss"] for epoch, record in enumerate(history, 1) if epoch != result["epoch"]]
            self.assertGreater(min(abs(other + likelihood) for other in others), 1e-4, "other epochs' weights are others")

    def test_without_validation_the_last_epoch_is_kept(self):
        self.assertEqual(read_json("loso unvalidated", "result.json")["epoch"], EPOCHS)
        self.assertNotIn("validation", read_json("loso unvalidated", "result.json"))
        for record in read_json("loso unvalidated", "history.json"):
            self.assertEqual(set(record), {"loss", "accuracy", "seconds"})
        self.assert_not_same("loso", "loso unvalidated")


if __name__ == "__main__":
    unittest.main()
