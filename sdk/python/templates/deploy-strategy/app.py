"""Gives a new version its share of requests step by step, and takes it back when requests fail."""

from dataclasses import dataclass
from typing import Annotated

import sdlc_sdk as sdlc


@dataclass
class Settings:
    """The plugin's own table of `sdlc.toml`."""

    steps: Annotated[tuple[int, ...], "Per cent of requests; the last is 100."] = (
        10,
        50,
        100,
    )
    hold: Annotated[int, "Milliseconds that each step is watched."] = 30_000
    max_error_rate: Annotated[float, "Share of requests that may fail."] = 0.01


class Canary(sdlc.DeployStrategy):
    info = sdlc.Info("{{name}}", "0.1.0", "shifts requests step by step")
    Settings = Settings

    def __init__(self, settings: Settings) -> None:
        problems = []
        if settings.steps[-1:] != (100,) or list(settings.steps) != sorted(
            settings.steps
        ):
            problems.append(sdlc.Problem("steps", "must rise, and end with 100"))
        if settings.hold < 0:
            problems.append(sdlc.Problem("hold", "must not be negative"))
        if not 0 <= settings.max_error_rate <= 1:
            problems.append(sdlc.Problem("max-error-rate", "must be between 0 and 1"))
        if problems:
            raise sdlc.SettingsError(*problems)
        self.settings = settings

    def next(self, rollout: sdlc.Rollout) -> sdlc.RolloutDecision:
        candidate = rollout.candidate
        if rollout.last_step is not None:
            return sdlc.RolloutDecision(
                sdlc.RollBack(rollout.last_step), rollout.last_step
            )
        if candidate is None:
            return sdlc.RolloutDecision(
                sdlc.Start(rollout.replicas), "the candidate is started"
            )
        if candidate.healthy_for is None:
            return sdlc.RolloutDecision(
                sdlc.Wait(1_000), "the candidate is not healthy yet", rollout.state
            )
        if rollout.live is None:
            return sdlc.RolloutDecision(sdlc.Promote(), "there is no other version")
        if candidate.errors > candidate.requests * self.settings.max_error_rate:
            reason = f"{candidate.errors} of {candidate.requests} requests failed"
            return sdlc.RolloutDecision(sdlc.RollBack(reason), reason)
        # The state is the time of the last shift, in digits.
        if rollout.state.isdigit():
            rest = int(rollout.state) + self.settings.hold - rollout.elapsed
            if rest > 0:
                return sdlc.RolloutDecision(
                    sdlc.Wait(rest), f"{candidate.share} % is watched", rollout.state
                )
        for share in self.settings.steps:
            if share > candidate.share:
                return sdlc.RolloutDecision(
                    sdlc.Shift(share),
                    f"{share} % is next",
                    str(rollout.elapsed).encode(),
                )
        return sdlc.RolloutDecision(sdlc.Promote(), "all steps went well")


# The names that the build looks for: those of the contract's interfaces.
Plugin, DeployStrategy = sdlc.export(Canary)
