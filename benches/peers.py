#!/usr/bin/env python3
"""Measures sdlc beside its peers, interleaved in one run on one machine, and prints the table of BENCHMARKS.md.

Usage: benches/peers.py [SDLC [CORPUS]]
  SDLC    the binary [default: target/release/sdlc]
  CORPUS  a directory with `Django`, as .ci/run unpacks it [default: target/corpus]

`ruff`, `prek` and `bandit` are those that .ci/run installs in target/peers, or else those on the path; `ripsecrets` is
what `cargo install ripsecrets --root target/peers` installs. A row whose peer is not there is left out.
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
# Of peers that take ten seconds.
FEW_RUNS = 3

HOOKS = """\
repos:
  - repo: builtin
    hooks:
      - {id: trailing-whitespace}
      - {id: end-of-file-fixer}
      - {id: mixed-line-ending, args: [--fix=no]}
      - {id: fix-byte-order-marker}
      - {id: check-merge-conflict}
      - {id: check-json}
      - {id: check-toml}
      - {id: check-yaml}
      - {id: check-xml}
      - {id: check-added-large-files, args: [--enforce-all]}
      - {id: check-case-conflict}
      - {id: check-executables-have-shebangs}
      - {id: check-shebang-scripts-are-executable}
      - {id: check-symlinks}
      - {id: detect-private-key}
"""

LINT = '[gates.lint]\nplugin = "builtin:python-lint"\n'
SECRETS = '[gates.secrets]\nplugin = "builtin:secrets"\n'
# bandit's own rules; it reads no `# noqa`.
SECURITY = '[gates.security]\nplugin = "builtin:python-lint"\nfiles = ["django/**"]\n[gates.security.settings]\nselect = ["S"]\n'
FIX = LINT + 'settings = { select = ["F401", "I001", "UP"], format = true }\n'
RUFF_FIX = "ruff check --no-cache -q --select F401,I001,UP --fix . ; ruff format --no-cache -q . ; true"
HYGIENE = '[gates.hygiene]\nplugin = "builtin:hygiene"\n'


def measure(command, cwd):
    """Wall seconds, CPU seconds and peak MiB of one run, of all its processes together or the largest."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{command} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(title, bar, ours, theirs, prepare=lambda: None, runs=RUNS):
    """Runs both in turn and prints medians and the median of the ratios pair by pair."""
    if shutil.which(theirs[0][0]) is None:
        print(f"{title}: `{theirs[0][0]}` is not there", file=sys.stderr)
        return
    pairs = []
    for number in range(runs + 1):
        prepare()
        first = measure(*ours)
        prepare()
        second = measure(*theirs)
        if number > 0:
            pairs.append((first, second))
    median = lambda side, figure: statistics.median(pair[side][figure] for pair in pairs)
    ratio = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
    memory = median(0, 2) / median(1, 2)
    print(
        f"| {title} | {median(0, 0) * 1000:.0f} ms, {median(0, 1) * 1000:.0f} ms CPU, {median(0, 2):.0f} MiB "
        f"| {median(1, 0) * 1000:.0f} ms, {median(1, 1) * 1000:.0f} ms CPU, {median(1, 2):.0f} MiB "
        f"| {ratio:.2f}x | {bar} | {memory:.1f}x |",
        flush=True,
    )


def main():
    target = Path(__file__).resolve().parent.parent / "target"
    given = [Path(argument).resolve() for argument in sys.argv[1:]]
    binary, corpus = (*given, *[target / "release" / "sdlc", target / "corpus"][len(given):])
    sdlc = str(binary)
    os.environ["PATH"] = f"{target / 'peers' / 'bin'}:{os.environ['PATH']}"
    scratch = Path(tempfile.mkdtemp(prefix="sdlc-bench-"))
    os.environ["SDLC_CACHE_DIR"] = str(scratch / "cache")
    os.environ["SDLC_STATE_DIR"] = str(scratch / "state")
    try:
        tree, small = scratch / "django", scratch / "small"
        shutil.copytree(corpus / "Django", tree, symlinks=True)
        small.mkdir()
        (small / "a.py").write_text("import os\n")
        for name, text in {"lint": LINT, "hygiene": HYGIENE, "secrets": SECRETS, "security": SECURITY, "fix": FIX}.items():
            (tree / f"{name}.toml").write_text(text)
        (small / "sdlc.toml").write_text(LINT)
        (tree / ".pre-commit-config.yaml").write_text(HOOKS)
        for command in (["init", "-q"], ["add", "."]):
            subprocess.run(["git", *command], cwd=tree, check=True)
        run = lambda name, *more: ([sdlc, "run", "--config", f"{name}.toml", "-q", *more], tree)
        ruff = lambda *more: (["ruff", "check", "-q", *more], tree)
        prek = (["prek", "run", "--all-files"], tree)
        restore = lambda: subprocess.run(["git", "checkout", "-q", "."], cwd=tree, check=True)
        print(f"{os.cpu_count()} cores, medians of {RUNS} interleaved runs, ratio of wall times pair by pair\n")
        print("| work | sdlc | peer | ratio | bar | memory |\n| --- | --- | --- | --- | --- | --- |")
        row("start-up, one small file, no cache", "<= 2x, <= 15 ms",
            ([sdlc, "run", "--no-cache", "-q"], small), (["ruff", "check", "--no-cache", "-q"], small))
        row("Python lint of Django, default rules, no cache (ruff)", "<= 1.5x", run("lint", "--no-cache"), ruff("--no-cache"))
        row("the same, warm (ruff, warm)", "<= 1.0x", run("lint"), ruff())
        row("fixes F401, I001, UP and format of Django, no cache (ruff)", "<= 2x",
            run("fix", "--no-cache", "--fix"), (["sh", "-c", RUFF_FIX], tree), restore)
        # prek's fixers write, so both start from the same tree.
        row("hygiene of Django, no cache (prek)", "<= 1.0x", run("hygiene", "--no-cache"), prek, restore)
        row("the same, warm (prek)", "<= 0.5x", run("hygiene"), prek)
        row("secrets, whole Django tree, no cache (ripsecrets)", "<= 0.2x",
            run("secrets", "--no-cache"), (["ripsecrets", "."], tree), runs=FEW_RUNS)
        row("Python security rules on django/, no cache (bandit)", "<= 0.1x",
            run("security", "--no-cache"), (["bandit", "-q", "-r", "django"], tree), runs=FEW_RUNS)
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
