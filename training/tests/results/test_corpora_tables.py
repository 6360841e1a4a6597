"""Tables and goals of a cross-validation on corpora: every number is where it belongs."""

import json
import tempfile
import unittest
from pathlib import Path

from training.results.acceptance import SHIPPED
from training.results.corpora_goals import goals_table
from training.results.corpora_scores import WAYS, CorporaScores, chosen, read_scores, scores_path
from training.results.corpora_tables import tables
from training.results.robustness_file import Row, robustness_path, write_rows


def answered(ua: float) -> dict:
    interval = {name: [ua - 0.1, ua + 0.1] for name in ("ua", "wa", "f1")}
    return {"recordings": 9, "ua": ua, "wa": ua, "f1": ua, "recall": [ua, None], "interval": interval, "calibration_error": 0.05, "five_ua": ua + 0.02}


def fitted(corpora: dict[str, float]) -> dict:
    rows = {corpus: {way: {"coverage": 0.3, "right": right} for way in ("", "adapted", "adapted-answers")} for corpus, right in corpora.items()}
    return {"thresholds": [0.5], "corpora": rows, "backgrounds": {"all": 0.02, "street": 0.02}}


def scores(folder: Path, protocol: str, width: str, licences: str, corpora: dict[str, float]) -> CorporaScores:
    """Adapted answers are 0.04 better, those without the mean 0.06."""
    ways = dict(zip((*WAYS[:3], "float32"), (0, 0.04, 0.06, -0.01)))
    measured = {corpus: {"": {"auc": ua + 0.3, "auc_of_sum": ua, "ua": ua, "best_ua": ua + 0.02, "answers": 9}} for corpus, ua in corpora.items()}
    whole = {
        "kind": f"{protocol}-{width}-ce-corpora-{licences}-running",
        "protocol": protocol,
        "width": width,
        "licences": licences,
        "inflated": protocol == "reference",
        "classes": ["a", "b"],
        "answers": {way: {corpus: answered(ua + better) for corpus, ua in corpora.items()} for way, better in ways.items()},
        "groups": {way: {of: {name: {"classes": 2, "recordings": 9, "ua": 0.5, "wa": 0.5} for name in names} for of, names in (("speaker", "xy"), ("style", "x"), ("language", "x"))} for way in WAYS[:3]},
        "voices": {"corpora": {corpus: {"": 0.98, "adapted": 0.99, "adapted-answers": 0.99} for corpus in corpora}, "backgrounds": {"all": 0.02, "made-up": 0, "street": 0.02}},
        "acceptance": {"largest probability": {"order": 0.8, "fits": {SHIPPED: fitted(corpora)}}},
        "dimensions": {"activation": measured},
    }
    path = scores_path(folder, whole["kind"])
    path.write_text(json.dumps(whole))
    return read_scores(path)


def cells(text: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {row[0]: row[1:] for row in rows[2:]}


class Reports(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = Path(work.name)


class Goals(Reports):
    def test_reached_and_missed(self):
        every = [
            scores(self.work, "loso", "full", "free", {"EMO-DB": 0.85}),
            scores(self.work, "loso", "micro", "free", {"EMO-DB": 0.84}),
            scores(self.work, "reference", "full", "free", {"EMO-DB": 0.95}),
            scores(self.work, "loco", "full", "any", {"RAVDESS": 0.54, "nEMO": 0.48}),
            scores(self.work, "speakers", "full", "any", {"EMO-DB": 0.82, "nEMO": 0.71}),
        ]
        rows = [Row(condition, str(number), "ab"[number % 2], "ab"[number % 2] if number < right else "ba"[number % 2]) for condition, right in {"clean": 20, "real car 10 dB": 19, "room 1.5 m": 18}.items() for number in range(20)]
        write_rows(robustness_path(self.work, every[0].kind), rows)
        found = cells(goals_table(every))
        self.assertEqual(found["EMO-DB, speakers left out, full: UA %"], ["at least 87", "85.0", "89.0", "91.0", "no"])
        self.assertEqual(found["EMO-DB, speakers left out, full, adapted: UA %"], ["at least 90", "85.0", "89.0", "91.0", "no"])
        self.assertEqual(found["micro less full: UA, points"], ["at least -1.5", "-1.0", "-1.0", "-1.0", "yes"])
        self.assertEqual(found["the papers' own protocol (inflated), full: UA %"][:2], ["at least 94.94", "95.00"])
        self.assertEqual(found["real car 10 dB, full: UA lost against clean, points"], ["at most 4", "5.0", "", "", "no"])
        self.assertEqual(found["room 1.5 m, full: UA lost against clean, points"][1], "10.0")
        self.assertEqual(found["unseen RAVDESS, world: UA % of 6 classes"], ["at least 52", "54.0", "58.0", "60.0", "yes"])
        self.assertEqual(found["unseen RAVDESS, world: UA % of anger, fear, happiness, neutral, sadness"][1], "56.0")
        self.assertEqual(found["unseen nEMO, world: activation, area under the curve"], ["at least 0.88", "0.780", "", "", "no"])
        self.assertEqual(found["EMO-DB, speakers unseen, world less full: UA, points"][1], "-3.0")
        self.assertEqual(found["unseen nEMO, world: right of the accepted, %"], ["at least 65", "48.0", "48.0", "48.0", "no"])
        self.assertEqual(found["sounds without a voice, full: accepted, %"], ["at most 3", "2.0", "", "", "yes"])
        self.assertFalse(any("unseen EMO-DB" in name or "speakers mixed" in name for name in found), "not measured")

    def test_nothing_measured_is_a_table_without_rows(self):
        self.assertEqual(cells(goals_table([])), {})


class Tables(Reports):
    def test_each_way_and_corpus(self):
        found = tables(scores(self.work, "loco", "full", "any", {"RAVDESS": 0.54, "nEMO": 0.48}))
        self.assertEqual(cells(found["int8 modules"])["nEMO, adapted"], ["1", "9", "52.0 (42.0 to 62.0)", "52.0 (42.0 to 62.0)", "52.0 (42.0 to 62.0)", "5.0"])
        self.assertEqual(cells(found["float32 and int8"]), {"RAVDESS, unadapted": ["53.0", "54.0", "+1.0"], "nEMO, unadapted": ["47.0", "48.0", "+1.0"]})
        self.assertEqual(set(cells(found["By speaker"])), {"x", "y"})
        self.assertNotIn("By style", found, "all have the same")
        self.assertNotIn("Robustness (EMO-DB)", found)
        self.assertEqual(cells(found["Activation and valence"])["activation, nEMO, unadapted"], ["9", "0.780", "0.480", "48.0", "50.0"])

    def test_what_is_taken_for_a_voice(self):
        its = scores(self.work, "loco", "full", "any", {"nEMO": 0.48})
        title = "Speech and other sounds that are taken for a voice"
        self.assertEqual(cells(tables(its)[title]), {"nEMO": ["98.0", "99.0"], "backgrounds, all": ["2.0", ""], "backgrounds, made-up": ["0.0", ""], "backgrounds, street": ["2.0", ""]})
        del its.whole["voices"]
        self.assertNotIn(title, tables(its), "written before there were voice heads")

    def test_inflated_figures_say_so(self):
        self.assertTrue(all("inflated" in title for title in tables(scores(self.work, "reference", "full", "free", {"EMO-DB": 0.9}))))


class Files(Reports):
    def test_which_is_chosen(self):
        every = [scores(self.work, "loso", width, "free", {"EMO-DB": 0.8}) for width in ("micro", "full")]
        self.assertIs(chosen(every, "loso", "full", "free"), every[1])
        self.assertIsNone(chosen(every, "loso", "full", "any"))

    def test_other_files_are_refused(self):
        for text, said in (("[", "not a file of scores"), ("[]", "not a file of scores"), ('{"kind": "x"}', "it has no acceptance, answers")):
            path = self.work / "x.json"
            path.write_text(text)
            with self.assertRaisesRegex(ValueError, f"^{path}: .*{said}"):
                read_scores(path)


if __name__ == "__main__":
    unittest.main()
