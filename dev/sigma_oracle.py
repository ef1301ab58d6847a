"""Answers rules on requests by pySigma and SQLite, for the tests that compare Flyball with them.

Reads a JSON object on standard input: `rules`, a list of {name, text, group}, and `requests`, a list
of {group, method, status, path, ...} by Flyball's own names. A rule sees the requests of its group
and those of group 0. Writes a list with one entry for each rule: the numbers of the requests that
match, or the error that pySigma or SQLite gave.
"""

import json
import re
import sqlite3
import sys
import urllib.parse

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import FieldMappingTransformation

FIELDS = {
    "cs-method": "method",
    "cs-uri": "path",
    "cs-uri-query": "path",
    "c-uri-query": "path",
    "cs-uri-stem": "path_only",
    "c-uri-stem": "path_only",
    "c-uri": ["uri", "path"],
    "c-uri-extension": "extension",
    "cs-host": ["authority", "host"],
    "r-dns": ["authority", "host"],
    "cs-user-agent": "user_agent",
    "c-useragent": "user_agent",
    "cs-referer": "referer",
    "cs-referrer": "referer",
    "sc-status": "status",
    "c-ip": "client_address",
    "src_ip": "client_address",
    "dst_ip": "destination_address",
    "cs-username": "user_name",
    "cs-cookie": "cookie",
    "cs-content-type": "content_type",
    "cs-bytes": "request_bytes",
    "sc-bytes": "response_bytes",
}
NUMBERS = {"status", "request_bytes", "response_bytes"}
COLUMNS = [
    "method", "path", "path_only", "extension", "uri", "authority", "host", "user_agent",
    "referer", "client_address", "destination_address", "user_name", "cookie", "content_type",
    "status", "request_bytes", "response_bytes", "keywords",
]


def columns(request):
    """The columns of a request, as texts and numbers; nothing here is shared with Flyball."""
    row = {name: request.get(name, "") for name in COLUMNS}
    path = row["path"]
    row["path_only"] = path.split("?", 1)[0]
    segment = row["path_only"].rsplit("/", 1)[-1]
    row["extension"] = segment.rsplit(".", 1)[1] if "." in segment else ""
    scheme = request.get("scheme", "")
    row["uri"] = (scheme + "://" if scheme and row["authority"] else "") + row["authority"] + path
    row["host"] = re.sub(r":[0-9]*\Z", "", row["authority"])
    decoded = urllib.parse.unquote_to_bytes(path)
    if decoded == path.encode():
        decoded = b""
    row["keywords"] = b"\n".join([
        row["authority"].encode() + path.encode(), decoded, row["user_agent"].encode(),
        row["referer"].encode(), row["method"].encode(),
    ])
    if row["status"] == 0:
        row["status"] = None
    return row


def matches(pattern, value):
    if value is None:
        return None
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return re.search(pattern, text) is not None


def database(requests):
    """A table of the requests, in which what was not logged is NULL."""
    connection = sqlite3.connect(":memory:")
    connection.create_function("REGEXP", 2, matches)
    kinds = ", ".join(f"{c} {'INTEGER' if c in NUMBERS else 'TEXT'}" for c in COLUMNS)
    connection.execute(f"CREATE TABLE logs (id INTEGER, requests INTEGER, {kinds})")
    # A keyword text holds what percent-decoding gave, which need not be UTF-8.
    marks = ", ".join("CAST(? AS TEXT)" if c == "keywords" else "?" for c in COLUMNS)
    for number, request in enumerate(requests):
        row = columns(request)
        values = [None if row[c] == "" else row[c] for c in COLUMNS]
        connection.execute(
            f"INSERT INTO logs VALUES (?, ?, {marks})", [number, request["group"], *values])
    return connection


def condition(query):
    """What a query asks for. An access log does not tell an empty text from an absent one, so a
    value that is the empty text asks for NULL. Python takes no text that is not UTF-8."""
    query = query.removeprefix("SELECT * FROM logs WHERE ")
    query = query.replace("keywords REGEXP", "CAST(keywords AS BLOB) REGEXP")
    return re.sub(r"\b(\w+)='' COLLATE NOCASE", r"\1 IS NULL", query)


def answer(rule, connection):
    pipeline = ProcessingPipeline(items=[ProcessingItem(FieldMappingTransformation(FIELDS))])
    backend = sqliteBackend(
        processing_pipeline=pipeline, collate_nocase=True, fulltext_field="keywords", table="logs")
    try:
        found = set()
        for query in backend.convert(SigmaCollection.from_yaml(rule["text"])):
            found |= {row[0] for row in connection.execute(
                f"SELECT id FROM logs WHERE requests IN (0, ?) AND ({condition(query)})",
                [rule["group"]])}
        return {"name": rule["name"], "matches": sorted(found)}
    except Exception as error:
        return {"name": rule["name"], "error": f"{type(error).__name__}: {error}"}


def main():
    asked = json.load(sys.stdin)
    connection = database(asked["requests"])
    json.dump([answer(rule, connection) for rule in asked["rules"]], sys.stdout)


if __name__ == "__main__":
    main()
