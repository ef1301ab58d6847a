"""Recordings of known calls between workloads: as they were, and with attackers and an outage."""

import csv
import gzip
from collections import defaultdict

from recording import Recording, entry

SECOND = 1_000_000
MINUTE = 60 * SECOND
# Long after every call has a reference, and long enough for both attackers to be found.
ATTACK_AFTER = 60 * MINUTE
ATTACK_FOR = 2 * MINUTE
SCANNED = ("/admin", "/.env", "/debug/vars", "/internal/keys", "/actuator", "/backup.sql")


def read(path):
    """Calls in time order: start and duration in microseconds, source, destination, operation."""
    with gzip.open(path, "rt", newline="") as handle:
        rows = csv.DictReader(handle, delimiter="\t")
        calls = [
            (int(row["start_us"]), int(row["duration_us"]), row["source"], row["destination"],
             row["operation"], 200)
            for row in rows
        ]
    return sorted(calls)


def write(path, calls):
    """Both sides of every call, each side's sent together once a second."""
    names = sorted({name for call in calls for name in call[2:4]})
    with Recording(path, names) as recording:
        second, waiting = None, defaultdict(list)
        for start, duration, source, destination, operation, status in calls:
            if start // SECOND != second:
                flush(recording, second, waiting)
                second, waiting = start // SECOND, defaultdict(list)
            path = f"/{operation}"
            waiting[source, "outbound"].append(
                entry(start, path, status, cluster=destination, duration=duration)
            )
            waiting[destination, "inbound"].append(
                entry(
                    start, path, status, peer=recording.principal(source), duration=duration
                )
            )
        flush(recording, second, waiting)


def flush(recording, second, waiting):
    for (reporter, listener), entries in sorted(waiting.items()):
        recording.message(reporter, listener, (second + 1) * SECOND, entries)


def under_attack(calls):
    """Two callers scan while a destination answers everybody with 503; also who and when."""
    begin = calls[0][0] + ATTACK_AFTER
    end = begin + ATTACK_FOR
    callers = defaultdict(set)
    for _, _, source, destination, _, _ in calls:
        callers[destination].add(source)
    down = max(callers, key=lambda name: (len(callers[name]), name))
    destinations = sorted(set(callers) - {down})
    attackers = sorted(callers[down])[:2]
    changed = [
        (*call[:5], 503) if call[3] == down and begin <= call[0] < end else call for call in calls
    ]
    for attacker in attackers:
        targets = [name for name in destinations if name != attacker]
        for number in range(120):
            start = begin + number * ATTACK_FOR // 120
            path = f"{SCANNED[number % len(SCANNED)][1:]}/{number}"
            changed.append((start, 900, attacker, targets[number % len(targets)], path, 404))
    return sorted(changed), attackers, begin, end
