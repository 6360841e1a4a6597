"""The trial "Does the model know whom it does not know?" of README.md: a record, not maintained. From the root of the repository, with the networks of weights/folds:

python -m weights.trials.acceptance
"""

from pathlib import Path

import numpy as np
from scipy.special import logsumexp, softmax

from training.data.normalization import read_normalization
from training.data.reading import read_dataset
from training.data.session_files import load_centers, load_sessions
from training.judging.float_answers import carried_means
from training.judging.others import draw_others
from training.network.trained import logits_of_model, pooled_model, trained_model
from training.results.dimensions import area_under_curve

DATA = [Path("../shared/emodb/wav"), Path("../shared/corpora/labels.csv")]
FOLDS = ("11", "13", "16")
OF_A_SPEAKER, RIDGE, NEIGHBORS = 700, 0.1, 50
TEMPERATURE = 0.593  # of weights/results/calibration-loso-full-ce-corpora-free-running.json
HORIZON = 512.0
KEPT = 0.85  # of the answers to EMO-DB's unseen speakers


def main() -> None:
    dataset, free = read_dataset("corpora", DATA), read_dataset("corpora", DATA, admitted="free")
    centers, sessions = load_centers(dataset, 3.0), load_sessions(free, 3.0, 1)
    carried = carried_means(centers, draw_others(dataset.speakers), HORIZON)
    speakers, corpora, rng = np.array(dataset.speakers), np.array(dataset.corpora), np.random.default_rng(0)
    of_fold = {}
    for fold in FOLDS:
        run = Path("weights/folds") / fold
        normalization, model = read_normalization(run), trained_model(run)
        pooled = pooled_model(model)
        features, labels = [], []
        for indices, variants in sessions:
            if free.recordings[indices[0]].speaker.endswith(fold):
                continue
            chosen = np.sort(rng.permutation(len(variants.recording))[:OF_A_SPEAKER])
            features.append(logits_of_model(pooled, None, normalization(np.asarray(variants.raw[chosen], np.float32))))
            labels.append(free.labels[indices][variants.recording[chosen]])
        learned = np.concatenate(features), np.concatenate(labels)
        asked = [logits_of_model(pooled, None, normalization(centers)), logits_of_model(pooled, None, normalization(centers, carried.mean, carried.known))]
        of_fold[fold] = *model.get_layer("dense").get_weights(), learned, asked
    judged_by = {fold: (corpora != "EMO-DB") | np.char.endswith(speakers, fold) for fold in FOLDS}
    names = np.concatenate([corpora[judged] for judged in judged_by.values()])
    for way, name in enumerate(("unadapted", "adapted")):
        found = {}
        for fold, (weights, bias, learned, asked) in of_fold.items():
            logits = asked[way] @ weights + bias
            possible = np.where(dataset.present, logits, -np.inf)
            right = possible.argmax(axis=1) == dataset.labels
            for rule, scores in scores_of(asked[way], logits, possible, *learned).items():
                found.setdefault(rule, []).append(np.stack([scores, right], axis=1)[judged_by[fold]])
        print(way)
        for rule, parts in found.items():
            both = np.concatenate(parts)
            threshold = np.quantile(both[names == "EMO-DB", 0], 1 - KEPT)
            print(f"{rule:42}", *(f"{corpus} {described(both[names == corpus], threshold)}  " for corpus in ("EMO-DB", "RAVDESS", "nEMO", "emospeech")))


def scores_of(features: np.ndarray, logits: np.ndarray, possible: np.ndarray, learned: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Larger where the answer is surer. possible: the logits, -inf for classes that the corpus does not have; learned: features of variants of the nine speakers."""
    chosen = possible.argmax(axis=1)
    rows = np.arange(len(features))
    means = np.stack([learned[labels == label].mean(axis=0) for label in range(logits.shape[1])])
    inverse = inverse_covariance(learned - means[labels])
    inverse_of_all = inverse_covariance(learned - learned.mean(axis=0))
    distances = np.stack([np.einsum("ij,jk,ik->i", features - mean, inverse, features - mean) for mean in means], axis=1)
    of_all = np.einsum("ij,jk,ik->i", features - learned.mean(axis=0), inverse_of_all, features - learned.mean(axis=0))
    white = np.linalg.cholesky(inverse)
    directions, known = (values @ white / np.linalg.norm(values @ white, axis=1, keepdims=True) for values in (features, learned))
    return {
        "largest probability": softmax(possible / TEMPERATURE, axis=1).max(axis=1),
        "largest logit": logits.max(axis=1),
        "energy": logsumexp(logits, axis=1),
        "energy of the corpus's classes only": logsumexp(possible, axis=1),
        "distance to the nearest class mean": -distances.min(axis=1),
        "distance to the answer's class mean": -distances[rows, chosen],
        "the same less the distance to all": of_all - distances[rows, chosen],
        f"cosine to the {NEIGHBORS}th neighbor": np.sort(directions @ known.T, axis=1)[:, -NEIGHBORS],
        "length of the features": np.linalg.norm(features, axis=1),
    }


def inverse_covariance(centered: np.ndarray) -> np.ndarray:
    covariance = centered.T @ centered / len(centered)
    size = len(covariance)
    return np.linalg.inv(covariance + RIDGE * np.trace(covariance) / size * np.eye(size))


def described(both: np.ndarray, threshold: float) -> str:
    """Area under the curve of right against wrong answers; accepted and right of these, %."""
    scores, right = both[:, 0], both[:, 1] == 1
    accepted = scores >= threshold
    return f"{area_under_curve(scores, right):.2f} {100 * accepted.mean():3.0f} {100 * right[accepted].mean():3.0f}"


if __name__ == "__main__":
    main()
