"""Calls to what the host offers: `workspace`, `tools` and `load` are made of this."""

from __future__ import annotations

import importlib
from typing import Any

from .contract import lift, lift_error, lower
from .errors import Other

# Imported here because a component has no files to import from later; absent in other worlds, and in tests.
_INTERFACES: dict[str, Any] = {}
for _name in ("workspace", "tools", "load"):
    try:
        _INTERFACES[_name] = importlib.import_module(f"wit_world.imports.{_name}")
    except ModuleNotFoundError:
        continue


def call(interface: str, function: str, *arguments: Any) -> Any:
    """Calls the host; what it returns as an error is raised."""
    if interface not in _INTERFACES:
        raise Other(f"the world of this plugin does not import `{interface}`")
    from componentize_py_types import Err

    try:
        return lift(getattr(_INTERFACES[interface], function)(*map(lower, arguments)))
    except Err as error:
        raise lift_error(error.value) from None
