"""What training minimizes."""

from .backend import tf


def smooth(targets, share: float, present=None):
    """Label smoothing (Szegedy et al., 2016, arXiv 1512.00567): `share` of the probability spread over all classes, or over those that are present, bool
    [recordings, classes]."""
    if present is None:
        return targets * (1 - share) + share / targets.shape[-1]
    return targets * (1 - share) + present * (share / present.sum(axis=-1, keepdims=True))


ABSENT = -1e9  # in place of the logit of a class that a recording's corpus does not have: its probability is 0, and so is its gradient


def log_probabilities_of(logits: tf.Tensor, present: tf.Tensor | None) -> tf.Tensor:
    """float32 [batch, classes] -> the same; with present, bool [batch, sides, classes], float32 [batch, sides, classes]: among the present ones."""
    if present is not None:
        logits = tf.where(present, logits[:, tf.newaxis], ABSENT)
    return tf.nn.log_softmax(logits)


def cross_entropy(targets: tf.Tensor, logits: tf.Tensor, present: tf.Tensor | None = None) -> tf.Tensor:
    """float32 [batch, classes] each -> the batch's mean. With present, bool [batch, sides, classes], targets are [batch, sides, classes]: those of the examples
    that were mixed, each times its share; each is compared with the answers among the classes that its corpus has."""
    return mean_over_batch(-targets * log_probabilities_of(logits, present))


def focal(targets: tf.Tensor, logits: tf.Tensor, gamma: float, present: tf.Tensor | None = None) -> tf.Tensor:
    """Focal loss (Lin et al., 2017, arXiv 1708.02002): examples that the network is sure of are weighted down by (1 - p)^gamma. gamma 0 is cross entropy."""
    log_probabilities = log_probabilities_of(logits, present)
    # Above 0, because for a gamma below 1 the slope of x ** gamma at 0 is infinite.
    weight = tf.maximum(1 - tf.exp(log_probabilities), 1e-7) ** gamma
    return mean_over_batch(-targets * weight * log_probabilities)


def mean_over_batch(values: tf.Tensor) -> tf.Tensor:
    """[batch, ...] -> the mean of the sums of the examples."""
    return tf.reduce_mean(tf.reduce_sum(values, axis=range(1, len(values.shape))))
