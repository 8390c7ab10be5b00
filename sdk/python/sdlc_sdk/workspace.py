"""The files under test, read-only, as far as `sdlc.toml` grants. Errors of the host are raised."""

from __future__ import annotations

from .data import ChangedLines, Entry
from .host import call


def files(*globs: str) -> list[Entry]:
    """Paths that match any of the globs, sorted."""
    return call("workspace", "files", list(globs))


def read(path: str) -> bytes:
    """A file; `Denied` outside the grant, `Missing` where there is none."""
    return call("workspace", "read", path)


def changes() -> list[ChangedLines]:
    """Lines added or changed since the base revision; `Missing` where the run has none."""
    return call("workspace", "changes")
