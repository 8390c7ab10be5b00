"""What scaling policies get and give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass
class Sample:
    """What was measured over one interval that ends at `at`: cpu and memory are means per replica in per cent."""

    WIT: ClassVar[str] = "scaling_policy.Sample"
    at: int
    replicas: int
    cpu: float
    memory: float
    requests_per_second: float
    latency_p95: float
    error_rate: float


@dataclass
class Target:
    """What the environment asks for. The host clamps to `min` and `max` whatever the policy says."""

    WIT: ClassVar[str] = "scaling_policy.Target"
    min: int
    max: int
    cpu: float | None = None
    memory: float | None = None
    latency: float | None = None
    requests_per_second_per_replica: float | None = None
    error_rate: float | None = None
    start_up: int = 0


@dataclass
class Observation:
    """All that a policy gets to see; the newest sample is the last, times are milliseconds since the Unix epoch."""

    WIT: ClassVar[str] = "scaling_policy.Observation"
    now: int
    target: Target
    samples: list[Sample]
    state: bytes = b""


@dataclass
class ForecastPoint:
    """What a policy expects of one moment."""

    WIT: ClassVar[str] = "scaling_policy.ForecastPoint"
    at: int
    requests_per_second: float


@dataclass
class ScalingDecision:
    """A number of replicas, and why. `state` is given back at the next call."""

    WIT: ClassVar[str] = "scaling_policy.Decision"
    replicas: int
    reason: str
    forecast: list[ForecastPoint] = field(default_factory=list)
    state: bytes = b""
