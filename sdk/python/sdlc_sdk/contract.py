"""Between the SDK's classes and those that componentize-py generates from the contract.

The generated ones exist only inside of a component, so they are looked up by the name that a class has in `WIT`.
"""

from __future__ import annotations

import dataclasses
import importlib
from enum import Enum
from functools import cache
from typing import Any

from . import data, deploy, errors, heal, scale


def lower(value: Any) -> Any:
    """What the SDK has, as the contract has it."""
    match value:
        case Enum():
            return getattr(_generated(_ENUMS[type(value)]), value.name)
        case data.Location(path, region):
            return _generated("types.Location")(path, _region(region))
        case heal.FileContent():
            return _generated("healer.Action_Write")(_record(value))
        case errors.Error():
            return _generated(value.WIT)(value.message)
        case list() | tuple():
            return type(value)(map(lower, value))
    return _record(value) if dataclasses.is_dataclass(value) else value


def lift(value: Any) -> Any:
    """What the contract has, as the SDK has it."""
    name = f"{type(value).__module__.rpartition('.')[2]}.{type(value).__name__}"
    if isinstance(value, Enum):
        return _SDK_ENUMS[name][value.name]
    if isinstance(value, list):
        return [lift(item) for item in value]
    if name == "types.Region_Points":
        return tuple(lift(point) for point in value.value)
    if name == "types.Region_Bytes":
        return lift(value.value)
    if name == "deploy_strategy.Rollout":
        # `Ok` has none as its value, `Err` the reason.
        value = dataclasses.replace(value, last_step=value.last_step.value)
    if name not in _CLASSES:
        return value
    fields = {
        field.name: lift(getattr(value, field.name))
        for field in dataclasses.fields(value)
    }
    return _CLASSES[name](**fields)


def lift_error(error: Any) -> errors.Error:
    """An error that the host returned, to be raised."""
    return _ERRORS[f"types.{type(error).__name__}"](error.value)


def _region(region: Any) -> Any:
    if region is None:
        return None
    case = "Points" if isinstance(region, tuple) else "Bytes"
    return _generated(f"types.Region_{case}")(lower(region))


def _record(value: Any) -> Any:
    fields = {
        field.name: lower(getattr(value, field.name))
        for field in dataclasses.fields(value)
    }
    return _generated(value.WIT)(**fields)


@cache
def _generated(name: str) -> Any:
    module, _, name = name.partition(".")
    for direction in ("imports", "exports"):
        try:
            return getattr(
                importlib.import_module(f"wit_world.{direction}.{module}"), name
            )
        except ModuleNotFoundError:
            continue
    raise LookupError(f"the world of this plugin has no `{module}`")


def _classes(*modules: Any) -> dict[str, Any]:
    return {
        item.WIT: item
        for module in modules
        for item in vars(module).values()
        if hasattr(item, "WIT")
    }


_CLASSES = _classes(data, deploy, heal, scale)
_ERRORS = _classes(errors) | {"types.Error_Other": errors.Other}
_ENUMS = {
    data.Severity: "types.Severity",
    data.Confidence: "types.Confidence",
    data.Safety: "types.Safety",
    data.FileKind: "file_gate.FileKind",
    heal.IncidentKind: "healer.IncidentKind",
}
_SDK_ENUMS = {name: enum for enum, name in _ENUMS.items()}
