"""From the JSON that the host hands over to a plugin's dataclass of settings; every problem names its key.

Fields may be `str`, `int`, `float`, `bool`, `tuple[..., ...]`, `dict[str, ...]`,
`Literal[...]`, another such dataclass, or any of them `| None`; `Annotated[..., "text"]` adds
a line for editors. A field `max_lines` is the key `max-lines`.
"""

from __future__ import annotations

import dataclasses
import json
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from .data import Problem
from .errors import SettingsError

T = TypeVar("T")


@dataclasses.dataclass
class NoSettings:
    """For a plugin without settings: any key is an error."""


def parse(settings: type[T], text: str) -> T:
    """Reads settings from JSON; raises `SettingsError` with all problems."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise SettingsError(Problem("", f"no JSON: {error.msg}")) from None
    problems: list[Problem] = []
    result = _read(settings, value, "", problems)
    if problems:
        raise SettingsError(*problems)
    return result


def schema(settings: type) -> str:
    """JSON Schema of settings."""
    return json.dumps(_schema(settings), sort_keys=True)


_NAMES = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}


def _read(wanted: Any, value: Any, key: str, problems: list[Problem]) -> Any:
    """`value` as `wanted`; none and a problem where it is not."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if dataclasses.is_dataclass(wanted):
        return _read_table(wanted, value, key, problems)
    if origin in (Union, UnionType):
        inner = next(argument for argument in arguments if argument is not NoneType)
        return None if value is None else _read(inner, value, key, problems)
    if origin is tuple:
        if isinstance(value, list):
            return tuple(
                _read(arguments[0], item, f"{key}[{at}]", problems)
                for at, item in enumerate(value)
            )
        return _wrong(key, "must be a list", problems)
    if origin is dict:
        if isinstance(value, dict):
            return {
                name: _read(arguments[1], item, _join(key, name), problems)
                for name, item in value.items()
            }
        return _wrong(key, "must be a table", problems)
    if origin is Literal:
        if value in arguments and type(value) in {
            type(argument) for argument in arguments
        }:
            return value
        return _wrong(key, f"must be one of {_listed(arguments)}", problems)
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is wanted:
        return value
    return _wrong(key, f"must be {_NAMES.get(wanted, wanted)}", problems)


def _read_table(wanted: Any, value: Any, key: str, problems: list[Problem]) -> Any:
    if not isinstance(value, dict):
        return _wrong(key, "must be a table", problems)
    types = get_type_hints(wanted)
    fields = {_key(field): field for field in dataclasses.fields(wanted)}
    given = {}
    before = len(problems)
    for name, item in value.items():
        if name in fields:
            field = fields[name].name
            given[field] = _read(types[field], item, _join(key, name), problems)
        else:
            near = get_close_matches(name, fields, 1)
            hint = (
                f"hint: did you mean `{near[0]}`?"
                if near
                else f"known are {_listed(sorted(fields))}"
            )
            problems.append(
                Problem(
                    _join(key, name),
                    f"unknown key; {hint if fields else 'no settings are known'}",
                )
            )
    for name, field in fields.items():
        defaults = (field.default, field.default_factory)
        if field.name not in given and all(
            default is dataclasses.MISSING for default in defaults
        ):
            problems.append(Problem(_join(key, name), "is required"))
    return wanted(**given) if len(problems) == before else None


def _schema(wanted: Any) -> dict[str, Any]:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if dataclasses.is_dataclass(wanted):
        types = get_type_hints(wanted, include_extras=True)
        properties = {}
        required = []
        for field in dataclasses.fields(wanted):
            properties[_key(field)] = _schema(types[field.name])
            if field.default is field.default_factory is dataclasses.MISSING:
                required.append(_key(field))
        table = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        return table | ({"required": required} if required else {})
    if origin is Annotated:
        return _schema(arguments[0]) | {"description": arguments[1]}
    if origin in (Union, UnionType):
        return _schema(
            next(argument for argument in arguments if argument is not NoneType)
        )
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if origin is Literal:
        return {"enum": list(arguments)}
    return {
        "type": {str: "string", int: "integer", float: "number", bool: "boolean"}[
            wanted
        ]
    }


def _key(field: dataclasses.Field[Any]) -> str:
    return field.name.replace("_", "-")


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _wrong(key: str, message: str, problems: list[Problem]) -> None:
    problems.append(Problem(key, message))
