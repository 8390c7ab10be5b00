"""Compares the findings of `corpus` with bandit's, check by check: `bandit.py CORPUS_BINARY DIRECTORY`.

`bandit` has to be on the path. bandit's own example files are in its source distribution:
`pip download --no-deps --no-binary bandit bandit==1.9.4`, then `examples/` in it.

A finding of one is the other's if file and number are the same and the line is (`line`), or the lines of one overlap with
those of the other (`statement`), since the two often name different lines of one call.
"""

import collections
import json
import subprocess
import sys

binary, root = sys.argv[1:]
MERGED = {"703": "308"}  # ruff reports both checks as one rule.


def number(rule):
    digits = rule.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return MERGED.get(digits, digits)


output = subprocess.run(["bandit", "-q", "-r", ".", "-f", "json"], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
theirs = {}
for result in json.loads(output)["results"]:
    path = result["filename"].removeprefix("./")
    lines = result["line_range"] or [result["line_number"]]
    theirs[path, result["line_number"], number(result["test_id"])] = (min(lines), max(lines))
settings = json.dumps({"select": ["S"], "preview": True})
ours = {}
for line in subprocess.run([binary, root, settings], stdout=subprocess.PIPE, check=True).stdout.splitlines():
    finding = json.loads(line)
    if finding["rule"].startswith(("S", "BANDIT")) and finding["span"]:
        first, last = finding["span"][0][0], finding["span"][1][0]
        ours[finding["path"], first, number(finding["rule"])] = (first, last)


def overlaps(key, range_, others):
    return any(
        key[0] == other[0] and key[2] == other[2] and range_[0] <= lines[1] and lines[0] <= range_[1] for other, lines in others.items()
    )


def share(name, found, of):
    return f"{name} {found}/{of} = {found / of:.2f}"


by_line = theirs.keys() & ours.keys()
found = {key for key, lines in theirs.items() if overlaps(key, lines, ours)}
right = {key for key, lines in ours.items() if overlaps(key, lines, theirs)}
print("line:     ", share("recall", len(by_line), len(theirs)), share("precision", len(by_line), len(ours)))
print("statement:", share("recall", len(found), len(theirs)), share("precision", len(right), len(ours)))
missing = collections.Counter(key[2] for key in theirs.keys() - found)
extra = collections.Counter(key[2] for key in ours.keys() - right)
both = collections.Counter(key[2] for key in found)
for check in sorted(missing.keys() | extra.keys() | both.keys()):
    print(f"B{check} both {both[check]} missing {missing[check]} extra {extra[check]}")
for name, keys in (("missing", theirs.keys() - found), ("extra", ours.keys() - right)):
    for path, line, check in sorted(keys, key=lambda key: (key[2], key)):
        print(name, f"B{check}", f"{path}:{line}")
