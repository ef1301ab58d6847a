"""Mesh call traces: loading, joining isolated stretches, seeded attack injection, and writing."""

import csv
import gzip
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

SECOND = 1_000_000
BIN = 10 * SECOND
MINUTE = 60 * SECOND
# Detectors learn from what comes before, which holds no attack.
WARMUP = 45 * MINUTE
SPACING = 10 * MINUTE
MIN_CALLS = 6
ATTEMPTS = 100
# Longer silence of the whole mesh is a gap in the recording.
SILENCE = 5 * SECOND
# A last bin that lacks no more than this is whole.
SLACK = SECOND // 2
HEADER = ("day", "start_us", "source", "destination", "operation", "duration_us")


@dataclass(frozen=True)
class Traffic:
    """Calls in time order as parallel arrays; edges and operations are indices into names."""

    edges: tuple[tuple[str, str], ...]
    operations: tuple[str, ...]
    start: np.ndarray
    edge: np.ndarray
    operation: np.ndarray
    duration: np.ndarray

    @property
    def entities(self) -> list[str]:
        """Edge names as they appear in labels and alarm files."""
        return [f"{source}->{destination}" for source, destination in self.edges]

    @property
    def origin(self) -> int:
        """Start of the first bin."""
        return int(self.start[0])

    @property
    def bins(self) -> int:
        """Length of the traffic in bins."""
        return int(self.start[-1] - self.origin) // BIN + 1


@dataclass(frozen=True)
class Injection:
    """One labelled attack."""

    case: str
    entity: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Attack:
    """What an attack does to the calls of one edge while it lasts."""

    kind: str
    rate: int = 1
    slowdown: int = 1
    length: int = MINUTE


ATTACKS = (
    Attack("rate-x3", rate=3),
    Attack("rate-x10", rate=10),
    Attack("latency-x5", slowdown=5),
)


def load(path: Path) -> Traffic:
    """Read a call table, in time order and with the gaps of the recording closed up."""
    edges: dict[tuple[str, str], int] = {}
    operations: dict[str, int] = {}
    rows = []
    with gzip.open(path, "rt", newline="") as handle:
        for record in csv.DictReader(handle, delimiter="\t"):
            edge = (record["source"], record["destination"])
            rows.append((
                int(record["start_us"]),
                edges.setdefault(edge, len(edges)),
                operations.setdefault(record["operation"], len(operations)),
                int(record["duration_us"]),
            ))
    table = np.array(sorted(rows), dtype=np.int64)
    traffic = Traffic(tuple(edges), tuple(operations), *table.T)
    return close_gaps(traffic)


def close_gaps(traffic: Traffic) -> Traffic:
    """Cut the traffic at mesh-wide silences and join the pieces, each in whole bins."""
    breaks = np.flatnonzero(np.diff(traffic.start) > SILENCE) + 1
    pieces = np.split(np.arange(len(traffic.start)), breaks)
    kept, moments, clock = [], [], int(traffic.start[0])
    for piece in pieces:
        since = traffic.start[piece] - traffic.start[piece[0]]
        length = (int(since[-1]) + SLACK) // BIN * BIN
        inside = since < length
        kept.append(piece[inside])
        moments.append(clock + since[inside])
        clock += length
    return replace(subset(traffic, np.concatenate(kept)), start=np.concatenate(moments))


def subset(traffic: Traffic, index: np.ndarray) -> Traffic:
    """The calls that a mask or an index array selects."""
    return replace(
        traffic,
        start=traffic.start[index],
        edge=traffic.edge[index],
        operation=traffic.operation[index],
        duration=traffic.duration[index],
    )


def choose_places(traffic: Traffic, count: int, seed: int) -> list[tuple[int, int]]:
    """Random (edge, start) places past the warm-up, in use, and spaced out on each edge."""
    generator = np.random.default_rng(seed)
    first, last = traffic.origin + WARMUP, int(traffic.start[-1]) - 2 * MINUTE
    places: list[tuple[int, int]] = []
    for _ in range(ATTEMPTS * count):
        edge = int(generator.integers(len(traffic.edges)))
        start = int(generator.integers(first, last))
        inside = (traffic.start >= start) & (traffic.start < start + MINUTE)
        busy = int(np.sum(inside & (traffic.edge == edge))) >= MIN_CALLS
        if busy and all(e != edge or abs(s - start) >= SPACING for e, s in places):
            places.append((edge, start))
        if len(places) == count:
            return sorted(places, key=lambda place: place[1])
    raise ValueError(f"no room for {count} injections")


def inject(
    traffic: Traffic, attack: Attack, places: list[tuple[int, int]], seed: int
) -> tuple[Traffic, list[Injection]]:
    """Apply an attack at every place; extra calls repeat the edge's own at random instants."""
    generator = np.random.default_rng(seed)
    duration = traffic.duration.copy()
    picked, instants, labels = [np.arange(len(traffic.start))], [traffic.start], []
    for edge, start in places:
        end = start + attack.length
        inside = (traffic.start >= start) & (traffic.start < end) & (traffic.edge == edge)
        duration[inside] *= attack.slowdown
        extra = np.repeat(np.flatnonzero(inside), attack.rate - 1)
        picked.append(extra)
        instants.append(generator.integers(start, end, len(extra)))
        labels.append(Injection(attack.kind, traffic.entities[edge], start, end, attack.kind))
    index, moments = np.concatenate(picked), np.concatenate(instants)
    grown = replace(subset(replace(traffic, duration=duration), index), start=moments)
    return subset(grown, np.argsort(moments, kind="stable")), labels


def write_cases(folder: Path, cases: dict[str, Traffic], labels: list[Injection]) -> None:
    """Write every case in the input's columns, and the labels of all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, traffic in cases.items():
        with gzip.open(folder / f"{name}.tsv.gz", "wt", newline="", compresslevel=4) as handle:
            writer = csv.writer(handle, delimiter="\t", lineterminator="\n")
            writer.writerow(HEADER)
            columns = traffic.start, traffic.edge, traffic.operation, traffic.duration
            for start, edge, operation, duration in zip(*map(np.ndarray.tolist, columns)):
                day = datetime.fromtimestamp(start // SECOND, UTC).strftime("%Y-%m-%d")
                names = *traffic.edges[edge], traffic.operations[operation]
                writer.writerow((day, start, *names, duration))
    with (folder / "labels.tsv").open("w", newline="") as handle:
        writer = csv.writer(handle, delimiter="\t", lineterminator="\n")
        writer.writerow(("case", "entity", "start_us", "end_us", "kind"))
        writer.writerows((x.case, x.entity, x.start, x.end, x.kind) for x in labels)


def bin_series(traffic: Traffic) -> tuple[np.ndarray, np.ndarray]:
    """Per edge and 10 s bin: number of calls, and mean log latency (NaN without calls)."""
    bins = traffic.bins
    slot = traffic.edge * bins + (traffic.start - traffic.origin) // BIN
    size = len(traffic.edges) * bins
    count = np.bincount(slot, minlength=size).astype(float)
    total = np.bincount(slot, weights=np.log1p(traffic.duration), minlength=size)
    mean = np.full(size, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return count.reshape(-1, bins), mean.reshape(-1, bins)
