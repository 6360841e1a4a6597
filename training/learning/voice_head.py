"""The voice head: does somebody speak to the device at all? A logistic regression on what the network's last layer receives, fitted after the training on windows
with and without a voice. The largest probability does not tell them apart as well (weights/trials/README.md)."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import expit

from ..files import replace_file
from ..network.backend import keras
from ..network.trained import logits_of_model, pooled_model
from ..results.logistic import logistic_regression
from .recipe import Recipe
from .session_batches import draw
from .session_set import SessionSet

VOICE_FILE = "voice.json"  # in the folder of a run: the field of light-sernet.json
RIDGE = 1e-3  # times the sum of the squared weights, of features with a standard deviation of 1
LEAST_SPREAD = 1e-3  # of a feature, so that one that is always 0 divides nothing
AT_ONCE = 512  # windows; all of them would take gigabytes


@dataclass(frozen=True)
class VoiceHead:
    """expit(features @ weights + bias): above one half where somebody speaks."""

    weights: np.ndarray  # float64 [features]
    bias: float

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """float [n, features], as pooled_model returns them -> float64 [n], 0 to 1."""
        return expit(features @ self.weights + self.bias)

    def as_manifest(self) -> dict:
        """As light-sernet.json has it."""
        return {"weights": [rounded(weight) for weight in self.weights], "bias": rounded(self.bias)}


def rounded(value: float) -> float:
    """To six significant digits."""
    return float(f"{value:.6g}")


def write_voice_head(run: Path, head: VoiceHead) -> None:
    replace_file(run / VOICE_FILE, json.dumps(head.as_manifest()) + "\n")


def read_voice_head(run: Path) -> VoiceHead | None:
    """Of a finished run; None where it has none: only those on many corpora do."""
    path = run / VOICE_FILE
    if not path.exists():
        return None
    values = json.loads(path.read_text(encoding="utf-8-sig"))
    return VoiceHead(np.array(values["weights"], np.float64), float(values["bias"]))


def fit_voice_head(model: keras.Model, session_set: SessionSet, recipe: Recipe, seed: int) -> VoiceHead:
    """Of a trained network. The windows with a voice are drawn as training draws them, and there are as many of these as of those without one; the random numbers are those of the epoch after
    the last one."""
    rng, count = np.random.default_rng([seed, recipe.epochs]), len(session_set.voiceless)
    pooled = pooled_model(model)
    voices, others = (drawn_features(pooled, session_set, count, nobody, recipe, rng) for nobody in (False, True))
    return fit_head(voices, others)


def drawn_features(pooled: keras.Model, session_set: SessionSet, count: int, nobody: bool, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """float32 [count, features], all with or all without a voice: shifted and normalized, some from a mean that is carried over, but without masks and mixtures."""
    recordings = rng.choice(len(session_set.chance), count, p=session_set.chance)
    found = []
    for start in range(0, count, AT_ONCE):
        its = recordings[start : start + AT_ONCE]
        found.append(logits_of_model(pooled, None, draw(session_set, its, np.full(len(its), nobody), recipe, rng)))
    return np.concatenate(found)


def fit_head(voices: np.ndarray, others: np.ndarray) -> VoiceHead:
    """float [n, features] each; each side counts one half. It is fitted on features less their means, divided by their standard deviations; the head has both in its weights and bias."""
    features = np.concatenate([voices, others]).astype(np.float64)
    is_voice = np.arange(len(features)) < len(voices)
    shares = np.where(is_voice, 0.5 / len(voices), 0.5 / len(others))
    mean = shares @ features
    spread = np.sqrt(shares @ (features - mean) ** 2) + LEAST_SPREAD
    weights, bias = logistic_regression((features - mean) / spread, is_voice, shares, RIDGE)
    weights /= spread
    return VoiceHead(weights, float(bias - mean @ weights))
