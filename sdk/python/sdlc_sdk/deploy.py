"""What deploy strategies get and give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass
class Slot:
    """One version of the service: `share` is per cent of new requests, times are milliseconds."""

    WIT: ClassVar[str] = "deploy_strategy.Slot"
    version: str
    replicas: int
    healthy: int
    share: int
    healthy_for: int | None
    requests: int
    errors: int
    latency_p50: float
    latency_p95: float
    latency_p99: float


@dataclass
class Rollout:
    """All that a strategy gets to see. `last_step` says why the last step could not be done; none: it was."""

    WIT: ClassVar[str] = "deploy_strategy.Rollout"
    elapsed: int
    since_last_step: int
    replicas: int
    live: Slot | None
    candidate: Slot | None
    last_step: str | None
    state: bytes = b""


@dataclass
class Start:
    """Starts the candidate with so many replicas, or changes their number."""

    WIT: ClassVar[str] = "deploy_strategy.Step_Start"
    value: int


@dataclass
class Shift:
    """Sends so many per cent of new requests to the candidate. Refused while it is unhealthy."""

    WIT: ClassVar[str] = "deploy_strategy.Step_Shift"
    value: int


@dataclass
class Wait:
    """Looks again after so many milliseconds."""

    WIT: ClassVar[str] = "deploy_strategy.Step_Wait"
    value: int


@dataclass
class Promote:
    """The candidate becomes the live version; the old one is drained, then stopped."""

    WIT: ClassVar[str] = "deploy_strategy.Step_Promote"


@dataclass
class RollBack:
    """All requests go back to the live version, and the candidate is drained and stopped."""

    WIT: ClassVar[str] = "deploy_strategy.Step_RollBack"
    value: str


Step = Start | Shift | Wait | Promote | RollBack


@dataclass
class RolloutDecision:
    """A step, and why. `state` is given back at the next call."""

    WIT: ClassVar[str] = "deploy_strategy.Decision"
    step: Step
    reason: str
    state: bytes = b""
