"""Which modules are asked what in a condition, and which answers become rows."""

import dataclasses
import unittest
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import dataset_of, need

need("tensorflow", "pyroomacoustics", "scipy", "wasmtime")

from training.conversion.module_answers import Answers
from training.data.dataset import EMO_DB, Dataset
from training.data.protocols import LOSO, fold_names, split
from training.judging import degraded_corpora
from training.judging.degradations import Condition, conditions, real_conditions
from training.judging.degraded_corpora import adapts_in, answers
from training.judging.fold_logits import ADAPTED, UNADAPTED
from training.judging.others import draw_others


def corpora() -> Dataset:
    """EMO-DB and another corpus, which is not degraded."""
    dataset = dataset_of({**{f"a {number}": [2, 2, 2] for number in range(3)}, "b 1": [2, 2, 2]})
    return dataclasses.replace(dataset, recordings=tuple(dataclasses.replace(r, corpus=EMO_DB if r.speaker[0] == "a" else "b") for r in dataset.recordings))


class Rows(unittest.TestCase):
    def asked(self, name: str, adapts: bool = True):
        """Rows by way, the models' folders, the sounds, the jobs."""
        dataset = corpora()
        splits = [split(dataset, LOSO, fold, False) for fold in fold_names(dataset, LOSO)]
        samples = {index: np.full(20 + index, 0.01 * (index + 1)) for index, r in enumerate(dataset.recordings) if r.corpus == EMO_DB}
        given = {}

        def answered(models, classes, sounds, jobs):
            given.update(models=models, jobs=jobs)
            return Answers(np.eye(3)[[(job.model + len(job.others)) % 3 for job in jobs]].astype(np.float32), np.ones(len(jobs), np.float32))

        @contextmanager
        def written(sounds):
            given["sounds"] = sounds
            yield None

        condition = Condition(name, lambda own, voices, rng: -own)
        with mock.patch.multiple(degraded_corpora, module_answers=answered, written_sounds=written):
            rows = answers(Path("runs"), condition, dataset, splits, samples, draw_others(dataset.speakers) if adapts else None)
        return dataset, rows, given

    def test_each_recording_by_the_module_that_has_not_learned_its_speaker(self):
        dataset, rows, given = self.asked("clean")
        self.assertEqual([str(model) for model in given["models"]], [f"runs/{speaker}/int8" for speaker in ("a 0", "a 1", "a 2", "b 1")])
        self.assertEqual({way: len(its) for way, its in rows.items()}, {UNADAPTED: 18, ADAPTED: 18})
        for row, job in zip(rows[UNADAPTED], given["jobs"]):
            self.assertEqual(row.utterance[:3], f"a {job.model}")
            self.assertEqual((row.true, row.predicted), (row.utterance.split("-")[1], dataset.classes[job.model]))
        for row, job in zip(rows[ADAPTED], given["jobs"][18:]):
            self.assertEqual(len(job.others), 5)
            self.assertNotIn(job.sound, job.others)
            self.assertEqual(row.predicted, dataset.classes[(job.model + 5) % 3])

    def test_what_is_heard_before_is_in_the_same_condition(self):
        _, _, given = self.asked("clean")
        for number, sound in enumerate(given["sounds"]):
            np.testing.assert_array_equal(sound, np.full(20 + number, round(-327.68 * (number + 1))))

    def test_some_modules_and_conditions_are_unadapted_alone(self):
        self.assertEqual(set(self.asked("rain 5 dB")[1]), {UNADAPTED})
        self.assertEqual(set(self.asked("clean", adapts=False)[1]), {UNADAPTED})


class Conditions(unittest.TestCase):
    def test_adapted_where_a_goal_is(self):
        rng = np.random.default_rng(0)
        every = conditions() + real_conditions({"kitchen": rng.normal(size=50), "car": rng.normal(size=50)}, {"hall": np.array([0, 1.0])})
        self.assertEqual(
            [condition.name for condition in every if adapts_in(condition)],
            ["clean", "rain 10 dB", "babble 10 dB", "kitchen 10 dB", "room 0.5 m", "room 1.5 m", "room 3.0 m", "telephone", "real kitchen 10 dB", "real car 10 dB", "real room hall"],
        )

    def test_recorded_noise_has_the_ratio_that_the_name_says(self):
        rng = np.random.default_rng(0)
        noise, samples = rng.normal(size=1000), 0.05 * rng.normal(size=2500)
        for condition in real_conditions({"car": noise}, {}):
            ratio = int(condition.name.removeprefix("real car ").removesuffix(" dB"))
            added = condition.degrade(samples, [], np.random.default_rng(1)) - samples
            self.assertAlmostEqual(10 * np.log10(np.mean(samples**2) / np.mean(added**2)), ratio, 6)
            np.testing.assert_allclose(added[:1000], added[1000:2000], err_msg="it begins again")

    def test_a_recorded_room_is_as_loud_and_does_not_delay(self):
        [room] = real_conditions({}, {"hall": np.array([0, 0, 1.0, 0.5])})
        samples = 0.05 * np.random.default_rng(0).normal(size=300)
        found = room.degrade(samples, [], np.random.default_rng(1))
        expected = samples + 0.5 * np.concatenate([[0], samples[:-1]])
        np.testing.assert_allclose(found, expected * np.sqrt(np.mean(samples**2) / np.mean(expected**2)))


if __name__ == "__main__":
    unittest.main()
