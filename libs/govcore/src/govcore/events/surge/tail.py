"""How unusual a count is: the upper tail of the negative binomial distribution (负二项分布)."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log

_ENOUGH = 1e-15


def at_least(count: int, mean: float, variance: float) -> float:
    """The chance of ``count`` events or more where ``mean`` are expected, 0 to 1.

    ``variance`` above ``mean`` makes it a negative binomial, otherwise it is a Poisson distribution.
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    term, ratio = _poisson(mean) if variance - mean <= 1e-9 * mean else _binomial(mean, mean * mean / (variance - mean))
    if count > mean:
        return min(1.0, _sum(exp(term(count)), count, ratio))
    return max(0.0, 1 - _sum(exp(term(count - 1)), 1 - count, lambda at: 1 / ratio(-at - 1) if at else 0.0))


Logarithm = Callable[[int], float]
Ratio = Callable[[int], float]


def _poisson(mean: float) -> tuple[Logarithm, Ratio]:
    """The logarithm of a count's chance, and the ratio of the next count's to it."""
    return lambda k: k * log(mean) - mean - lgamma(k + 1), lambda k: mean / (k + 1)


def _binomial(mean: float, shape: float) -> tuple[Logarithm, Ratio]:
    share, none = mean / (mean + shape), shape * log(shape / (mean + shape))
    return (
        lambda k: lgamma(k + shape) - lgamma(shape) - lgamma(k + 1) + none + k * log(share),
        lambda k: (k + shape) / (k + 1) * share,
    )


def _sum(term: float, at: int, ratio: Ratio) -> float:
    """``term`` and all after it; they fall for good once the ratio of two neighbours is below one."""
    total = 0.0
    while True:
        total += term
        step = ratio(at)
        if term * step == 0.0 or (step < 1 and term * step / (1 - step) < _ENOUGH * total):
            return total
        term *= step
        at += 1
