"""From a plugin's class to the classes that componentize-py looks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from . import settings
from .contract import lift, lower
from .data import Report
from .errors import Error, Other, SettingsError
from .kinds import (
    DeployStrategy,
    FileGate,
    Healer,
    Plugin,
    ScalingPolicy,
    WorkspaceGate,
)


def export(plugin: type[Plugin]) -> tuple[type, ...]:
    """The exports of a component, first `Plugin`, then one a kind that the class derives from, in its order:

        Plugin, FileGate = sdlc_sdk.export(MyGate)

    These names, which are those of the contract's interfaces, must be there in the module that is built.
    """
    slot = _Slot(plugin)
    kinds = [kind for kind in plugin.__mro__ if kind in _KINDS]
    if not kinds:
        raise TypeError(
            f"`{plugin.__name__}` derives from no kind of plugin, such as `FileGate`"
        )
    return (_plugin(slot), *(_KINDS[kind](slot) for kind in kinds))


class _Slot:
    """The one configured plugin of an instance."""

    def __init__(self, plugin: type[Plugin]) -> None:
        self.type = plugin
        self.instance: Any = None

    def configure(self, text: str) -> None:
        self.instance = self.type(settings.parse(self.type.Settings, text))

    def call(self, call: Callable[[Any], Any]) -> Any:
        """What the plugin returns, as the contract has it; errors are raised as componentize-py wants them."""
        try:
            if self.instance is None:
                raise Other("called before `configure`")
            return lower(call(self.instance))
        except Error as error:
            raise _err(lower(error)) from error


def _err(value: Any) -> Exception:
    # Only there inside of a component.
    from componentize_py_types import Err

    return Err(value)


def _report(result: Any) -> Report:
    return result if isinstance(result, Report) else Report(list(result))


def _plugin(slot: _Slot) -> type:
    class Exports:
        def describe(self) -> Any:
            return lower(
                dataclasses.replace(
                    slot.type.info, settings_schema=settings.schema(slot.type.Settings)
                )
            )

        def rules(self, ids: list[str]) -> Any:
            return lower(
                [rule for rule in slot.type.rules if not ids or rule.id in ids]
            )

        def configure(self, settings: str) -> None:
            try:
                slot.configure(settings)
            except SettingsError as error:
                raise _err(lower(error.problems)) from error

    return Exports


def _file_gate(slot: _Slot) -> type:
    class Exports:
        def select(self) -> Any:
            return slot.call(lambda gate: gate.select())

        def begin(self, project: Any) -> Any:
            return slot.call(lambda gate: gate.begin(lift(project)))

        def check(self, file: Any) -> Any:
            return slot.call(lambda gate: _report(gate.check(lift(file))))

    return Exports


def _workspace_gate(slot: _Slot) -> type:
    class Exports:
        def check(self) -> Any:
            return slot.call(lambda gate: _report(gate.check()))

    return Exports


def _healer(slot: _Slot) -> type:
    def heal(healer: Healer, patient: Any) -> Any:
        value = lift(patient.value)
        return list(
            healer.heal_findings(value)
            if isinstance(value, list)
            else healer.heal_incident(value)
        )

    class Exports:
        def heal(self, patient: Any) -> Any:
            return slot.call(lambda healer: heal(healer, patient))

    return Exports


def _scaling_policy(slot: _Slot) -> type:
    class Exports:
        def decide(self, observation: Any) -> Any:
            return slot.call(lambda policy: policy.decide(lift(observation)))

    return Exports


def _deploy_strategy(slot: _Slot) -> type:
    class Exports:
        def next(self, rollout: Any) -> Any:
            return slot.call(lambda strategy: strategy.next(lift(rollout)))

    return Exports


_KINDS = {
    FileGate: _file_gate,
    WorkspaceGate: _workspace_gate,
    Healer: _healer,
    ScalingPolicy: _scaling_policy,
    DeployStrategy: _deploy_strategy,
}
