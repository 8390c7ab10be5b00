"""Native programs that `sdlc.toml` lets the plugin run. No shell is involved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .host import call


@dataclass
class Command:
    """One program to run: a bare name, its arguments, a directory relative to the root, what it reads."""

    WIT: ClassVar[str] = "tools.Command"
    program: str
    arguments: list[str]
    directory: str | None = None
    stdin: bytes = b""


@dataclass
class Output:
    """What became of it; no status where a signal or the time limit ended it. Milliseconds."""

    WIT: ClassVar[str] = "tools.Output"
    status: int | None
    stdout: bytes
    stderr: bytes
    truncated: bool
    duration: int


def run(
    program: str, *arguments: str, directory: str | None = None, stdin: bytes = b""
) -> Output:
    """Runs a program; a non-zero status is no error. `Denied` where not granted, `Missing` where not installed."""
    output = call("tools", "run", Command(program, list(arguments), directory, stdin))
    return Output(
        output.status, output.stdout, output.stderr, output.truncated, output.duration
    )
