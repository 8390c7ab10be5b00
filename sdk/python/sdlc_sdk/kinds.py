"""One class a kind of plugin, and `Plugin`, which all of them build on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from .data import Finding, Info, Project, Report, Rule, Selection, SourceFile
from .deploy import Rollout, RolloutDecision
from .heal import Incident, Treatment
from .scale import Observation, ScalingDecision
from .settings import NoSettings


class Plugin:
    """Who a plugin is. It is made once, with its settings, before any other call.

    Override `__init__` to check settings beyond their types; raise `SettingsError` with everything that is wrong.
    """

    info: ClassVar[Info]
    rules: ClassVar[Sequence[Rule]] = ()
    Settings: ClassVar[type] = NoSettings

    def __init__(self, settings: Any) -> None:
        self.settings = settings


class FileGate(Plugin):
    """Judges one file at a time, as a pure function."""

    def select(self) -> Selection:
        """Which files are wanted."""
        raise NotImplementedError

    def begin(self, project: Project) -> bytes | None:
        """Takes the context files and paths. What it returns stands for them when results are kept; none is all."""

    def check(self, file: SourceFile) -> Report | Iterable[Finding]:
        """Judges one file: a report, or just its findings, which may come from a generator."""
        raise NotImplementedError


class WorkspaceGate(Plugin):
    """Judges the workspace as a whole, through `workspace`, `tools` and `load`, as far as they were granted."""

    def check(self) -> Report | Iterable[Finding]:
        """Judges the workspace."""
        raise NotImplementedError


class Healer(Plugin):
    """Proposes cures. The host tries them, and keeps what helped. By default there is nothing to offer."""

    def heal_findings(self, findings: list[Finding]) -> Iterable[Treatment]:
        """Treatments for what gates found."""
        return []

    def heal_incident(self, incident: Incident) -> Iterable[Treatment]:
        """Treatments for a service in trouble."""
        return []


class ScalingPolicy(Plugin):
    """Says how many replicas a service needs, as a pure function."""

    def decide(self, observation: Observation) -> ScalingDecision:
        """Number of replicas for what was observed."""
        raise NotImplementedError


class DeployStrategy(Plugin):
    """Says the next step of a deployment, as a pure function."""

    def next(self, rollout: Rollout) -> RolloutDecision:
        """The next step for what was observed."""
        raise NotImplementedError
