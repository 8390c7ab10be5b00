#!/usr/bin/env python3
"""Writes fixtures/orders/*.json: how the ecosystems' own tools order versions, and which of them lie in a range.

Usage: examples/orders.py NODE_MODULES GO
  NODE_MODULES  a directory with npm's `semver` in it (`npm install semver`)
  GO            the `go` program; `semver` of golang.org/x/mod is taken from the sources of its own `cmd`

Needs PyPI's `packaging`. The versions are generated, always the same ones, odd spellings and nonsense among them.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import packaging
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "orders"
VERSIONS = 1000
RANGES = 1000

NODE = """
const semver = require(process.argv[1] + '/semver');
const { texts, ranges } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const valid = texts.filter(text => semver.valid(text, { loose: true }));
// `<` and `=1.2.3` would be `<=`.
const clean = text => semver.valid(text, { loose: true });
const compare = (a, b) => semver.compare(a, b, { loose: true });
console.log(JSON.stringify({
  tool: 'semver ' + require(process.argv[1] + '/semver/package.json').version + ' of npm, loose',
  ordered: valid.sort(compare).reduce((groups, text) => {
    const last = groups[groups.length - 1];
    if (last && compare(last[0], text) === 0) last.push(text); else groups.push([text]);
    return groups;
  }, []),
  invalid: texts.filter(text => !semver.valid(text, { loose: true })),
  ranges: ranges.map(([text, from, end, to]) => [text, from, end, to,
    semver.satisfies(text, `>=${clean(from)} ${end === 'fixed' ? '<' : '<='}${clean(to)}`, { loose: true, includePrerelease: true })]),
}));
"""

GO = """package main

import (
	"encoding/json"
	"os"
	"runtime"
	"sort"

	"example.com/orders/semver"
)

func main() {
	var in struct{ Texts []string; Ranges [][]any }
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		panic(err)
	}
	valid, invalid, ordered := []string{}, []string{}, [][]string{}
	for _, text := range in.Texts {
		if semver.IsValid(text) { valid = append(valid, text) } else { invalid = append(invalid, text) }
	}
	sort.SliceStable(valid, func(i, j int) bool { return semver.Compare(valid[i], valid[j]) < 0 })
	for _, text := range valid {
		if n := len(ordered); n > 0 && semver.Compare(ordered[n-1][0], text) == 0 {
			ordered[n-1] = append(ordered[n-1], text)
		} else {
			ordered = append(ordered, []string{text})
		}
	}
	for i, r := range in.Ranges {
		text, from, to := r[0].(string), r[1].(string), r[3].(string)
		below := semver.Compare(text, to) < 0 || r[2] == "last" && semver.Compare(text, to) == 0
		in.Ranges[i] = append(r, semver.Compare(text, from) >= 0 && below)
	}
	tool := "golang.org/x/mod/semver of " + runtime.Version()
	json.NewEncoder(os.Stdout).Encode(map[string]any{"tool": tool, "ordered": ordered, "invalid": invalid, "ranges": in.Ranges})
}
"""


def number(pick):
    return str(pick.choice([0, 0, 1, 1, 2, 3, 9, 10, 11, 99, 100, pick.randrange(10**6), 20240101, 2**40]))


def python(pick):
    """Anything that PEP 440 allows, in its odd spellings."""
    text = pick.choice(["", "", "", "v", "V", " "]) + pick.choice([""] * 8 + ["0!", "1!", "2!"])
    text += ".".join(pick.choice(["", "", "", "0"]) + number(pick) for _ in range(pick.choice([1, 2, 2, 3, 3, 3, 4])))
    separator = lambda: pick.choice(["", "", ".", "-", "_"])
    if pick.random() < 0.4:
        name = pick.choice(["a", "b", "rc", "alpha", "beta", "c", "pre", "preview", "RC", "Alpha"])
        text += separator() + name + pick.choice(["", separator() + number(pick)])
    if pick.random() < 0.25:
        text += pick.choice([f"-{number(pick)}", separator() + pick.choice(["post", "rev", "r", "POST"]) + separator() + number(pick)])
    if pick.random() < 0.25:
        text += separator() + "dev" + pick.choice(["", number(pick)])
    if pick.random() < 0.15:
        text += "+" + pick.choice(["local", "ubuntu.1", "abc-1_2", "cu118", "1", "10.2", "Cpu"])
    return text


def semantic(pick, prefix):
    text = prefix + ".".join(number(pick) for _ in range(3))
    if pick.random() < 0.5:
        parts = ["alpha", "beta", "rc", "0", "1", "2", "11", "0a", "a-b", "-", "x", "Z", "20240101000000-abcdef123456", "next", "999999999999999"]
        text += "-" + ".".join(pick.choice(parts) for _ in range(pick.choice([1, 1, 2, 2, 3])))
    if pick.random() < 0.15:
        text += "+" + pick.choice(["build", "incompatible", "001", "a.b-c"])
    return text


def npm(pick):
    text = semantic(pick, pick.choice(["", "", "", "", "v", "=", " v"]))
    return pick.choice([text] * 6 + [text.replace("-", "", 1), text.replace(".", ".0", 1)])


def go(pick):
    text = semantic(pick, "v")
    return pick.choice([text] * 6 + [text.split(".")[0], ".".join(text.split(".")[:2])])


def damaged(text, pick):
    """One character more, less or other."""
    at = pick.randrange(len(text) + 1)
    return text[:at] + pick.choice(["", "x", ".", "-", "+", "0", "!", "*", " ", "\u0663"]) + text[at + pick.choice([0, 1]):]


def texts_of(make):
    pick = random.Random(20261125)
    texts = {make(pick) for _ in range(VERSIONS)}
    texts |= {damaged(text, pick) for text in sorted(texts)[:: 4]}
    texts |= {"", "latest", "1.x", "*", "1.2.3.4", "01.2.3", "1..2", "2004d", "-1", "1.2.3-", "1.2.3+", "V1.2.3"}
    return sorted(texts)


def ranges_of(ordered):
    """Versions that lie close together, so that both ends of a range are met."""
    pick = random.Random(20261126)
    ranges = []
    for _ in range(RANGES):
        at = pick.randrange(len(ordered))
        near = [text for group in ordered[max(at - 2, 0) : at + 3] for text in group]
        start, to = sorted(pick.choices(range(len(near)), k=2))
        ranges.append([pick.choice(near), near[start], pick.choice(["fixed", "last"]), near[to]])
    return ranges


def twice(ask, make):
    """What a tool says of the versions, and then of ranges of those that are some."""
    texts = texts_of(make)
    return ask(texts, ranges_of(ask(texts, [])["ordered"]))


def packaging_says(texts, ranges):
    def version(text):
        try:
            return Version(text)
        except InvalidVersion:
            return None

    ordered = []
    for text in sorted((text for text in texts if version(text) is not None), key=version):
        if ordered and version(ordered[-1][0]) == version(text):
            ordered[-1].append(text)
        else:
            ordered.append([text])
    judged = []
    for text, start, end, to in ranges:
        # Specifiers take no local version for an end.
        start, to = version(start).public, version(to).public
        inside = SpecifierSet(f">={start},{'<' if end == 'fixed' else '<='}{to}", prereleases=True).contains(text)
        judged.append([text, start, end, to, inside])
    invalid = [text for text in texts if version(text) is None]
    return {"tool": f"packaging {packaging.__version__}", "ordered": ordered, "invalid": invalid, "ranges": judged}


def asked(command, texts, ranges, **where):
    given = json.dumps({"texts": texts, "ranges": ranges})
    return json.loads(subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True, **where).stdout)


def node_says(modules):
    return lambda texts, ranges: asked(["node", "-e", NODE, str(Path(modules).resolve())], texts, ranges)


def go_says(program, scratch):
    root = subprocess.run([program, "env", "GOROOT"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    shutil.copytree(Path(root) / "src/cmd/vendor/golang.org/x/mod/semver", Path(scratch) / "semver")
    (Path(scratch) / "go.mod").write_text("module example.com/orders\n\ngo 1.21\n")
    (Path(scratch) / "main.go").write_text(GO)
    return lambda texts, ranges: asked([program, "run", "."], texts, ranges, cwd=scratch)


def write(name, found):
    """A group of equal versions a line, so that a change can be read."""
    lines = lambda rows: "[\n" + ",\n".join(f"    {json.dumps(row)}" for row in rows) + "\n  ]"
    body = ",\n".join(f'  "{key}": {lines(found[key])}' for key in ("ordered", "invalid", "ranges"))
    (FIXTURES / f"{name}.json").write_text(f'{{\n  "tool": {json.dumps(found["tool"])},\n{body}\n}}\n')


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    write("python", twice(packaging_says, python))
    write("npm", twice(node_says(sys.argv[1]), npm))
    with tempfile.TemporaryDirectory() as scratch:
        write("go", twice(go_says(sys.argv[2], scratch), go))


main()
