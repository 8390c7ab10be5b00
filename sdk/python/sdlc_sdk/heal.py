"""What healers get and give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


class IncidentKind(Enum):
    """What is wrong with a service."""

    UNREACHABLE = "unreachable"
    CRASH_LOOP = "crash-loop"
    MEMORY_LEAK = "memory-leak"
    ERROR_RATE = "error-rate"
    LATENCY = "latency"


@dataclass
class Incident:
    """Something wrong with a running service; without a replica it is about the service as a whole."""

    WIT: ClassVar[str] = "healer.Incident"
    environment: str
    service: str
    replica: str | None
    kind: IncidentKind
    evidence: str


@dataclass
class FileContent:
    """A file as a whole: as an action, it is written."""

    WIT: ClassVar[str] = "healer.FileContent"
    path: str
    content: bytes


@dataclass
class Delete:
    """Deletes a file."""

    WIT: ClassVar[str] = "healer.Action_Delete"
    value: str


@dataclass
class RestartReplica:
    """Replaces one replica of the incident's service by a fresh one."""

    WIT: ClassVar[str] = "healer.Action_RestartReplica"
    value: str


@dataclass
class RestartService:
    """Replaces all replicas, one after the other."""

    WIT: ClassVar[str] = "healer.Action_RestartService"


@dataclass
class Scale:
    """Sets the number of replicas."""

    WIT: ClassVar[str] = "healer.Action_Scale"
    value: int


@dataclass
class RollBackService:
    """Goes back to the version before."""

    WIT: ClassVar[str] = "healer.Action_RollBack"


Action = (
    FileContent | Delete | RestartReplica | RestartService | Scale | RollBackService
)


@dataclass
class Treatment:
    """Actions that belong together, in order; the summary is imperative: `pin requests to 2.32.4`."""

    WIT: ClassVar[str] = "healer.Treatment"
    summary: str
    actions: list[Action]
