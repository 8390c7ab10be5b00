"""Compares the findings of `corpus` with those of native ruff: `compare.py CORPUS_BINARY DIRECTORY [RULES]`."""

import collections
import json
import subprocess
import sys

binary, root, *rules = sys.argv[1:]
select = rules[0].split(",") if rules else None
settings = json.dumps(({"select": select} if select else {}) | {"nosec": False})
ours = collections.Counter()
ours_fixes = {}
for line in subprocess.run([binary, root, settings], stdout=subprocess.PIPE, check=True).stdout.splitlines():
    finding = json.loads(line)
    if finding["rule"].startswith("BANDIT"):  # Rules of our own.
        continue
    key = (finding["path"], finding["rule"], str(finding["span"]), finding["message"])
    ours[key] += 1
    ours_fixes.setdefault(key, finding["fixes"])
command = ["ruff", "check", "--no-cache", "--exit-zero", "--output-format", "json", "."]
native = collections.Counter()
native_fixes = {}
prefix = subprocess.run(["realpath", root], stdout=subprocess.PIPE, check=True, text=True).stdout.strip() + "/"
output = subprocess.run(command + (["--select", rules[0]] if select else []), cwd=root, stdout=subprocess.PIPE, check=False).stdout
for finding in json.loads(output):
    path, message = finding["filename"].removeprefix(prefix), finding["message"]
    span = [[finding[end]["row"], finding[end]["column"]] for end in ("location", "end_location")]
    if finding["cell"] is not None:
        message, span = f"{message} (cell {finding['cell']}, line {span[0][0]})", None
    key = (path, finding["code"], str(span), message)
    native[key] += 1
    native_fixes.setdefault(key, finding["fix"])


def plain(fix, code):
    return fix and [
        fix["message"] or f"Apply the fix of {code}",
        [[[e[end]["row"], e[end]["column"]] for end in ("location", "end_location")] + [e["content"]] for e in fix["edits"]],
    ]


missing, extra = native - ours, ours - native
fixes = [
    key
    for key in native.keys() & ours.keys()
    if plain(native_fixes[key], key[1]) != (ours_fixes[key] and [ours_fixes[key][0]["title"], ours_fixes[key][0]["edits"]] or None)
]
safety = collections.Counter(
    (native_fixes[key]["applicability"], ours_fixes[key][0]["safety"])
    for key in native.keys() & ours.keys()
    if native_fixes[key] and ours_fixes[key]
)
print(f"native {native.total()}, ours {ours.total()}, missing {missing.total()}, extra {extra.total()}, other fixes {len(fixes)}")
print(dict(safety))
for name, keys in (("missing", missing), ("extra", extra)):
    for key in sorted(keys)[:15]:
        print(name, *key)
print("missing by rule", collections.Counter(key[1] for key in missing).most_common(20))
print("extra by rule", collections.Counter(key[1] for key in extra).most_common(20))
for key in fixes[:5]:
    print("fix", *key, plain(native_fixes[key], key[1]), ours_fixes[key])
