"""Everything that decides the outcome of a run, and the options that set it."""

import argparse
import dataclasses
from dataclasses import dataclass
from math import inf
from pathlib import Path

from ..data import licences, normalization, protocols
from ..data.corpora import licence_of
from ..data.dataset import ALL_TYPES, CORPORA, DEFAULT_RECORDINGS, EMO_DB, Dataset, dataset_name, is_whole_emo_db
from ..data.front_end import INPUT_TYPES, MFCC, REFERENCE_DURATION
from ..data.protocols import PROTOCOLS
from ..network.loss_names import CROSS_ENTROPY, FOCAL, SHORT_NAMES
from ..network.widths import FULL, MICRO, WIDTHS
from .recipe import CORPORA_RECIPE, Recipe, changed

BEST, LAST = "best", "last"


@dataclass(frozen=True)
class Settings:
    """Everything that decides the outcome of a run."""

    dataset_name: str
    audio_type: str
    input_type: str
    input_duration: float  # s
    loss_name: str
    gamma: float
    width: str
    protocol: str
    fold: str
    validate: bool  # a part of what does not test is kept from training
    keep: str  # which epoch's weights: BEST on the validation part, or LAST
    seed: int
    recipe: Recipe
    teachers: tuple[str, ...]  # folders of runs
    normalization: str = normalization.NONE
    licences: str = licences.ANY  # which recordings and sounds are admitted

    @property
    def many_corpora(self) -> bool:
        """Whether the variants are made in sessions, and normalized when they are drawn."""
        return self.dataset_name == CORPORA


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that train, cross_validate and ablation share. Short names as in the reference implementation."""
    parser.add_argument("-dn", "--dataset_name", default=EMO_DB, metavar="NAME", help="EMO-DB; folders: one folder for each class; or corpora: files of labels (default: %(default)s)")
    parser.add_argument("--data", type=Path, nargs="+", default=[DEFAULT_RECORDINGS], metavar="DIR", help="the WAV files; with corpora files of labels, or folders that have one or EMO-DB's WAV files (default: ../shared/emodb/wav)")
    parser.add_argument("--licences", choices=licences.CHOICES, default=licences.ANY, help="with corpora: free leaves out what does not allow weights under MIT (default: %(default)s)")
    parser.add_argument("--normalization", choices=normalization.CHOICES, help="what the front end subtracts (default: running with corpora, else none)")
    parser.add_argument("-id", "--input_duration", type=float, default=REFERENCE_DURATION, metavar="S", help="seconds of a segment (default: 3)")
    parser.add_argument("-at", "--audio_type", default=ALL_TYPES, metavar="TYPE", help="with folders: only DIR/TYPE/CLASS (default: %(default)s)")
    parser.add_argument("-ln", "--loss_name", choices=SHORT_NAMES, default=CROSS_ENTROPY, help="default: %(default)s")
    parser.add_argument("--gamma", type=float, default=2.0, help="of the focal loss (default: %(default)s)")
    parser.add_argument("-it", "--input_type", choices=INPUT_TYPES, default=MFCC, help="light-sernet build takes only mfcc (default: %(default)s)")
    parser.add_argument("-v", "--verbose", type=int, choices=(0, 1, 2), default=1, help="0 prints nothing, 1 a progress bar, 2 a line for each epoch")
    parser.add_argument("--width", choices=WIDTHS, default=FULL, help="full has the paper's widths (default: %(default)s)")
    parser.add_argument("--epochs", type=int, metavar="N", help=f"passes over the training part (default: {Recipe().epochs})")
    parser.add_argument("--seed", type=int, default=1, help="of initial weights, order, random draws and dropout (default: %(default)s)")
    parser.add_argument("--protocol", choices=PROTOCOLS, default=protocols.ALL, help="default: %(default)s")
    parser.add_argument("--keep", choices=(BEST, LAST), default=BEST, help="keep the weights of the epoch that is best on the validation part (default), or of the last epoch")
    parser.add_argument("--no-validation", action="store_true", help="train on the validation part as well, and keep the weights of the last epoch")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=NUMBER", help="another constant of the recipe (training/learning/recipe.py)")
    parser.add_argument("--teachers", nargs="+", default=[], metavar="DIR", help="finished runs of the same fold, for distillation")
    parser.set_defaults(fold=None)  # only train has the option


def at_least_one(text: str) -> int:
    """For argparse."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{number} is too few; give 1 or more")
    return number


def settings_of(options: argparse.Namespace) -> Settings:
    name = dataset_name(options.dataset_name)
    recipe = changed(CORPORA_RECIPE if name == CORPORA else Recipe(), options.set)
    if options.epochs is not None:
        recipe = changed(recipe, [f"epochs={options.epochs}"])
    if not 0 <= options.seed < 2**32:
        raise ValueError(f"seed is {options.seed}; it must be at least 0 and less than 2^32")
    if not 0 <= options.gamma < inf:
        raise ValueError(f"gamma is {options.gamma}; it must be at least 0, and 0 is cross entropy")
    found = Settings(
        dataset_name=name,
        audio_type=options.audio_type,
        input_type=options.input_type,
        input_duration=options.input_duration,
        loss_name=options.loss_name,
        gamma=options.gamma if options.loss_name == FOCAL else 0.0,
        width=options.width,
        protocol=options.protocol,
        fold=options.fold or protocols.ALL,
        validate=not options.no_validation,
        keep=LAST if options.no_validation else options.keep,
        seed=options.seed,
        recipe=recipe,
        teachers=tuple(str(teacher) for teacher in options.teachers),
        normalization=options.normalization or (normalization.RUNNING if name == CORPORA else normalization.NONE),
        licences=options.licences,
    )
    check(found)
    return found


def check(settings: Settings) -> None:
    """Raises ValueError in one sentence when two of them exclude each other."""
    if settings.protocol == protocols.REFERENCE and settings.keep == LAST:
        raise ValueError("--protocol reference keeps the epoch that is best on the test fold; leave --no-validation and --keep last out")
    if settings.many_corpora:
        if settings.input_type != MFCC:
            raise ValueError(f"--input_type {settings.input_type} is not for corpora; leave it out")
        if settings.recipe.cepstral_mean_subtraction:
            raise ValueError("cepstral_mean_subtraction is not for corpora; mean_share is")
    elif settings.normalization != normalization.NONE:
        raise ValueError("--normalization running is for -dn corpora, whose variants are made in sessions; EMO-DB alone is -dn corpora --data ../shared/emodb/wav")


def default_settings(*options: str) -> Settings:
    """The settings of a command line with only these options."""
    parser = argparse.ArgumentParser()
    add_options(parser)
    return settings_of(parser.parse_args(options))


def is_shipped(settings: Settings, teacher_kinds: list[str], dataset: Dataset) -> bool:
    """Whether these are the settings and the recordings of the second version's figures, whose files no other answers may replace."""
    shipped = default_settings("--no-validation", "-ln", settings.loss_name, "--width", settings.width)
    teachers = [f"{settings.protocol}-{FULL}-{loss}" for loss in SHORT_NAMES.values()] if settings.width == MICRO else []
    return settings == dataclasses.replace(shipped, protocol=settings.protocol) and teacher_kinds == teachers and is_whole_emo_db(dataset)


def kind_name(settings: Settings) -> str:
    """Folder of the runs of all folds, such as loso-full-ce."""
    name = f"{settings.protocol}-{settings.width}-{SHORT_NAMES[settings.loss_name]}"
    if settings.many_corpora:
        name += f"-{settings.dataset_name}" + f"-{settings.licences}" * (settings.licences != licences.ANY)
    name += f"-{settings.normalization}" * (settings.normalization != normalization.NONE)
    return name + f"-seed{settings.seed}" * (settings.seed != 1)


def described(settings: Settings, dataset: Dataset, shape: tuple[int, int], data: str) -> dict:
    """The settings as JSON holds them, with all that the network's shape depends on ([frames, bins] and classes) and the hash of the recordings and
    their variants."""
    facts = {"frames": shape[0], "bins": shape[1], "classes": list(dataset.classes), "recordings": len(dataset.recordings), "data": data}
    if settings.many_corpora:
        facts["licence"] = licence_of(dataset)  # that the weights must carry
    # Teachers by kind and fold: the folder in which a machine keeps its runs isn't a setting.
    teachers = ["/".join(Path(teacher).parts[-2:]) for teacher in settings.teachers]
    return dataclasses.asdict(settings) | {"teachers": teachers} | facts


def difference(given: dict, expected: dict) -> str | None:
    """The first field in which two results of `described` differ, in words; None when they are equal."""
    given, expected = given | given["recipe"], expected | expected["recipe"]
    for name, value in expected.items():
        if name != "recipe" and given.get(name) != value:
            return f"its {name} is {given.get(name)}, not {value}"
    return None
