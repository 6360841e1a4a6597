"""The trial "Is there a voice?" of README.md: a record, not maintained. From the root of the repository:

python -m weights.trials.voice_head FOLD...     # such as "EMO-DB 03", of a finished cross_validate -dn corpora --licences free --protocol loso --no-validation
"""

import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from training.data import protocols
from training.data.front_end import RAW_MFCC, RUNS, load_front_end
from training.data.normalization import read_normalization
from training.data.reading import read_dataset
from training.data.session_files import load_centers, load_sessions
from training.data.sound_file import read_sound
from training.data.voiceless import load_voiceless
from training.judging.backgrounds import MADE_UP, background_windows
from training.network.backend import keras
from training.network.trained import trained_model

DATA = [Path("../shared/emodb/wav"), Path("../shared/corpora/labels.csv")]
FOLDS = RUNS / "loso-full-ce-corpora-free-running"
OF_A_SPEAKER, TRAINED, DECAY = 250, 2500, 1e-3


def main() -> None:
    dataset, every = read_dataset("corpora", DATA, admitted="free"), read_dataset("corpora", DATA)
    front_end, rng = load_front_end(RAW_MFCC, 3.0), np.random.default_rng(0)
    centers, sessions = load_centers(dataset, 3.0), load_sessions(dataset, 3.0, 1)
    voiceless = load_voiceless(dataset, 3.0).raw.astype(np.float32)
    windows, names = background_windows(dataset, DATA, 3.0)
    made = np.char.startswith(names, MADE_UP)
    backgrounds = np.stack([front_end.features(window) for window in windows])
    drawn = lambda variants: np.asarray(variants.raw[np.sort(rng.choice(len(variants.recording), OF_A_SPEAKER, replace=False))]).astype(np.float32)
    for fold in sys.argv[1:]:
        parts, normalization = protocols.split(dataset, protocols.LOSO, fold, False), read_normalization(FOLDS / fold)
        model = trained_model(FOLDS / fold)
        inner = keras.Model(model.input, model.layers[-1].input)
        features = lambda raw: inner.predict(normalization(raw)[..., np.newaxis], verbose=0).reshape(len(raw), -1)
        of_test = [np.isin(indices, parts.test).all() for indices, _ in sessions]
        voices = features(np.concatenate([drawn(variants) for (_, variants), tests in zip(sessions, of_test) if not tests]))
        score = fitted(voices, features(voiceless[:TRAINED]))
        shares = {
            "backgrounds": score(features(backgrounds[~made])),
            "made-up backgrounds": score(features(backgrounds[made])),
            "windows without a voice": score(features(voiceless[TRAINED:])),
            "EMO-DB, unseen speaker": score(features(centers[parts.test])),
            "variants of that speaker": score(features(np.concatenate([drawn(variants) for (_, variants), tests in zip(sessions, of_test) if tests]))),
        }
        for corpus in sorted(set(every.corpora) - set(dataset.corpora)):
            its = rng.permutation([recording.path for recording in every.recordings if recording.corpus == corpus])[:120]
            shares[corpus] = score(features(np.stack([front_end.features(read_sound(path, front_end)) for path in its])))
        print(fold, {name: round(float((scores >= 0).mean()), 3) for name, scores in shares.items()}, flush=True)


def fitted(voices: np.ndarray, others: np.ndarray):
    """Logistic regression, [n, 320] each, with a ridge; returns features -> scores, above 0 for a voice."""
    mean, spread = voices.mean(axis=0), np.concatenate([voices, others]).std(axis=0) + 1e-3
    values = (np.concatenate([voices, others]) - mean) / spread
    sign = np.r_[np.ones(len(voices)), -np.ones(len(others))]

    def loss(weights):
        margin = sign * (values @ weights[:-1] + weights[-1])
        slope = -sign * expit(-margin) / len(sign)
        return np.logaddexp(0, -margin).mean() + DECAY * (weights[:-1] ** 2).sum(), np.r_[values.T @ slope + 2 * DECAY * weights[:-1], slope.sum()]

    weights = minimize(loss, np.zeros(values.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return lambda features: (features - mean) / spread @ weights[:-1] + weights[-1]


if __name__ == "__main__":
    main()
