"""What a person answers on average: a network leans toward some classes for each voice, and half of that is taken off (weights/trials/README.md)."""

import numpy as np

SHARE = 0.5  # of the mean that is taken off: with all of it, somebody who is mostly neutral would become anything else
PRIOR = 4  # utterances with mean 0 that the mean is counted against
HORIZON = 64  # utterances after which the module counts an older one 1/e
LEAST_SPEECH = 32  # frames with speech that the module needs to count an utterance


def as_manifest() -> dict[str, float]:
    """The field `speakerAnswers` of light-sernet.json."""
    return {"share": SHARE, "weight": PRIOR, "horizon": HORIZON, "leastSpeech": LEAST_SPEECH}


def without_mean_answer(logits: np.ndarray, others: np.ndarray) -> np.ndarray:
    """float [classes], of an utterance, and float [n, classes], of n other utterances of the speaker -> float [classes]; with n = 0 they stay as they are.

    Log-probabilities differ from logits by a constant, which no probability of the result depends on. A temperature may divide before or after.
    """
    return logits - SHARE * others.sum(axis=0) / (len(others) + PRIOR)
