"""Files of scores of cross-validations on corpora, made up here."""

import json
from pathlib import Path

from training.results.acceptance import SHIPPED
from training.results.corpora_scores import WAYS, CorporaScores, read_scores, scores_path


def answered(ua: float) -> dict:
    interval = {name: [ua - 0.1, ua + 0.1] for name in ("ua", "wa", "f1")}
    confusion = [[6, 3], [0, 0]]
    interval |= {"recall": [[ua - 0.1, ua + 0.1], None]}
    return {"recordings": 9, "ua": ua, "wa": ua, "f1": ua, "recall": [ua, None], "confusion": confusion, "interval": interval, "calibration_error": 0.05, "five_ua": ua + 0.02}


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
