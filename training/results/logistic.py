"""Logistic regression with a ridge."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit


def logistic_regression(values: np.ndarray, is_high: np.ndarray, shares: np.ndarray, ridge: float) -> tuple[np.ndarray, float]:
    """Weights, float64 [features], and bias with which expit(values @ weights + bias) is near 1 where is_high, bool [n], is true, and near 0 elsewhere. values: float [n, features]; shares:
    float [n], what each row counts, 1 in all; ridge: times the sum of the squared weights."""
    sign = np.where(is_high, 1.0, -1.0)

    def loss(found: np.ndarray) -> tuple[float, np.ndarray]:
        margins = sign * (values @ found[:-1] + found[-1])
        slopes = -shares * sign * expit(-margins)
        gradient = np.append(slopes @ values + 2 * ridge * found[:-1], slopes.sum())
        return float(shares @ np.logaddexp(0, -margins) + ridge * found[:-1] @ found[:-1]), gradient

    found = minimize(loss, np.zeros(values.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return found[:-1], float(found[-1])
