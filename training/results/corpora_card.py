"""The tables of the model card, from the scores of cross-validations on corpora. corpora_tables.py has every table of one cross-validation."""

from collections.abc import Sequence

from ..data import licences
from ..data.protocols import LOSO, RANDOM, REFERENCE, SPEAKERS
from ..network.widths import FULL, MICRO
from .acceptance import PROBABILITY, SHIPPED
from .confusions import emospeech_verdict
from .corpora_goals import EMO_DB, goals_table, missed_list
from .corpora_pictures import shown
from .corpora_scores import ADAPTED, ANSWERS, UNADAPTED, CorporaScores, chosen
from .goals import PUBLISHED
from .markdown import optional, percent, table, with_interval
from .people_table import people_table
from .predictions import FLOAT32, INT8

NOT_MEASURED = "Not measured yet."
INFLATED = "the best on the test fold (inflated)"


def blocks(every: Sequence[CorporaScores]) -> dict[str, str]:
    """Markdown by the name of its place in the card."""
    found = {
        "people": people_table(every),
        "goals": goals_table(every) if every else "",
        "missed": missed_list(every),
        "accuracy": accuracy_table(every),
        "published": published_table(every),
        "precision": precision_table(every),
        "robustness": robustness_table(every),
        "accepted": accepted_table(every),
        "voiceless": voiceless_table(every),
        "dimensions": dimensions_table(every),
        "emospeech": emospeech_verdict(every),
        "pictures": "\n".join(f"![{title}](results/pictures/{file})" for file, title in shown(every).items()),
    }
    return {name: text.rstrip() or NOT_MEASURED for name, text in found.items()}


def named(scores: CorporaScores, corpus: str) -> str:
    return f"{scores.tested}, {scores.model}, {corpus}"


def accuracy_table(every: Sequence[CorporaScores]) -> str:
    """Intervals are over speakers."""
    rows = []
    for scores in every:
        for corpus, its in scores.whole["answers"][UNADAPTED].items():
            better = [optional(scores.ua(corpus, way)) for way in (ADAPTED, ANSWERS)]
            rows.append([named(scores, corpus), str(scores.classes(corpus)), str(its["recordings"]), with_interval(its["ua"], its["interval"]["ua"]), *better, percent(its["wa"]), percent(its["f1"])])
    return table(["what was tested, model, corpus", "classes", "recordings", "UA % (95 % over speakers)", "adapted, UA %", "adapted, answers, UA %", "WA %", "macro F1 %"], rows) if rows else ""


def published_table(every: Sequence[CorporaScores]) -> str:
    rows = []
    for protocol, epoch in ((REFERENCE, INFLATED), (RANDOM, "none was: the last")):
        for width in (FULL, MICRO):
            if (scores := chosen(every, protocol, width, licences.FREE)) is not None:
                its = scores.whole["answers"][UNADAPTED][EMO_DB]
                rows.append([f"**{scores.model}, this one**", INT8, epoch, *(f"{100 * its[measure]:.2f}" for measure in ("ua", "wa", "f1"))])
    published = [[name, FLOAT32, INFLATED, *(f"{value:.2f}" for value in values)] for name, values in PUBLISHED.items()]
    return table(["speakers mixed, ten folds", "precision", "epoch chosen", "UA %", "WA %", "macro F1 %"], published + rows) if rows else ""


def precision_table(every: Sequence[CorporaScores]) -> str:
    rows = []
    for scores in every:
        for corpus, its in scores.whole["answers"][UNADAPTED].items():
            if (reference := scores.ua(corpus, FLOAT32)) is not None:
                rows.append([named(scores, corpus), percent(reference), percent(its["ua"]), f"{100 * (its['ua'] - reference):+.1f}"])
    return table(["what was tested, model, corpus", "float32, UA %", "int8, UA %", "points"], rows) if rows else ""


def robustness_table(every: Sequence[CorporaScores]) -> str:
    """EMO-DB's speakers, unseen."""
    columns = {}
    for protocol, width, admitted in ((LOSO, FULL, licences.FREE), (LOSO, MICRO, licences.FREE), (SPEAKERS, FULL, licences.ANY), (SPEAKERS, MICRO, licences.ANY)):
        if (scores := chosen(every, protocol, width, admitted)) is not None:
            columns |= {scores.model: scores.robustness(UNADAPTED), f"{scores.model}, adapted": scores.robustness(ADAPTED)}
    columns = {name: found for name, found in columns.items() if found}
    conditions = list(dict.fromkeys(condition for column in columns.values() for condition in column))
    rows = [[condition, *(optional(column.get(condition)) for column in columns.values())] for condition in conditions]
    return table(["condition", *(f"{name}, UA %" for name in columns)], rows) if rows else ""


def accepted_table(every: Sequence[CorporaScores]) -> str:
    """With the module's own rule, and the threshold fitted as for the models that ship."""
    rows = []
    for scores in every:
        for corpus, ways in scores.whole["acceptance"][PROBABILITY]["fits"][SHIPPED]["corpora"].items():
            cells = [optional(ways[way][of]) if way in ways else "" for way in ("", "adapted", "adapted-answers") for of in ("coverage", "right")]
            rows.append([named(scores, corpus), *cells])
    header = ["accepted %", "right of these %", "adapted, accepted %", "right of these %", "adapted, answers, accepted %", "right of these %"]
    return table(["what was tested, model, corpus", *header], rows) if rows else ""


def voiceless_table(every: Sequence[CorporaScores]) -> str:
    rows = []
    for scores in every:
        accepted, taken = scores.whole["acceptance"][PROBABILITY]["fits"][SHIPPED].get("backgrounds", {}), scores.whole.get("voices", {}).get("backgrounds", {})
        if accepted or taken:
            rows.append([f"{scores.tested}, {scores.model}", *(optional(found.get(kind)) for kind in ("all", "made-up") for found in (taken, accepted))])
    return table(["cross-validation, model", "recorded sounds: taken for a voice %", "accepted %", "made-up sounds: taken for a voice %", "accepted %"], rows) if rows else ""


def dimensions_table(every: Sequence[CorporaScores]) -> str:
    rows = []
    for scores in every:
        for dimension, corpora in scores.whole["dimensions"].items():
            for corpus, ways in corpora.items():
                curves = [f"{ways[way]['auc']:.3f}" if way in ways else "" for way in ("", "adapted", "adapted-answers")]
                rows.append([f"{dimension}, {named(scores, corpus)}", *curves, percent(ways[""]["ua"]), percent(ways[""]["best_ua"])])
    return table(["dimension, what was tested, model, corpus", "area under the curve", "adapted", "adapted, answers", "UA % at one half", "at the best threshold"], rows) if rows else ""
