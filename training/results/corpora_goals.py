"""The goals for models that learn from many corpora, and what was reached."""

from collections.abc import Sequence
from typing import NamedTuple

from ..data import licences
from ..data.protocols import LOCO, LOSO, RANDOM, REFERENCE, SPEAKERS
from ..network.widths import FULL, MICRO
from .acceptance import PROBABILITY, SHIPPED
from .corpora_scores import ADAPTED, ANSWERS, UNADAPTED, WAYS, CorporaScores, chosen
from .markdown import table
from .robustness_file import CLEAN, in_noise, real

EMO_DB, RAVDESS, NEMO, EMOSPEECH = "EMO-DB", "RAVDESS", "nEMO", "emospeech"
UNSEEN = {RAVDESS: ("6 classes", 52), NEMO: ("5 classes", 50), EMO_DB: ("6 classes", 65)}  # UA %, leave one corpus out
SEEN = {RAVDESS: 68, NEMO: 70, EMOSPEECH: 35}  # UA %, speakers unseen
ACTIVATION = {RAVDESS: 0.92, NEMO: 0.88, EMO_DB: 0.97}
LOST = {  # UA, points, at most
    in_noise(real("kitchen"), 10): 4,
    in_noise(real("factory"), 10): 4,
    in_noise(real("car"), 10): 4,
    in_noise("rain", 10): 4,
    in_noise(real("babble"), 10): 15,
    in_noise("babble", 10): 15,
    "telephone": 8,
}
LOST_IN_ROOM = 5
REFERENCE_GOALS = {"ua": ("UA", 94.94), "wa": ("WA", 95.33), "f1": ("macro F1", 95.27)}
HEADER = ["goal", "", "unadapted", "adapted", "adapted, answers", "met"]


class Goal(NamedTuple):
    """One that was measured."""

    name: str
    bound: float
    values: list[float | None]  # unadapted, adapted, and with the mean answer
    at: int  # which of them must reach the bound
    most: bool  # the bound is the largest value that meets the goal
    digits: int

    @property
    def met(self) -> bool:
        value = self.values[self.at]
        return value <= self.bound if self.most else value >= self.bound

    @property
    def text(self) -> str:
        return f"{'at most' if self.most else 'at least'} {self.bound:g}"

    def cells(self) -> list[str]:
        """Of the table, without name and goal."""
        return ["" if value is None else f"{value:.{self.digits}f}" for value in self.values] + [""] * (len(WAYS) - 1 - len(self.values))


def goals_table(every: Sequence[CorporaScores]) -> str:
    return table(HEADER, [[goal.name, goal.text, *goal.cells(), "yes" if goal.met else "no"] for goal in goals(every)])


def missed_list(every: Sequence[CorporaScores]) -> str:
    """Markdown: the goals that were missed, with what was reached instead."""
    measured = goals(every)
    missed = [f"- **{goal.name}**: {goal.cells()[goal.at]} instead of {goal.text}" for goal in measured if not goal.met]
    return "\n".join(missed or ["None of those that were measured."] * bool(measured))


def goals(every: Sequence[CorporaScores]) -> list[Goal]:
    """Those that were measured: of full and micro, trained with free licences, and of full trained on everything. Met: by the unadapted module, but where the goal says adapted."""
    full, micro, world = (lambda protocol, w=width, l=admitted: chosen(every, protocol, w, l) for width, admitted in ((FULL, licences.FREE), (MICRO, licences.FREE), (FULL, licences.ANY)))
    found = loso_goals(full(LOSO), micro(LOSO)) + random_goals(full(RANDOM), full(REFERENCE)) + robustness_goals(full(LOSO))
    return found + loco_goals(world(LOCO)) + speakers_goals(world(SPEAKERS), full(LOSO)) + acceptance_goals(full(LOSO), world(LOCO))


def goal_of(name: str, bound: float, values: Sequence[float | None], at: int = 0, most: bool = False, digits: int = 1) -> list[Goal]:
    """None where the value that must reach the bound was not measured."""
    return [] if values[at] is None else [Goal(name, bound, list(values), at, most, digits)]


def percents(scores: CorporaScores | None, corpus: str, measure: str = "ua") -> list[float | None]:
    values = [None if scores is None else scores.ua(corpus, way, measure) for way in (UNADAPTED, ADAPTED, ANSWERS)]
    return [None if value is None else 100 * value for value in values]


def less(values: Sequence[float | None], others: Sequence[float | None]) -> list[float | None]:
    return [None if value is None or other is None else value - other for value, other in zip(values, others)]


def loso_goals(full: CorporaScores | None, micro: CorporaScores | None) -> list[Goal]:
    its = percents(full, EMO_DB)
    return (
        goal_of("EMO-DB, speakers left out, full: UA %", 87, its)
        + goal_of("EMO-DB, speakers left out, full, adapted: UA %", 90, its, at=1)
        + goal_of("micro less full: UA, points", -1.5, less(percents(micro, EMO_DB), its))
    )


def random_goals(random: CorporaScores | None, reference: CorporaScores | None) -> list[Goal]:
    found = goal_of("EMO-DB, speakers mixed, full: UA %", 92.5, percents(random, EMO_DB))
    for measure, (name, goal) in REFERENCE_GOALS.items():
        found += goal_of(f"the papers' own protocol (inflated), full: {name} %", goal, percents(reference, EMO_DB, measure), digits=2)
    return found


def robustness_goals(full: CorporaScores | None) -> list[Goal]:
    columns = [{} if full is None else full.robustness(way) for way in WAYS[:2]]
    rooms = [condition for condition in columns[0] if "room " in condition]
    found = []
    for condition, most in (LOST | dict.fromkeys(rooms, LOST_IN_ROOM)).items():
        lost = [100 * (column[CLEAN] - column[condition]) if condition in column else None for column in columns]
        found += goal_of(f"{condition}, full: UA lost against clean, points", most, lost, most=True)
    return found


def loco_goals(world: CorporaScores | None) -> list[Goal]:
    found = []
    for corpus, (classes, goal) in UNSEEN.items():
        found += goal_of(f"unseen {corpus}, world: UA % of {classes}", goal, percents(world, corpus))
    found += goal_of(f"unseen {RAVDESS}, world: UA % of anger, fear, happiness, neutral, sadness", 56, percents(world, RAVDESS, "five_ua"))
    activation = {} if world is None else world.whole["dimensions"].get("activation", {})
    for corpus, goal in ACTIVATION.items():
        ways = [activation.get(corpus, {}).get(way) for way in ("", "adapted", "adapted-answers")]
        found += goal_of(f"unseen {corpus}, world: activation, area under the curve", goal, [its and its["auc"] for its in ways], digits=3)
        found += goal_of(f"unseen {corpus}, world: activation, UA lost at one half against the best threshold, points", 3, [its and 100 * (its["best_ua"] - its["ua"]) for its in ways], most=True)
    return found


def speakers_goals(world: CorporaScores | None, full: CorporaScores | None) -> list[Goal]:
    found = goal_of("EMO-DB, speakers unseen, world less full: UA, points", -2, less(percents(world, EMO_DB), percents(full, EMO_DB)))
    for corpus, goal in SEEN.items():
        found += goal_of(f"{corpus}, speakers unseen, world: UA %", goal, percents(world, corpus))
    return found


def acceptance_goals(full: CorporaScores | None, world: CorporaScores | None) -> list[Goal]:
    """Of the module's own rule, with a threshold from held-back answers."""
    found = []
    for scores, corpora, right, coverage in ((full, (EMO_DB,), 92, 85), (world, (*UNSEEN, EMOSPEECH), 65, 20)):
        fit = {} if scores is None else scores.whole["acceptance"][PROBABILITY]["fits"][SHIPPED]
        for corpus in corpora:
            ways = [fit.get("corpora", {}).get(corpus, {}).get(way) for way in ("", "adapted", "adapted-answers")]
            what = f"{corpus}, speakers left out, full" if scores is full else f"unseen {corpus}, world"
            found += goal_of(f"{what}: right of the accepted, %", right, [None if its is None else 100 * (its["right"] or 0) for its in ways])
            found += goal_of(f"{what}: accepted, %", coverage, [None if its is None else 100 * its["coverage"] for its in ways])
        if "all" in fit.get("backgrounds", {}):
            name = "full" if scores is full else "world"
            found += goal_of(f"sounds without a voice, {name}: accepted, %", 3, [100 * fit["backgrounds"]["all"]], most=True)
    return found
