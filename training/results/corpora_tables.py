"""Tables of a cross-validation on corpora, in Markdown."""

from .corpora_scores import WAYS, CorporaScores
from .markdown import optional, percent, table, with_interval


def tables(scores: CorporaScores) -> dict[str, str]:
    """By title; without those that were not measured."""
    found = {
        "int8 modules": answers_table(scores),
        "float32 and int8": precision_table(scores),
        "By style": groups_table(scores, "style"),
        "By language": groups_table(scores, "language"),
        "By speaker": groups_table(scores, "speaker"),
        "What is accepted": acceptance_table(scores),
        "Sounds without a voice that are accepted": backgrounds_table(scores),
        "Speech and other sounds that are taken for a voice": voices_table(scores),
        "Activation and valence": dimensions_table(scores),
        "Robustness (EMO-DB)": robustness_table(scores),
    }
    inflated = " (**inflated**: the epoch was chosen on the part that is reported)" * scores.whole["inflated"]
    return {f"{title}{inflated}": text for title, text in found.items() if text}


def named(way: str) -> str:
    return {WAYS[0]: "unadapted", WAYS[1]: "adapted", WAYS[2]: "adapted, answers", WAYS[3]: "adapted, answers of ten neutral ones"}[way]


def ways_of(scores: CorporaScores) -> list[str]:
    return [way for way in WAYS if way in scores.whole["answers"]]


def answers_table(scores: CorporaScores) -> str:
    """Intervals are over speakers."""
    rows = []
    for way in ways_of(scores):
        for corpus, its in scores.whole["answers"][way].items():
            classes = sum(recall is not None for recall in its["recall"])
            shares = [with_interval(its[name], its["interval"][name]) for name in ("ua", "wa", "f1")]
            rows.append([f"{corpus}, {named(way)}", str(classes), str(its["recordings"]), *shares, percent(its["calibration_error"])])
    return table(["corpus, way", "classes", "recordings", "UA % (95 % over speakers)", "WA %", "macro F1 %", "ECE %"], rows)


def precision_table(scores: CorporaScores) -> str:
    rows = []
    for way in ways_of(scores):
        for corpus, its in scores.whole["answers"][way].items():
            reference = scores.ua(corpus, way.replace("int8", "float32"))
            if reference is not None:
                rows.append([f"{corpus}, {named(way)}", percent(reference), percent(its["ua"]), f"{100 * (its['ua'] - reference):+.1f}"])
    return table(["corpus, way", "float32, UA %", "int8, UA %", "points"], rows)


def groups_table(scores: CorporaScores, of: str) -> str:
    """of: style, language or speaker; empty where all recordings have the same."""
    columns = {way: scores.whole["groups"][way][of] for way in ways_of(scores)}
    first = next(iter(columns.values()))
    if len(first) < 2:
        return ""
    rows = [[name, str(its["classes"]), str(its["recordings"]), *(percent(column[name]["ua"]) for column in columns.values())] for name, its in first.items()]
    return table([of, "classes", "recordings", *(f"{named(way)}, UA %" for way in columns)], rows)


def acceptance_table(scores: CorporaScores) -> str:
    """Coverage and the share of right answers among the accepted, unadapted and adapted, of every rule. Order: the mean accuracy over all coverages on held-back answers, by which a rule may
    be chosen."""
    rows = []
    for rule, its in scores.whole["acceptance"].items():
        for how, fit in its["fits"].items():
            for corpus, ways in fit["corpora"].items():
                cells = [optional(ways.get(way, {}).get(of)) for way in ("", "adapted") for of in ("coverage", "right")]
                rows.append([f"{rule}, {how}, {corpus}", optional(its["order"]), *cells])
    return table(["rule, fitted on, corpus", "order %", "accepted %", "right of these %", "adapted, accepted %", "right of these %"], rows)


def backgrounds_table(scores: CorporaScores) -> str:
    rows, kinds = [], []
    for rule, its in scores.whole["acceptance"].items():
        for how, fit in its["fits"].items():
            if "backgrounds" in fit:
                kinds = list(fit["backgrounds"])
                rows.append([f"{rule}, {how}", *(percent(fit["backgrounds"][kind]) for kind in kinds)])
    return table(["rule, fitted on", *(f"{kind} %" for kind in kinds)], rows) if rows else ""


def voices_table(scores: CorporaScores) -> str:
    """All of it where the modules have no voice head. Empty of scores that were written before there were any."""
    found = scores.whole.get("voices", {"corpora": {}})
    rows = [[corpus, *(optional(ways.get(way)) for way in ("", "adapted"))] for corpus, ways in found["corpora"].items()]
    rows += [[f"backgrounds, {kind}", percent(part), ""] for kind, part in found.get("backgrounds", {}).items()]
    return table(["corpus, or kind of background", "unadapted %", "adapted %"], rows) if rows else ""


def dimensions_table(scores: CorporaScores) -> str:
    rows = []
    for name, corpora in scores.whole["dimensions"].items():
        for corpus, ways in corpora.items():
            for way, its in ways.items():
                cells = [f"{its['auc']:.3f}", f"{its['auc_of_sum']:.3f}", percent(its["ua"]), percent(its["best_ua"])]
                rows.append([f"{name}, {corpus}, {way or 'unadapted'}", str(its["answers"]), *cells])
    return table(["dimension, corpus, way", "answers", "area under the curve", "of the plain sum", "UA % at one half", "at best %"], rows) if rows else ""


def robustness_table(scores: CorporaScores) -> str:
    columns = {named(way): found for way in WAYS if (found := scores.robustness(way))}
    if not columns:
        return ""
    conditions = list(dict.fromkeys(condition for column in columns.values() for condition in column))
    rows = [[condition, *(percent(column[condition]) if condition in column else "" for column in columns.values())] for condition in conditions]
    return table(["condition", *(f"{name}, UA %" for name in columns)], rows)
