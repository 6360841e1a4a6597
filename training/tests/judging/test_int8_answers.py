"""When the logits that a module gave may be used again."""

import dataclasses
import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

from ..support import dataset_of, need

need("tensorflow", "keras", "pyworld", "scipy", "tqdm", "wasmtime")

from training.conversion.module_answers import Answers
from training.data.normalization import NORMALIZATION_FILE, Normalization
from training.data.protocols import LOSO, split
from training.judging import int8_answers
from training.judging.fold_logits import ADAPTED, UNADAPTED
from training.judging.int8_answers import Asked, read_logits, write_logits
from training.judging.others import draw_others
from training.learning.voice_head import VOICE_FILE, VoiceHead, write_voice_head

DATA = dataset_of({"a": [2, 2], "b": [2, 2], "c": [2, 2]})
DATA = dataclasses.replace(DATA, recordings=tuple(dataclasses.replace(r, digest=r.utterance) for r in DATA.recordings))
ASKED = Asked(DATA, draw_others(DATA.speakers), (np.zeros(9, np.int16), np.ones(9, np.int16)))
PARTS = split(DATA, LOSO, "b", validate=True)


class Kept(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.folder = Path(work.name)
        (self.folder / "b").mkdir()
        (self.folder / "b" / "weights.npz").write_text("weights")
        self.jobs = []

        def answered(models, classes, sounds, jobs):
            self.jobs += jobs
            return Answers(np.arange(2.0 * len(jobs), dtype=np.float32).reshape(-1, 2), np.linspace(0, 1, len(jobs), dtype=np.float32))

        # All recordings but those of a speaker that only trains are among the sounds, in another order; then the two windows.
        place = {index: 7 - number for number, index in enumerate([*PARTS.test, *PARTS.validation])}
        with mock.patch.multiple(int8_answers, module_answers=answered, build_module=mock.Mock()):
            written = int8_answers.print_of(self.folder / "b", PARTS, ASKED)
            write_logits(DATA, self.folder, PARTS, np.zeros(0), ASKED.others, mock.Mock(lengths=(1,) * 10), place, written)
        self.place = place

    def test_each_recording_unadapted_and_adapted_and_the_windows(self):
        found = read_logits(self.folder, PARTS, ASKED)
        np.testing.assert_array_equal(found.asked, [*PARTS.test, *PARTS.validation])
        for number, index in enumerate(found.asked):
            alone, adapted = self.jobs[number], self.jobs[8 + number]
            self.assertEqual((alone.sound, alone.others), (self.place[index], ()))
            self.assertEqual((adapted.sound, adapted.others), (self.place[index], tuple(self.place[other] for other in ASKED.others[index])))
        self.assertEqual([job.sound for job in self.jobs[16:]], [8, 9])
        self.assertEqual([found.logits[UNADAPTED][1, 0], found.logits[ADAPTED][1, 0], found.backgrounds[1, 0]], [2, 18, 34])
        self.assertEqual((found.judged, found.held_back), (slice(4), slice(4, None)))
        voices = np.concatenate([found.voices[UNADAPTED], found.voices[ADAPTED], found.background_voices])
        np.testing.assert_array_equal(voices, np.linspace(0, 1, 18, dtype=np.float32))
        self.assertFalse(found.has_voice(UNADAPTED).any())
        np.testing.assert_array_equal(found.has_voice(ADAPTED), [False] + [True] * 7)
        self.assertTrue(found.background_has_voice.all())

    def test_not_after_anything_changed(self):
        other = dataclasses.replace(DATA.recordings[0], digest="another")
        for changed in (
            dataclasses.replace(ASKED, windows=ASKED.windows[:1]),
            dataclasses.replace(ASKED, others=draw_others(DATA.speakers, seed=1)),
            dataclasses.replace(ASKED, dataset=dataclasses.replace(DATA, recordings=(other, *DATA.recordings[1:]))),
        ):
            self.assertIsNone(read_logits(self.folder, PARTS, changed))
        with mock.patch.object(int8_answers, "sources_hash", lambda: "other tools"):
            self.assertIsNone(read_logits(self.folder, PARTS, ASKED))
        (self.folder / "b" / VOICE_FILE).write_text("a head")
        self.assertIsNone(read_logits(self.folder, PARTS, ASKED))
        (self.folder / "b" / VOICE_FILE).unlink()
        self.assertIsNotNone(read_logits(self.folder, PARTS, ASKED))
        (self.folder / "b" / "weights.npz").write_text("other weights")
        self.assertIsNone(read_logits(self.folder, PARTS, ASKED))


class Built(unittest.TestCase):
    def test_a_module_has_the_normalization_and_the_voice_head_of_its_run(self):
        with tempfile.TemporaryDirectory() as work:
            run = Path(work, "kind", "b")
            run.mkdir(parents=True)
            normalization, head = Normalization(), VoiceHead(np.array([0.25, -2]), 0.5)
            for beside, expected in ((False, {}), (True, {"normalization": normalization.as_manifest(), "voice": {"weights": [0.25, -2], "bias": 0.5}})):
                if beside:
                    (run / NORMALIZATION_FILE).write_text(json.dumps(normalization.as_manifest()))
                    write_voice_head(run, head)
                with mock.patch.multiple(int8_answers, inference_model=mock.Mock(), build_int8=mock.Mock(), write_graph_model=mock.DEFAULT) as made:
                    int8_answers.build_module(DATA, run, PARTS, np.zeros(0))
                self.assertEqual(made["write_graph_model"].call_args.args[2], {"id": "kind-b", "classes": list(DATA.classes), "acceptThreshold": 0} | expected)


if __name__ == "__main__":
    unittest.main()
