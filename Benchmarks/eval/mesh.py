"""Compare detectors on mesh calls: false alarms on benign traffic, recall and delay on attacks.

Usage:
    python eval/mesh.py --calls mesh-calls/onlineboutique.tsv.gz [--write-cases DIR]
        [--alarms NAME=DIR ...] [--baseline NAME ...]

Every edge gets two series in 10 s bins, call count and mean log latency, and a baseline watches
each with a detector of its own at its published threshold; a baseline's alarm counts only when
the value is above the series' mean so far, as all attacks push upwards. An alarm file
DIR/<case>.tsv has the columns entity, time_us, level; an entity is an edge "a->b" or a service,
which matches attacks on all its edges; lines at level 0 are no alarms. Alarms in the first ten
minutes are ignored, alarms of one entity at most 60 s apart are one, and an attack counts as
found by an alarm between its start and 30 s after its end.
"""

import argparse
import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from baselines import BASELINES, COUNTS_ONLY, build
from mesh_data import (
    ATTACKS,
    BIN,
    MINUTE,
    SECOND,
    WARMUP,
    Injection,
    Traffic,
    bin_series,
    choose_places,
    inject,
    load,
    write_cases,
)

MERGE = 60 * SECOND
GRACE = 30 * SECOND
BENIGN = "benign"
# Smallest deviation that means anything: one call, and five per cent of latency.
FLOORS = {"rate": 1.0, "latency": 0.05}
Alarms = dict[str, list[int]]


@dataclass(frozen=True)
class Result:
    """What one detector achieved."""

    name: str
    false_alarms: dict[str, float]
    recall: dict[str, float]
    delay: dict[str, float]


class BaselineRunner:
    """Runs baselines over binned traffic and remembers the series it has already done."""

    def __init__(self) -> None:
        self.done: dict[tuple[str, str, bytes], list[int]] = {}

    def alarm_bins(self, name: str, signal: str, series: np.ndarray) -> list[int]:
        """Bins in which a fresh detector alarms on a series."""
        key = (name, signal, series.tobytes())
        if key not in self.done:
            detector = build(name, FLOORS[signal])
            hits, total, seen = [], 0.0, 0
            for index in np.flatnonzero(~np.isnan(series)).tolist():
                value = float(series[index])
                score = detector.update(value)
                if score >= detector.threshold and value * seen > total:
                    hits.append(index)
                total, seen = total + value, seen + 1
            self.done[key] = hits
        return self.done[key]

    def alarms(self, name: str, traffic: Traffic, signals: tuple[str, ...]) -> Alarms:
        """Alarm times per edge; a bin's alarm is known at its end."""
        found: Alarms = {}
        counts, latencies = bin_series(traffic)
        for number, entity in enumerate(traffic.entities):
            hits: set[int] = set()
            if "rate" in signals:
                hits.update(self.alarm_bins(name, "rate", counts[number]))
            if "latency" in signals and name not in COUNTS_ONLY:
                hits.update(self.alarm_bins(name, "latency", latencies[number]))
            found[entity] = [traffic.origin + (hit + 1) * BIN for hit in sorted(hits)]
        return found


def read_alarms(path: Path) -> Alarms:
    """Load an alarm file, with or without a header."""
    found: Alarms = defaultdict(list)
    with path.open(newline="") as handle:
        for entity, time, level in csv.reader(handle, delimiter="\t"):
            if time.isdecimal() and level != "0":
                found[entity].append(int(time))
    return {entity: sorted(times) for entity, times in found.items()}


def episodes(times: list[int], since: int) -> int:
    """Number of alarms after a time, counting those at most a merge interval apart as one."""
    late = [t for t in times if t >= since]
    return sum(1 for i, t in enumerate(late) if i == 0 or t - late[i - 1] > MERGE)


def false_alarm_rate(alarms: Alarms, traffic: Traffic) -> float:
    """False alarms per edge and day of benign traffic."""
    since = traffic.origin + WARMUP
    days = (traffic.bins * BIN - WARMUP) / (24 * 60 * MINUTE) * len(traffic.edges)
    return sum(episodes(times, since) for times in alarms.values()) / days


def first_alarm(alarms: Alarms, attack: Injection) -> float:
    """Seconds from an attack's start to its first alarm, or infinity."""
    names = {attack.entity, *attack.entity.split("->")}
    delays = [
        (time - attack.start) / SECOND
        for name in names
        for time in alarms.get(name, [])
        if attack.start <= time <= attack.end + GRACE
    ]
    return min(delays, default=np.inf)


def measure(
    name: str, benign: dict[str, Alarms], attacked: dict[str, Alarms],
    cases: dict[str, Traffic], labels: list[Injection],
) -> Result:
    """Work out all figures of one detector."""
    recall, delay = {}, {}
    for case, alarms in attacked.items():
        delays = np.array([first_alarm(alarms, x) for x in labels if x.case == case])
        found = delays[np.isfinite(delays)]
        recall[case] = len(found) / len(delays)
        delay[case] = float(np.median(found)) if len(found) else np.nan
    rates = {signal: false_alarm_rate(x, cases[BENIGN]) for signal, x in benign.items()}
    return Result(name, rates, recall, delay)


def baseline_result(
    runner: BaselineRunner, name: str, cases: dict[str, Traffic], labels: list[Injection]
) -> Result:
    """Run one baseline over all cases."""
    both = ("rate", "latency")
    benign = {
        signal: runner.alarms(name, cases[BENIGN], (signal,))
        for signal in both if signal == "rate" or name not in COUNTS_ONLY
    }
    benign["all"] = runner.alarms(name, cases[BENIGN], both)
    attacked = {c: runner.alarms(name, t, both) for c, t in cases.items() if c != BENIGN}
    return measure(name, benign, attacked, cases, labels)


def file_result(
    name: str, folder: Path, cases: dict[str, Traffic], labels: list[Injection]
) -> Result:
    """Score the alarm files that a detector wrote."""
    alarms = {case: read_alarms(folder / f"{case}.tsv") for case in cases}
    benign = {"all": alarms.pop(BENIGN)}
    return measure(name, benign, alarms, cases, labels)


def show(results: list[Result]) -> None:
    """Print one row per detector."""
    kinds = [attack.kind for attack in ATTACKS]
    signals = ("rate", "latency", "all")
    print(f"{'':17}{'false alarms per edge-day':^27}" + "".join(f"{k:>17}" for k in kinds))
    print(f"{'detector':17}" + "".join(f"{s:>9}" for s in signals)
          + f"{'recall   delay s':>17}" * len(kinds))
    for result in results:
        cells = "".join(
            f"{result.false_alarms[s]:9.1f}" if s in result.false_alarms else f"{'-':>9}"
            for s in signals
        )
        for kind in kinds:
            delay = result.delay[kind]
            cells += f"{result.recall[kind]:9.2f}" + (
                f"{'-':>8}" if np.isnan(delay) else f"{delay:8.1f}"
            )
        print(f"{result.name:17}{cells}", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Compare detectors on mesh calls.")
    parser.add_argument("--calls", type=Path, required=True, help="gzipped call table")
    parser.add_argument("--baseline", action="append", choices=sorted([*BASELINES, "none"]))
    parser.add_argument("--alarms", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--write-cases", type=Path, metavar="DIR")
    parser.add_argument("--injections", type=int, default=50)
    parser.add_argument("--seed", type=int, default=20240601)
    options = parser.parse_args()
    traffic = load(options.calls)
    places = choose_places(traffic, options.injections, options.seed)
    cases, labels = {BENIGN: traffic}, []
    for attack in ATTACKS:
        cases[attack.kind], added = inject(traffic, attack, places, options.seed)
        labels += added
    minutes = traffic.bins * BIN / MINUTE
    print(f"{len(traffic.start)} calls, {len(traffic.edges)} edges, {minutes:.0f} minutes, "
          f"{len(places)} injections of each kind")
    if options.write_cases:
        write_cases(options.write_cases, cases, labels)
    runner = BaselineRunner()
    names = options.baseline or list(BASELINES)
    results = [baseline_result(runner, n, cases, labels) for n in names if n != "none"]
    for pair in options.alarms:
        name, _, folder = pair.partition("=")
        results.append(file_result(name, Path(folder), cases, labels))
    show(results)


if __name__ == "__main__":
    main()
