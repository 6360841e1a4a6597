"""A run trains one fold of a protocol, or all recordings, and leaves weights, history and result in its folder."""

import json
import time
from dataclasses import replace
from multiprocessing import parent_process
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..data import normalization, protocols
from ..data.dataset import Dataset
from ..data.normalization import NORMALIZATION_FILE
from ..data.session_files import load_centers
from ..data.variants import content_hash, load_clean
from ..data.voiceless import corpora_hash
from ..files import replace_file, save_arrays
from ..network.backend import fastest_policy, tf
from ..network.trained import is_finished, set_weights
from ..results.pictures import learning_curves
from .cepstral_mean import subtract_mean
from .distillation import check_teacher
from .loop import Run
from .session_set import load_session_set
from .settings import Settings, described, difference, kind_name
from .training_set import load_training_set
from .voice_head import fit_voice_head, write_voice_head

LAST_FILE = "last.npz"  # of a run of the protocol reference: the weights of its last epoch


def train_run(settings: Settings, dataset: Dataset, folder: Path, jobs: int, verbose: int) -> None:
    """Trains to the last epoch, from the state saved in the folder if there is one. Leaves settings.json, history.json, curves.svg, weights.npz,
    normalization.json if the front end subtracts something, voice.json of a run on many corpora, last.npz of the protocol reference, and, last, result.json there."""
    # One thread: several add in no fixed order, so a seed would not give the same weights again. Folds are trained side by side instead.
    if tf is not None:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    parts = protocols.split(dataset, settings.protocol, settings.fold, settings.validate)
    protocols.check_classes(dataset, parts)
    many = settings.many_corpora
    clean = load_centers(dataset, settings.input_duration) if many else load_clean(dataset, settings.input_type, settings.input_duration)
    data = corpora_hash(dataset, settings.input_duration) if many else content_hash(dataset, settings.input_type, settings.input_duration)
    own = described(settings, dataset, clean.shape[1:], data)
    check_free(folder, own)
    if is_finished(folder):
        tell(verbose, f"{folder}: finished already: {(folder / 'result.json').read_text().strip()}")
        return
    for teacher in settings.teachers:
        check_teacher(Path(teacher), settings, data)
    if many:
        training_set = load_session_set(settings, dataset, parts, clean, jobs)
        clean = training_set.normalization(clean)
    else:
        training_set = load_training_set(settings, dataset, parts.train, clean, jobs)
        clean = subtract_mean(clean, training_set.silence, settings.recipe.cepstral_mean_subtraction)
    run = Run(settings, dataset.labels, len(dataset.classes), parts, training_set, clean, dataset.corpora if many else None)
    replace_file(folder / "settings.json", json.dumps(own, indent=2) + "\n")
    if settings.normalization != normalization.NONE:
        replace_file(folder / NORMALIZATION_FILE, json.dumps(training_set.normalization.as_manifest(), indent=1) + "\n")
    if not adopt_reference(run, folder, own):
        run.resume(folder / "state.npz")
    seconds = train_epochs(run, folder, verbose)
    if settings.protocol == protocols.REFERENCE:
        save_arrays(folder / LAST_FILE, run.ema)
    save_arrays(folder / "weights.npz", run.kept)
    replace_file(folder / "history.json", json.dumps(run.history) + "\n")
    draw(run.history, folder)
    if many:
        set_weights(run.ema_model, run.kept)
        write_voice_head(folder, fit_voice_head(run.ema_model, training_set, settings.recipe, settings.seed))
    result, outcome = {"epoch": run.kept_epoch, "seconds": round(seconds, 1), "arithmetic": fastest_policy()}, ""
    if settings.validate:
        scores = run.best_scores()
        result["validation"], outcome = scores.as_json(), f"; validation: {scores}"
    replace_file(folder / "result.json", json.dumps(result) + "\n")
    (folder / "state.npz").unlink(missing_ok=True)
    tell(verbose, f"{folder}: weights of epoch {run.kept_epoch}{outcome}")


def check_free(folder: Path, settings: dict) -> None:
    """Raises ValueError when the folder holds a run with other settings, which must not be overwritten."""
    path = folder / "settings.json"
    if path.exists() and (what := difference(json.loads(path.read_text()), settings)) is not None:
        raise ValueError(f"{folder} holds a run with other settings ({what}); remove it, or name another folder with --run")


def adopt_reference(run: Run, folder: Path, own: dict) -> bool:
    """Without validation a fold of `random` trains as that of `reference` does, which only keeps another epoch. Takes the last weights of the latter, from the
    folder beside this one's, if they are there and finished; `own` are this run's settings."""
    settings = run.settings
    if settings.protocol != protocols.RANDOM or settings.validate:
        return False
    twin = folder.parent.parent / kind_name(replace(settings, protocol=protocols.REFERENCE)) / settings.fold
    if not is_finished(twin) or not (twin / LAST_FILE).exists():
        return False
    same = {name: own[name] for name in ("protocol", "validate", "keep")}
    if difference(json.loads((twin / "settings.json").read_text()) | same, own) is not None:
        return False
    history = json.loads((twin / "history.json").read_text())
    with np.load(twin / LAST_FILE) as weights:
        run.finish_with(dict(weights), [{name: record[name] for name in record if not name.startswith("validation")} for record in history])
    return True


def train_epochs(run: Run, folder: Path, verbose: int) -> float:
    """Returns the seconds that all epochs took, including those before an interruption."""
    epochs = run.settings.recipe.epochs
    bar = tqdm(total=epochs, initial=run.epoch, desc=f"{folder.parent.name}/{folder.name}", unit="epoch", disable=None if verbose == 1 else True)
    while run.epoch < epochs:
        if (parent := parent_process()) is not None and not parent.is_alive():
            raise ValueError(f"{folder}: the command that trains this fold was killed; run it again to continue")
        begin = time.monotonic()
        record = run.next_epoch()
        record["seconds"] = time.monotonic() - begin
        run.save(folder / "state.npz")
        text = ", ".join(f"{name.replace('validation_', '')} {record[name]:.3f}" for name in ("loss", "validation_ua") if name in record)
        bar.set_postfix_str(text)
        bar.update()
        if verbose == 2:
            print(f"epoch {run.epoch}/{epochs}  {text}", flush=True)
    bar.close()
    return sum(record["seconds"] for record in run.history)


def draw(history: list[dict[str, float]], folder: Path) -> None:
    training = {name: [record[name] for record in history] for name in ("loss", "accuracy")}
    validation = None
    if "validation_loss" in history[0]:
        validation = {"loss": [record["validation_loss"] for record in history], "accuracy": [record["validation_wa"] for record in history]}
    learning_curves(folder / "curves.svg", training, validation, f"{folder.parent.name}/{folder.name}")


def tell(verbose: int, text: str) -> None:
    if verbose > 0:
        print(text, flush=True)
