"""The goals of docs/PERFORMANCE.md, as `bench.py` and `eval.py` report them."""

import json


class Goals:
    """Prints each goal as it is known; `met` is of this run."""

    def __init__(self):
        self.results = []

    def add(self, number, met, figure, anchor, **figures):
        print(f"goal {number} {'met' if met else 'missed'}: {figure} ({anchor})", flush=True)
        self.results.append({"goal": number, "met": met, "anchor": anchor, **figures})

    def write(self, path):
        path.write_text(json.dumps(self.results, indent=2) + "\n")
