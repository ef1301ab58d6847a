"""Checks the sizes of files and functions, links in documents, and what must not be committed."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE_LINES = 400
FUNCTION_LINES = 60
# Nobody reads these.
GENERATED = ("Sources/EnvoyAPI/", "Sources/OpenTelemetryAPI/")
# Files that may be larger, with the size they may have. This list only shrinks.
EXCEPTIONS = {}

FUNCTION = re.compile(
    r"^( *)(?:(?:public|package|internal|private|fileprivate|static|mutating|final|nonisolated|"
    r"override|@\w+(?:\([^)]*\))?)\s+)*(?:func|init|deinit|subscript)\b[^\n]*[{(,]$"
)


def functions(lines):
    start = indent = None
    for number, line in enumerate(lines, 1):
        if start is None:
            match = FUNCTION.match(line)
            if match:
                start, indent = number, match.group(1)
        elif line == indent + "}":
            yield start, number - start
            start = None


def dead_links(name):
    """Links to files of the repository that are not there."""
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / name).read_text()):
        if "://" not in target and not ((ROOT / name).parent / target).exists():
            yield f"{name}: links to {target}, which is not there"


def findings():
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    ).stdout.split()
    for name in tracked:
        if name.startswith(".build") or pathlib.Path(name).name == "Package.resolved":
            yield f"{name}: must not be committed"
        if name.endswith(".md"):
            yield from dead_links(name)
        if not name.endswith(".swift") or name.startswith(GENERATED):
            continue
        path = ROOT / name
        if not path.exists():
            continue
        lines = path.read_text().split("\n")
        if len(lines) - 1 > EXCEPTIONS.get(name, FILE_LINES):
            yield f"{name}: {len(lines) - 1} lines, more than {EXCEPTIONS.get(name, FILE_LINES)}"
        for start, length in functions(lines):
            if length > FUNCTION_LINES:
                yield f"{name}:{start}: a function of {length} lines, more than {FUNCTION_LINES}"


if __name__ == "__main__":
    found = list(findings())
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
