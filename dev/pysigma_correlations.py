"""Answers, by pySigma's SQL on SQLite, which windows of correlations meet their condition.

Standard input: a JSON list of cases {rules: YAML, columns: [name], rows: [[value]]}, one correlation
that no other counts in each; the columns hold `time`, in seconds. Standard output: for each case a
list of [end of the window, group], in any order.
"""

import json
import sqlite3
import sys

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection


def windows(case):
    backend = sqliteBackend(
        timestamp_field="time", timestamp_format="unix", collate_nocase=True)
    # Rules that the correlation does not name have queries of their own.
    queries = [query for query in backend.convert(SigmaCollection.from_yaml(case["rules"]))
               if query.startswith("WITH ")]
    assert len(queries) == 1, f"{len(queries)} queries"
    database = sqlite3.connect(":memory:")
    columns = ", ".join(f"`{name}`" for name in case["columns"])
    database.execute(f"CREATE TABLE logs ({columns})")
    marks = ", ".join("?" for _ in case["columns"])
    database.executemany(f"INSERT INTO logs VALUES ({marks})", case["rows"])
    cursor = database.execute(queries[0])
    names = [column[0] for column in cursor.description]
    for row in cursor:
        found = dict(zip(names, row))
        group = json.loads(found["group_keys"])
        yield [round(found["window_end"]), {name: str(value) for name, value in group.items()}]


json.dump([list(windows(case)) for case in json.load(sys.stdin)], sys.stdout)
