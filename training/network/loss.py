"""What training minimizes."""

from .backend import tf


def smooth(targets, share: float):
    """Label smoothing (Szegedy et al., 2016, arXiv 1512.00567): `share` of the probability spread over all classes."""
    return targets * (1 - share) + share / targets.shape[-1]


def cross_entropy(targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """float32 [batch, classes] each -> the batch's mean."""
    return -tf.reduce_mean(tf.reduce_sum(targets * tf.nn.log_softmax(logits), axis=1))


def focal(targets: tf.Tensor, logits: tf.Tensor, gamma: float) -> tf.Tensor:
    """Focal loss (Lin et al., 2017, arXiv 1708.02002): examples that the network is sure of are weighted down by (1 - p)^gamma. gamma 0 is cross entropy."""
    log_probabilities = tf.nn.log_softmax(logits)
    # Above 0, because for a gamma below 1 the slope of x ** gamma at 0 is infinite.
    weight = tf.maximum(1 - tf.exp(log_probabilities), 1e-7) ** gamma
    return -tf.reduce_mean(tf.reduce_sum(targets * weight * log_probabilities, axis=1))
