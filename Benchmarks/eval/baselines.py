"""Streaming baseline detectors behind one interface, with the thresholds their authors advise."""

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable
from typing import Protocol

import numpy as np
import rrcf
from river import anomaly, drift

WARMUP = 30


class Detector(Protocol):
    """A streaming detector: feed values in order, alarm when the score reaches the threshold."""

    threshold: float

    def update(self, value: float) -> float:
        """Score a value against the past, then learn it."""
        ...


class Ewma:
    """Exponentially weighted mean and variance; scores the distance in standard deviations."""

    threshold = 3.0  # Shewhart's three sigma

    def __init__(self, floor: float, weight: float = 0.05) -> None:
        self.floor, self.weight = floor, weight
        self.mean = self.variance = 0.0
        self.seen = 0

    def update(self, value: float) -> float:
        """Return |z| of the value."""
        gap = value - self.mean
        spread = max(math.sqrt(self.variance), self.floor)
        score = abs(gap) / spread if self.seen >= WARMUP else 0.0
        self.seen += 1
        weight = max(self.weight, 1.0 / self.seen)
        self.mean += weight * gap
        self.variance = (1.0 - weight) * (self.variance + weight * gap * gap)
        return score


class RollingMad:
    """Median and median absolute deviation of a sliding window."""

    threshold = 3.5  # modified z-score cut of Iglewicz and Hoaglin (1993)

    def __init__(self, floor: float, window: int = 60) -> None:
        self.floor, self.window = floor, window
        self.recent: deque[float] = deque()
        self.ordered: list[float] = []

    def update(self, value: float) -> float:
        """Return the modified z-score of the value."""
        score = 0.0
        if len(self.ordered) >= WARMUP:
            middle = len(self.ordered) // 2
            centre = self.ordered[middle]
            mad = sorted(abs(x - centre) for x in self.ordered)[middle]
            score = abs(value - centre) / max(mad / 0.6745, self.floor)
        self.recent.append(value)
        insort(self.ordered, value)
        if len(self.recent) > self.window:
            del self.ordered[bisect_left(self.ordered, self.recent.popleft())]
        return score


class PoissonCusum:
    """Log-likelihood CUSUM for a doubling of a Poisson rate learnt during warm-up."""

    threshold = math.log(8640.0)  # Lorden: at most one false alarm a day of 10 s bins

    def __init__(self, floor: float, shift: float = 2.0) -> None:
        self.floor, self.shift = floor, shift
        self.mean = self.sum = 0.0
        self.seen = 0

    def update(self, value: float) -> float:
        """Return the CUSUM statistic; it starts again after an alarm."""
        if self.sum >= self.threshold:
            self.sum = 0.0
        if self.seen >= WARMUP:
            rate = max(self.mean, self.floor)
            self.sum += value * math.log(self.shift) - rate * (self.shift - 1.0)
            self.sum = max(self.sum, 0.0)
        else:
            self.seen += 1
            self.mean += (value - self.mean) / self.seen
        return self.sum


class Adwin:
    """River's ADWIN; scores 1 at the step where it reports a change."""

    threshold = 1.0  # the detector decides itself, at its default delta 0.002

    def __init__(self, floor: float) -> None:
        del floor
        self.inner = drift.ADWIN()

    def update(self, value: float) -> float:
        """Return 1.0 on a detected change, else 0.0."""
        self.inner.update(value)
        return float(self.inner.drift_detected)


class PageHinkley:
    """River's Page-Hinkley on values standardised by the warm-up's mean and deviation."""

    threshold = 1.0  # the detector decides itself, at its default delta 0.005 and lambda 50

    def __init__(self, floor: float) -> None:
        self.floor = floor
        self.first: list[float] = []
        self.mean = self.spread = 0.0
        self.inner = drift.PageHinkley()

    def update(self, value: float) -> float:
        """Return 1.0 on a detected change, else 0.0."""
        if len(self.first) < WARMUP:
            self.first.append(value)
            self.mean = float(np.mean(self.first))
            self.spread = max(float(np.std(self.first)), self.floor)
            return 0.0
        self.inner.update((value - self.mean) / self.spread)
        return float(self.inner.drift_detected)


class HalfSpaceTrees:
    """River's Half-Space Trees on range-scaled values; scores how far its output stands out."""

    threshold = 3.0  # three sigma of its own past scores, as it has no absolute scale

    def __init__(self, floor: float) -> None:
        del floor
        self.inner = anomaly.HalfSpaceTrees(window_size=100, seed=1)
        self.low, self.high = math.inf, -math.inf
        self.standard = Ewma(floor=1e-3)

    def update(self, value: float) -> float:
        """Return the z-score of the forest's mass score."""
        self.low, self.high = min(self.low, value), max(self.high, value)
        width = self.high - self.low
        point = {"x": (value - self.low) / width if width > 0.0 else 0.5}
        mass = self.inner.score_one(point)
        self.inner.learn_one(point)
        return self.standard.update(mass)


class RobustForest:
    """Robust random cut forest over shingles; scores how far the collusive displacement stands."""

    threshold = 3.0  # three sigma of its own past scores, as it has no absolute scale

    def __init__(self, floor: float, trees: int = 15, size: int = 128, shingle: int = 4) -> None:
        del floor
        self.size, self.shingle, self.count = size, shingle, 0
        self.recent: deque[float] = deque(maxlen=shingle)
        self.forest = [rrcf.RCTree(random_state=seed) for seed in range(trees)]
        self.noise = np.random.default_rng(1)
        self.standard = Ewma(floor=1e-3)

    def update(self, value: float) -> float:
        """Return the z-score of the forest's average displacement."""
        self.recent.append(value + 1e-6 * float(self.noise.standard_normal()))
        if len(self.recent) < self.shingle:
            return 0.0
        point = np.array(self.recent)
        displacement = 0.0
        for tree in self.forest:
            if len(tree.leaves) >= self.size:
                tree.forget_point(self.count - self.size)
            tree.insert_point(point, index=self.count)
            displacement += tree.codisp(self.count)
        self.count += 1
        return self.standard.update(displacement / len(self.forest))


class WindowedGaussian:
    """Tail probability under a Gaussian fitted to a sliding window that moves in steps."""

    threshold = 0.99865  # three sigma, one-sided

    def __init__(self, floor: float, window: int = 6400, step: int = 100) -> None:
        self.floor, self.window, self.step = floor, window, step
        self.past: list[float] = []
        self.waiting: list[float] = []
        self.total = self.squares = 0.0

    def _add(self, values: list[float], sign: float) -> None:
        """Add values to the window's moments, or take them out."""
        self.total += sign * sum(values)
        self.squares += sign * sum(v * v for v in values)

    def update(self, value: float) -> float:
        """Return one minus the upper tail of |z|."""
        score = 0.0
        if self.past:
            mean = self.total / len(self.past)
            variance = max(self.squares / len(self.past) - mean * mean, 0.0)
            z = abs(value - mean) / max(math.sqrt(variance), self.floor)
            score = 1.0 - 0.5 * math.erfc(z / math.sqrt(2.0))
        if len(self.past) < self.window:
            self.past.append(value)
            self._add([value], 1.0)
            return score
        self.waiting.append(value)
        if len(self.waiting) == self.step:
            self._add(self.past[:self.step], -1.0)
            self._add(self.waiting, 1.0)
            self.past = self.past[self.step:] + self.waiting
            self.waiting = []
        return score


BASELINES: dict[str, Callable[[float], Detector]] = {
    "ewma": Ewma,
    "mad": RollingMad,
    "cusum": PoissonCusum,
    "adwin": Adwin,
    "page-hinkley": PageHinkley,
    "hst": HalfSpaceTrees,
    "rrcf": RobustForest,
    "gaussian": WindowedGaussian,
}
COUNTS_ONLY = {"cusum"}


def build(name: str, floor: float = 1e-6) -> Detector:
    """Fresh detector; the floor is the smallest deviation that means anything in the unit fed."""
    return BASELINES[name](floor)
