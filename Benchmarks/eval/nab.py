"""Numenta Anomaly Benchmark scoring: window-relative rewards, three profiles, one threshold each.

Usage:
    python eval/nab.py --data DIR --scores NAME=SCOREDIR     score files written by a detector
    python eval/nab.py --data DIR --baseline gaussian        run one of the shipped baselines
    python eval/nab.py --data DIR --self-test                check the scorer on known detectors

--halves adds the spread over random halves of the files, --alarm SCORE what a threshold set in
advance scores; --json FILE writes the scores there.

A score file is SCOREDIR/<category>/<file>.csv; its last column holds one score per data row and
a header row is optional.
"""

import argparse
import csv
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from baselines import BASELINES, build

PROBATION_SHARE = 0.15
PROBATION_CAP = 5000
OUTSIDE = -1
HALVINGS = 200
Scores = Mapping[str, np.ndarray]
Sweep = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Profile:
    """Weights of one application profile."""

    name: str
    hit: float
    false_alarm: float
    miss: float


PROFILES = (
    Profile("standard", 1.0, 0.11, 1.0),
    Profile("reward_low_FP", 1.0, 0.22, 1.0),
    Profile("reward_low_FN", 1.0, 0.11, 2.0),
)


@dataclass(frozen=True)
class Series:
    """One benchmark file: its values and its labelled windows as inclusive index pairs."""

    name: str
    values: np.ndarray
    windows: tuple[tuple[int, int], ...]

    @property
    def category(self) -> str:
        """Folder the file lives in."""
        return self.name.split("/", 1)[0]

    @property
    def probation(self) -> int:
        """Number of leading points that are never scored."""
        return int(PROBATION_SHARE * min(len(self.values), PROBATION_CAP))

    @property
    def scored_windows(self) -> tuple[tuple[int, int], ...]:
        """Windows that reach past the probation period."""
        return tuple(w for w in self.windows if w[1] >= self.probation)


@dataclass(frozen=True)
class Outcome:
    """Best result of one profile: normalised score, its threshold, and the raw score per file."""

    profile: Profile
    score: float
    threshold: float
    raw: dict[str, float]


def load_corpus(root: Path) -> list[Series]:
    """Read every labelled series under root."""
    labels: dict[str, list[list[str]]] = json.loads((root / "windows.json").read_text())
    corpus = []
    for name, spans in sorted(labels.items()):
        with (root / name).open(newline="") as handle:
            rows = list(csv.reader(handle))[1:]
        stamps = np.array([row[0][:19] for row in rows])
        windows = []
        for start, end in spans:
            inside = np.flatnonzero((stamps >= start[:19]) & (stamps <= end[:19]))
            windows.append((int(inside[0]), int(inside[-1])))
        values = np.array([float(row[1]) for row in rows])
        corpus.append(Series(name, values, tuple(sorted(windows))))
    return corpus


def reward(position: float) -> float:
    """Sigmoid reward at a position measured in window widths from the window's end."""
    if position >= 3.0:
        return -1.0
    return 2.0 / (1.0 + math.exp(5.0 * position)) - 1.0


def point_values(series: Series, profile: Profile) -> tuple[np.ndarray, np.ndarray]:
    """Value of an alarm at every point, and the window that each point belongs to."""
    size = len(series.values)
    worth = np.full(size, -profile.false_alarm)
    owner = np.full(size, OUTSIDE)
    for index, (left, right) in enumerate(series.windows):
        width = right - left + 1
        for i in range(left, right + 1):
            worth[i] = profile.hit * reward((i - right - 1) / width) / reward(-1.0)
            owner[i] = index
        for i in range(right + 1, size):
            worth[i] = profile.false_alarm * reward((i - right) / max(width - 1, 1))
    return worth, owner


def sweep(series: Series, scores: np.ndarray, profile: Profile) -> Sweep:
    """Score changes of a file as its threshold falls: (score levels, gain when each is passed)."""
    if len(scores) != len(series.values):
        raise ValueError(f"{series.name}: {len(scores)} scores for {len(series.values)} values")
    worth, owner = point_values(series, profile)
    order = np.argsort(-scores, kind="stable")
    order = order[order >= series.probation]
    gain = worth[order]
    for window in range(len(series.windows)):
        mine = np.flatnonzero(owner[order] == window)
        best = np.maximum.accumulate(np.concatenate(([-profile.miss], gain[mine])))
        gain[mine] = np.diff(best)
    return scores[order], gain


def null_score(series: Series, profile: Profile) -> float:
    """Raw score of a detector that never alarms."""
    return -profile.miss * len(series.scored_windows)


def normalise(raw: float, corpus: Iterable[Series], profile: Profile) -> float:
    """Rescale a raw score so that silence is 0 and a perfect detector is 100."""
    files = list(corpus)
    floor = sum(null_score(s, profile) for s in files)
    ceiling = profile.hit * sum(len(s.scored_windows) for s in files)
    return 100.0 * (raw - floor) / (ceiling - floor) if ceiling > floor else math.nan


def passed(series: Series, swept: Sweep, profile: Profile, threshold: float) -> float:
    """Raw score of a file when every score of at least the threshold is an alarm."""
    level, gain = swept
    return null_score(series, profile) + float(gain[level >= threshold].sum())


def optimise(corpus: list[Series], swept: Mapping[str, Sweep], profile: Profile) -> Outcome:
    """Pick the single threshold that maximises the corpus score of a profile."""
    levels = np.concatenate([swept[s.name][0] for s in corpus])
    gains = np.concatenate([swept[s.name][1] for s in corpus])
    order = np.argsort(-levels, kind="stable")
    levels, totals = levels[order], np.cumsum(gains[order])
    last_of_tie = np.append(levels[1:] != levels[:-1], True)
    levels, totals = levels[last_of_tie], totals[last_of_tie]
    best = int(np.argmax(totals))
    threshold = float(levels[best]) if totals[best] > 0.0 else math.inf
    raw = {s.name: passed(s, swept[s.name], profile, threshold) for s in corpus}
    return Outcome(profile, normalise(sum(raw.values()), corpus, profile), threshold, raw)


def sweep_all(corpus: list[Series], scores: Scores, profile: Profile) -> dict[str, Sweep]:
    """Sweep every file."""
    return {s.name: sweep(s, np.asarray(scores[s.name], float), profile) for s in corpus}


def evaluate(corpus: list[Series], scores: Scores) -> list[Outcome]:
    """Best outcome of every profile."""
    return [optimise(corpus, sweep_all(corpus, scores, p), p) for p in PROFILES]


def read_scores(corpus: list[Series], folder: Path) -> dict[str, np.ndarray]:
    """Load score files that a detector wrote."""
    loaded = {}
    for series in corpus:
        with (folder / series.name).open(newline="") as handle:
            last = [row[-1] for row in csv.reader(handle) if row]
        skip = len(last) - len(series.values)
        loaded[series.name] = np.array([float(x) for x in last[1 if skip == 1 else 0:]])
    return loaded


def run_baseline(corpus: list[Series], name: str) -> dict[str, np.ndarray]:
    """Stream every file through a fresh copy of a baseline."""
    scores = {}
    for series in corpus:
        detector = build(name)
        scores[series.name] = np.array([detector.update(v) for v in series.values.tolist()])
    return scores


def report(corpus: list[Series], label: str, scores: Scores) -> dict[str, float]:
    """Print normalised scores of the three profiles and of each category; return the former."""
    outcomes = evaluate(corpus, scores)
    print(f"{label:24}" + "".join(f"{o.profile.name:>16}" for o in outcomes))
    print(f"  {'all files':22}" + "".join(f"{o.score:16.1f}" for o in outcomes))
    for category in sorted({s.category for s in corpus}):
        files = [s for s in corpus if s.category == category]
        cells = ""
        for outcome in outcomes:
            raw = sum(outcome.raw[s.name] for s in files)
            value = normalise(raw, files, outcome.profile)
            cells += f"{raw:11.1f} raw " if math.isnan(value) else f"{value:16.1f}"
        print(f"  {category:22}{cells}")
    return {o.profile.name: round(o.score, 2) for o in outcomes}


def report_alarm(corpus: list[Series], scores: Scores, threshold: float) -> None:
    """Print the scores under a threshold that was not chosen on these files."""
    cells = ""
    for profile in PROFILES:
        swept = sweep_all(corpus, scores, profile)
        raw = sum(passed(s, swept[s.name], profile, threshold) for s in corpus)
        cells += f"{normalise(raw, corpus, profile):16.1f}"
    print(f"  {f'all, alarm at {threshold:.3f}':22}{cells}")


def report_halves(corpus: list[Series], scores: Scores) -> None:
    """Print the spread over random halves: under a half's own best threshold, and the other's."""
    generator = np.random.default_rng(0)
    halvings = [generator.permutation(len(corpus)) for _ in range(HALVINGS)]
    rows: dict[str, list[str]] = {"half, own threshold": [], "half, the other's": []}
    for profile in PROFILES:
        swept = sweep_all(corpus, scores, profile)
        found: dict[str, list[float]] = {row: [] for row in rows}
        for order in halvings:
            cut = len(order) // 2
            first, second = ([corpus[i] for i in part] for part in (order[:cut], order[cut:]))
            for mine, other in ((first, second), (second, first)):
                best = optimise(mine, swept, profile)
                raw = sum(passed(s, swept[s.name], profile, best.threshold) for s in other)
                found["half, own threshold"].append(best.score)
                found["half, the other's"].append(normalise(raw, other, profile))
        for row, values in found.items():
            rows[row].append(f"{np.mean(values):.1f} +- {np.std(values):.1f}")
    for row, cells in rows.items():
        print(f"  {row:22}" + "".join(f"{cell:>16}" for cell in cells))


def self_test(corpus: list[Series]) -> None:
    """Check that perfect, silent, noisy and Gaussian detectors land where theory says."""
    perfect = {s.name: np.zeros(len(s.values)) for s in corpus}
    for series in corpus:
        for left, _ in series.windows:
            perfect[series.name][left] = 1.0
    silent = {s.name: np.zeros(len(s.values)) for s in corpus}
    generator = np.random.default_rng(0)
    noise = {s.name: generator.random(len(s.values)) for s in corpus}
    assert evaluate(corpus, noise)[0].score < 30.0
    for best, none in zip(evaluate(corpus, perfect), evaluate(corpus, silent), strict=True):
        assert abs(best.score - 100.0) < 1e-9 and abs(none.score) < 1e-9
    assert abs(reward(-1.0) - 0.98661) < 1e-4 and reward(0.0) == 0.0 and reward(3.0) == -1.0
    standard = evaluate(corpus, run_baseline(corpus, "gaussian"))[0].score
    assert 25.0 < standard < 55.0, standard
    print(f"self-test passed; windowed Gaussian scores {standard:.1f} (full corpus: 39.6)")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Score detectors on NAB series.")
    parser.add_argument("--data", type=Path, required=True, help="folder with windows.json")
    parser.add_argument("--scores", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--baseline", action="append", default=[], choices=sorted(BASELINES))
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--alarm", type=float, metavar="SCORE")
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--json", type=Path, help="write the scores here")
    options = parser.parse_args()
    corpus = load_corpus(options.data)
    if options.self_test:
        self_test(corpus)
    results = {}
    for pair in options.scores:
        label, _, folder = pair.partition("=")
        scores = read_scores(corpus, Path(folder))
        results[label] = report(corpus, label, scores)
        if options.alarm is not None:
            report_alarm(corpus, scores, options.alarm)
        if options.halves:
            report_halves(corpus, scores)
    for name in options.baseline:
        results[name] = report(corpus, name, run_baseline(corpus, name))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
