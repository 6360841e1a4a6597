"""What training minimizes."""

from .backend import keras

ops = keras.ops


def smooth(targets, share: float, present=None):
    """Label smoothing (Szegedy et al., 2016, arXiv 1512.00567): `share` of the probability spread over all classes, or over those that are present, bool
    [recordings, classes]."""
    if present is None:
        return targets * (1 - share) + share / targets.shape[-1]
    return targets * (1 - share) + present * (share / present.sum(axis=-1, keepdims=True))


ABSENT = -1e9  # in place of the logit of a class that a recording's corpus does not have: its probability is 0, and so is its gradient


def log_probabilities_of(logits, present):
    """float32 [batch, classes] -> the same; with present, bool [batch, sides, classes], float32 [batch, sides, classes]: among the present ones."""
    if present is not None:
        logits = ops.where(present, logits[:, None], ABSENT)
    return ops.log_softmax(logits)


def cross_entropy(targets, logits, present=None):
    """float32 [batch, classes] each -> the batch's mean. With present, bool [batch, sides, classes], targets are [batch, sides, classes]: those of the examples
    that were mixed, each times its share; each is compared with the answers among the classes that its corpus has."""
    return mean_over_batch(-targets * log_probabilities_of(logits, present))


def focal(targets, logits, gamma: float, present=None):
    """Focal loss (Lin et al., 2017, arXiv 1708.02002): examples that the network is sure of are weighted down by (1 - p)^gamma. gamma 0 is cross entropy."""
    log_probabilities = log_probabilities_of(logits, present)
    # Above 0, because for a gamma below 1 the slope of x ** gamma at 0 is infinite.
    weight = ops.maximum(1 - ops.exp(log_probabilities), 1e-7) ** gamma
    return mean_over_batch(-targets * weight * log_probabilities)


def mean_over_batch(values):
    """[batch, ...] -> the mean of the sums of the examples."""
    return ops.mean(ops.sum(values, axis=tuple(range(1, len(values.shape)))))


def loss_and_accuracy(targets, logits, gamma: float, present=None):
    """Focal loss, or cross entropy where gamma is 0, and the share of answers that are the target's largest. Arguments as for `focal`."""
    value = focal(targets, logits, gamma, present) if gamma > 0 else cross_entropy(targets, logits, present)
    whole = targets if present is None else ops.sum(targets, axis=1)
    right = ops.argmax(logits, axis=1) == ops.argmax(whole, axis=1)
    return value, ops.mean(ops.cast(right, "float32"))


def with_teachers(targets, present, answers, share: float):
    """Targets float32 [batch, sides, classes] and present, bool of that shape, with a further side: the teachers' answers, float32 [batch, classes], have `share` of
    the whole. What the targets of an example add up to stays the same."""
    wide = ops.concatenate([targets * (1 - share), answers[:, None] * share], axis=1)
    return wide, ops.concatenate([present, ops.ones_like(present[:, :1])], axis=1)
