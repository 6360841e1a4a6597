"""The loop: what one epoch does, and the state that is saved between two of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.special import softmax

from ..data.protocols import Split
from ..files import save_arrays
from ..network.backend import fastest_policy, jax, keras
from ..network.model import light_sernet
from ..network.trained import logits_of_model, trained_weights
from ..network.widths import WIDTHS
from ..results.metrics import Scores, score
from .batches import batches
from .schedule import Schedule, make_optimizer
from .session_batches import session_batches
from .session_set import SessionSet
from .settings import LAST, Settings
from .step_settings import StepSettings
from .teacher import teacher_of
from .training_set import TrainingSet

if jax is None:
    from .steps_tensorflow import Steps
else:
    from .steps_jax import Steps


class Run:
    """A training between two epochs."""

    def __init__(
        self,
        settings: Settings,
        labels: np.ndarray,
        classes: int,
        parts: Split,
        training_set: TrainingSet | SessionSet,
        clean: np.ndarray,
        corpora: np.ndarray | None = None,
    ):
        """labels int64 [recordings]; clean float32 [recordings, frames, bins], of which only the validation part is read. corpora: str [recordings], where
        the epochs are judged on each corpus by itself."""
        keras.utils.set_random_seed(settings.seed)
        keras.config.set_dtype_policy(fastest_policy())
        recipe = settings.recipe
        self.settings, self.training_set, self.labels, self.train = settings, training_set, labels, parts.train
        self.validation, self.validation_labels = clean[parts.validation], labels[parts.validation]
        self.validation_corpora = None if corpora is None else corpora[parts.validation]
        self.present = training_set.present[parts.validation] if isinstance(training_set, SessionSet) else None
        self.model = light_sernet(clean.shape[1], clean.shape[2], classes, WIDTHS[settings.width])
        self.optimizer = make_optimizer(recipe.weight_decay)
        self.optimizer.build(self.model.trainable_variables)
        schedule = Schedule(-(-len(parts.train) // recipe.batch), recipe.epochs, recipe.peak_rate)
        self.steps = Steps(self.model, self.optimizer, StepSettings(schedule, settings.gamma, recipe.ema_decay, settings.many_corpora, teacher_of(settings, training_set)))
        keras.config.set_dtype_policy("float32")
        self.ema_model = light_sernet(clean.shape[1], clean.shape[2], classes, WIDTHS[settings.width])

        self.epoch = 0
        self.ema = trained_weights(self.model)  # the moving average over steps
        self.kept, self.kept_epoch = self.ema, 0  # the best of them
        self.history: list[dict[str, float]] = []  # one record an epoch

    def next_epoch(self) -> dict[str, float]:
        """Every epoch has its own random numbers, so that a resumed run sees the same batches."""
        seed = [self.settings.seed, self.epoch]
        rng = np.random.default_rng(seed)
        self.model.get_layer("dropout").seed_generator.state.assign(seed)
        outcomes, self.ema = self.steps.epoch(self.batches(rng), self.ema)
        self.epoch += 1
        record = dict(zip(("loss", "accuracy"), np.mean(outcomes, axis=0).tolist()))
        if not np.isfinite(record["loss"]) or not all(np.isfinite(values).all() for values in self.ema.values()):
            raise ValueError(f"epoch {self.epoch}: the loss or a weight is no longer finite; remove the run's folder and train with a lower peak_rate")
        if self.settings.validate:
            record |= self.validate()
        self.history.append(record)
        if self.settings.keep == LAST or record["validation_score"] >= max(past["validation_score"] for past in self.history):
            self.kept, self.kept_epoch = self.ema, self.epoch
        return record

    def batches(self, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, ...]]:
        """The arguments of each step of an epoch."""
        if isinstance(self.training_set, SessionSet):
            return session_batches(self.training_set, len(self.train), self.settings.recipe, rng)
        return batches(self.training_set, self.labels, self.train, self.settings.recipe, rng)

    def validate(self) -> dict[str, float]:
        """The moving average on the clean validation part: the mean over its corpora. The best epoch is the one with the highest score, the mean of UA and WA:
        UA alone depends much on small classes."""
        probabilities = self.probabilities(self.validation_logits())
        corpora = self.validation_corpora
        rows = [slice(None)] if corpora is None else [corpora == corpus for corpus in np.unique(corpora)]
        scores = [score(self.validation_labels[its], probabilities[its]) for its in rows]
        likelihood = np.log(np.maximum(probabilities[np.arange(len(probabilities)), self.validation_labels], 1e-12)).mean()
        ua, wa = float(np.mean([its.ua for its in scores])), float(np.mean([its.wa for its in scores]))
        return {"validation_loss": -float(likelihood), "validation_ua": ua, "validation_wa": wa, "validation_score": (ua + wa) / 2}

    def validation_logits(self) -> np.ndarray:
        """float32 [validation, classes], of the moving average."""
        return logits_of_model(self.ema_model, self.ema, self.validation)

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """[validation, classes]: among the classes that the corpus of each recording has."""
        return softmax(logits if self.present is None else np.where(self.present, logits, -np.inf), axis=1)

    def best_scores(self) -> Scores:
        """Of the weights that are kept, on the validation part."""
        return score(self.validation_labels, self.probabilities(logits_of_model(self.ema_model, self.kept, self.validation)))

    def save(self, path: Path) -> None:
        """Replaces the old state once the new one is complete."""
        arrays = {f"model {n}": variable.numpy() for n, variable in enumerate(self.model.variables)}
        arrays |= {f"optimizer {n}": variable.numpy() for n, variable in enumerate(self.optimizer.variables)}
        arrays |= {f"ema {name}": value for name, value in self.ema.items()}
        arrays |= {f"kept {name}": value for name, value in self.kept.items()}
        progress = {"epoch": self.epoch, "kept_epoch": self.kept_epoch, "history": self.history}
        save_arrays(path, arrays | {"progress": np.array(json.dumps(progress))})

    def finish_with(self, weights: dict[str, np.ndarray], history: list[dict[str, float]]) -> None:
        """Takes what another run with the same training ended with, in place of training."""
        self.ema = self.kept = weights
        self.history, self.epoch, self.kept_epoch = history, len(history), len(history)

    def resume(self, path: Path) -> None:
        """Continues from the saved state, if there is one."""
        if not path.exists():
            return
        with np.load(path) as state:
            for n, variable in enumerate(self.model.variables):
                variable.assign(state[f"model {n}"])
            for n, variable in enumerate(self.optimizer.variables):
                variable.assign(state[f"optimizer {n}"])
            self.ema = {name: state[f"ema {name}"] for name in self.ema}
            self.kept = {name: state[f"kept {name}"] for name in self.ema}
            progress = json.loads(str(state["progress"]))
        self.epoch, self.kept_epoch, self.history = progress["epoch"], progress["kept_epoch"], progress["history"]
