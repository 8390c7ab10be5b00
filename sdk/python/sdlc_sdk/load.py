"""Load on a service that `sdlc.toml` lets the plugin reach, produced and measured by the host."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import ClassVar

from .host import call


@dataclass
class Request:
    """What is sent, again and again."""

    WIT: ClassVar[str] = "load.Request"
    url: str
    method: str = "GET"
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


@dataclass
class Plan:
    """Requests start on schedule whether or not earlier ones have ended. Times are milliseconds."""

    WIT: ClassVar[str] = "load.Plan"
    request: Request
    rate: float
    duration: int
    warm_up: int = 0
    connections: int = 64
    timeout: int = 10_000


@dataclass
class Measurement:
    """Latencies in milliseconds, from the scheduled start to the last byte."""

    WIT: ClassVar[str] = "load.Measurement"
    requests: int
    errors: int
    throughput: float
    p50: float
    p90: float
    p95: float
    p99: float
    p999: float
    max: float
    saturated: bool


def run(plan: Plan) -> Measurement:
    """Returns when the plan is done. `Denied` where not granted, `Missing` where nothing answers."""
    result = call("load", "run", plan)
    return Measurement(
        **{item.name: getattr(result, item.name) for item in fields(Measurement)}
    )
