"""Keeps the load of each replica near a target."""

import math
from dataclasses import dataclass
from typing import Annotated

import sdlc_sdk as sdlc


@dataclass
class Settings:
    """The plugin's own table of `sdlc.toml`."""

    # As a share of the target.
    tolerance: Annotated[float, "No change while the load is this near its target."] = (
        0.1
    )


class Tracking(sdlc.ScalingPolicy):
    info = sdlc.Info(
        "{{name}}", "0.1.0", "keeps the load of each replica near a target"
    )
    Settings = Settings

    def __init__(self, settings: Settings) -> None:
        if not 0 <= settings.tolerance < 1:
            raise sdlc.SettingsError(
                sdlc.Problem("tolerance", "must be at least 0 and below 1")
            )
        self.tolerance = settings.tolerance

    def decide(self, observation: sdlc.Observation) -> sdlc.ScalingDecision:
        if not observation.samples:
            return sdlc.ScalingDecision(
                observation.target.min, "nothing was measured yet"
            )
        now = observation.samples[-1]
        target = observation.target.cpu or 70.0
        ratio = now.cpu / target
        if abs(ratio - 1) <= self.tolerance:
            return sdlc.ScalingDecision(
                now.replicas, f"cpu {now.cpu:.0f} % is near {target:.0f} %"
            )
        replicas = math.ceil(now.replicas * ratio)
        return sdlc.ScalingDecision(
            replicas, f"cpu {now.cpu:.0f} % where {target:.0f} % is wanted"
        )


# The names that the build looks for: those of the contract's interfaces.
Plugin, ScalingPolicy = sdlc.export(Tracking)
