"""What a built module answers: its own logits, each job by itself, and after the utterances of a speaker as the module's statistics have it."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np

from ..support import as_int16, dataset_of, need, need_tools, vowel

need("tensorflow", "keras", "tensorflowjs", "scipy", "tqdm", "wasmtime", "soundfile")
need_tools()

from training.conversion.graph_model import inference_model, write_graph_model
from training.conversion.int8 import build_int8, write_wav
from training.conversion.module_answers import Answers, Job, module_answers, written_sounds
from training.data.dataset import Dataset
from training.data.front_end import RAW_MFCC, load_front_end
from training.data.normalization import Normalization
from training.judging.float_answers import carried_means
from training.learning.voice_head import VoiceHead
from training.network.trained import logits_of_model, pooled_model, trained_model

from ..exported import CLASSES, write_run


def sounds() -> list[np.ndarray]:
    """int16, of 0.6 to 1.3 s, in three rooms."""
    found = []
    for number in range(9):
        seconds, pitch = 0.6 + 0.08 * number, 90 + 20 * number
        found.append(as_int16(vowel(pitch, seconds, (400 + 150 * (number % 3), 1300, 2600), seed=number) * np.linspace(0.2, 1, round(seconds * 16000))))
    return found


class ModuleLogits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        import soundfile

        work = tempfile.TemporaryDirectory()
        cls.addClassCleanup(work.cleanup)
        cls.run_folder, cls.sounds = write_run(Path(work.name, "run"), seed=1), sounds()
        dataset, paths = dataset_of({"a": [9]}), []
        for number, samples in enumerate(cls.sounds):
            paths.append(Path(work.name, f"{number}.{'flac' if number % 2 else 'wav'}"))
            write = write_wav if number % 2 == 0 else lambda path, its: soundfile.write(path, its, 16000)
            write(paths[-1], samples)
        recordings = tuple(type(r)(path, r.utterance, r.speaker, "", 0) for r, path in zip(dataset.recordings, paths))
        raw = load_front_end(RAW_MFCC, 1.0)
        cls.raw = np.stack([raw.features(samples) for samples in cls.sounds])
        cls.normalization = Normalization(share=1.0, energy_scale=4.0, mean=cls.raw.reshape(-1, 40)[cls.raw.reshape(-1, 40)[:, 0] > -13].mean(axis=0))
        features = logits_of_model(pooled_model(trained_model(cls.run_folder)), None, cls.normalization(cls.raw))
        weights = np.random.default_rng(0).normal(size=features.shape[1])
        weights *= 2 / (features @ weights).std()
        cls.head, cls.features = VoiceHead(weights, -float((features @ weights).mean())), features
        sidecar = {"id": "x", "classes": CLASSES, "acceptThreshold": 0, "normalization": cls.normalization.as_manifest(), "voice": cls.head.as_manifest()}
        write_graph_model(inference_model(cls.run_folder), cls.run_folder / "graph", sidecar, cls.normalization(cls.raw[:2]))
        cls.dataset = Dataset("x", tuple(CLASSES), recordings)
        build_int8(cls.dataset, cls.run_folder, np.arange(9))

    def answers(self, jobs: list[Job]) -> Answers:
        with written_sounds(self.sounds) as written:
            return module_answers([self.run_folder / "int8"], CLASSES, written, jobs)

    def logits(self, jobs: list[Job]) -> np.ndarray:
        return self.answers(jobs).logits

    def test_they_are_the_network_s(self):
        jobs = [Job(index) for index in range(9)]
        adapted = [Job(index, others=tuple((index + step) % 9 for step in (1, 2, 3))) for index in range(9)]
        found = self.logits(jobs + adapted)
        carried = carried_means(self.raw, [np.array(job.others) for job in adapted], self.normalization.horizon)
        model = trained_model(self.run_folder)
        for its, features in ((found[:9], self.normalization(self.raw)), (found[9:], self.normalization(self.raw, carried.mean, carried.known))):
            expected = logits_of_model(model, None, features)
            apart = np.abs(found[:9] - found[9:]).mean()
            self.assertLess(np.abs(its - expected).mean(), apart / 3, "int8 rounds less than the statistics change")

    def test_no_job_leaves_anything_to_the_next(self):
        jobs = [Job(3, others=(1, 2)), Job(3), Job(5, others=(4,)), Job(3, others=(1, 2))]
        found = self.logits(jobs)
        np.testing.assert_array_equal(found[0], found[3])
        for row, job in zip(found, jobs):
            np.testing.assert_array_equal(row, self.logits([job])[0])
        self.assertFalse(np.array_equal(found[0], found[1]))

    def test_the_voice_is_that_of_the_head(self):
        found, expected = self.answers([Job(index) for index in range(9)]).voices, self.head(self.features)
        self.assertLess(np.abs(found - expected).mean(), expected.std() / 3, "int8 rounds less than the sounds differ")
        self.assertGreater(np.corrcoef(found, expected)[0, 1], 0.97)

    def test_without_a_voice_head_everything_is_a_voice(self):
        without = self.run_folder.with_name("without a head")
        shutil.copytree(self.run_folder / "graph", without / "graph")
        sidecar = without / "graph" / "light-sernet.json"
        sidecar.write_text(json.dumps({name: value for name, value in json.loads(sidecar.read_text()).items() if name != "voice"}))
        build_int8(self.dataset, without, np.arange(9))
        with written_sounds(self.sounds) as written:
            found = module_answers([without / "int8"], CLASSES, written, [Job(0), Job(1)])
        np.testing.assert_array_equal(found.voices, [1, 1])

    def test_a_folder_without_a_module_is_refused(self):
        with tempfile.TemporaryDirectory() as work, written_sounds(self.sounds[:1]) as written:
            with self.assertRaisesRegex(ValueError, f"^a module could not answer: {work} has no built model"):
                module_answers([Path(work)], CLASSES, written, [Job(0)])


if __name__ == "__main__":
    unittest.main()
