#!/usr/bin/env python3
"""Measures the coverage gate beside diff-cover, interleaved in one run on one machine, and prints rows for BENCHMARKS.md.

Usage: benches/coverage.py [SDLC [COMPONENT]]
  SDLC       the binary [default: target/release/sdlc]
  COMPONENT  the gate as a component [default: the one that is built in]

`diff-cover` (PyPI) has to be on the path. The report has 400,000 lines of 1,000 files, 20 of which were changed.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 9
FILES = 1000
LINES = 400
CHANGED = 20


def source(number, changed):
    """As many lines with code, 20 of which were changed."""
    lines = [f"value_{line} = compute({number}, {line})" for line in range(1, LINES + 1)]
    if changed:
        lines[100:120] = [f"changed_{line} = compute_again({line})" for line in range(20)]
    return "\n".join(lines) + "\n"


def name(number):
    return f"src/package_{number // 50}/module_{number}.py"


def hits(number, line):
    return (number + line) % 5


def lcov():
    for number in range(FILES):
        yield f"SF:{name(number)}\n"
        for line in range(1, LINES + 1):
            yield f"DA:{line},{hits(number, line)}\n"
        yield f"LF:{LINES}\nLH:{LINES * 4 // 5}\nend_of_record\n"


def cobertura():
    yield '<?xml version="1.0" ?>\n<coverage version="7.0" timestamp="1" line-rate="0.8">\n\t<sources/>\n\t<packages>\n'
    yield '\t\t<package name="src" line-rate="0.8">\n\t\t\t<classes>\n'
    for number in range(FILES):
        path = name(number)
        yield f'\t\t\t\t<class name="{path}" filename="{path}" line-rate="0.8">\n\t\t\t\t\t<methods/>\n\t\t\t\t\t<lines>\n'
        for line in range(1, LINES + 1):
            yield f'\t\t\t\t\t\t<line number="{line}" hits="{hits(number, line)}"/>\n'
        yield "\t\t\t\t\t</lines>\n\t\t\t\t</class>\n"
    yield "\t\t\t</classes>\n\t\t</package>\n\t</packages>\n</coverage>\n"


def configuration(report, component):
    plugin = f'{{ path = "{component}" }}' if component else '"builtin:coverage"'
    return (
        f'[gates.coverage]\nplugin = {plugin}\nrequire = {{ changed-lines = ">= 1" }}\n'
        f'grant = {{ read = ["**"] }}\nsettings = {{ reports = ["{report}"] }}\n'
    )


def make(root, component):
    """A repository with a base commit, changes on top of it that are not committed, and both reports."""
    git = lambda *arguments: subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments], cwd=root, check=True)
    for number in range(FILES):
        path = root / name(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source(number, False))
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "base")
    for number in range(0, FILES, FILES // CHANGED):
        (root / name(number)).write_text(source(number, True))
    # Not as a whole: what a process has before it becomes another program counts as the peak of that one.
    for report, lines in (("lcov.info", lcov()), ("coverage.xml", cobertura())):
        with (root / report).open("w") as file:
            file.writelines(lines)
    if component:
        shutil.copy(component, root / "coverage.wasm")
    for report, file in (("lcov.info", "lcov.toml"), ("coverage.xml", "cobertura.toml")):
        (root / file).write_text(configuration(report, component and "coverage.wasm"))


def measure(command, cwd):
    """Wall seconds, CPU seconds and peak MiB of one run."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(title, ours, theirs, cwd):
    """Runs both in turn and prints medians and the median of the ratios pair by pair."""
    pairs = [(measure(ours, cwd), measure(theirs, cwd)) for _ in range(RUNS + 1)][1:]
    median = lambda side, figure: statistics.median(pair[side][figure] for pair in pairs)
    ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
    cells = [f"{median(side, 0) * 1000:.0f} ms, {median(side, 1) * 1000:.0f} ms CPU, {median(side, 2):.0f} MiB" for side in (0, 1)]
    print(f"| {title} | {' | '.join(cells)} | {ratio:.2f}x | <= 0.2x | {median(0, 2) / median(1, 2):.1f}x |", flush=True)


def main():
    given = [Path(argument).resolve() for argument in sys.argv[1:]]
    sdlc = given[0] if given else Path(__file__).resolve().parent.parent / "target" / "release" / "sdlc"
    component = given[1] if len(given) > 1 else None
    scratch = Path(tempfile.mkdtemp(prefix="sdlc-bench-"))
    os.environ["SDLC_CACHE_DIR"], os.environ["SDLC_STATE_DIR"] = str(scratch / "cache"), str(scratch / "state")
    # Where plugins have to be pinned, this one is not.
    os.environ.pop("CI", None)
    try:
        root = scratch / "shop"
        root.mkdir()
        make(root, component)
        print("| work | sdlc | peer | ratio | bar | memory |\n| --- | --- | --- | --- | --- | --- |")
        for title, file, report in (("lcov", "lcov.toml", "lcov.info"), ("Cobertura", "cobertura.toml", "coverage.xml")):
            ours = [str(sdlc), "run", "--config", file, "-q", "--from-ref", "main"]
            theirs = ["diff-cover", report, "--compare-branch", "main"]
            row(f"{FILES * LINES // 1000}k lines of {title} with changed lines (diff-cover)", ours, theirs, root)
    finally:
        shutil.rmtree(scratch)


main()
