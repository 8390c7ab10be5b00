"""Replaces a word that a gate reported, and restarts replicas that do not answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import sdlc_sdk as sdlc


@dataclass
class Settings:
    """The plugin's own table of `sdlc.toml`."""

    rule: Annotated[str, "Rule whose findings are healed."] = "banned-word"
    word: Annotated[str, "Word that is replaced."] = "colour"
    replacement: Annotated[str, "What it is replaced by."] = "color"


class Replace(sdlc.Healer):
    info = sdlc.Info("{{name}}", "0.1.0", "replaces a word that a gate reported")
    Settings = Settings

    def __init__(self, settings: Settings) -> None:
        if not settings.word:
            raise sdlc.SettingsError(sdlc.Problem("word", "must not be empty"))
        self.settings = settings

    def heal_findings(self, findings: list[sdlc.Finding]) -> Iterator[sdlc.Treatment]:
        word, replacement = self.settings.word, self.settings.replacement
        ours = (finding for finding in findings if finding.rule == self.settings.rule)
        for path in sorted(
            {finding.location.path for finding in ours if finding.location}
        ):
            content = sdlc.workspace.read(path)
            if word.encode() in content:
                healed = content.replace(word.encode(), replacement.encode())
                summary = f"replace `{word}` by `{replacement}` in `{path}`"
                yield sdlc.Treatment(summary, [sdlc.FileContent(path, healed)])

    def heal_incident(self, incident: sdlc.Incident) -> Iterator[sdlc.Treatment]:
        # For anything else there is nothing to offer.
        if (
            incident.kind is sdlc.IncidentKind.UNREACHABLE
            and incident.replica is not None
        ):
            summary = f"restart replica `{incident.replica}` of `{incident.service}`"
            yield sdlc.Treatment(summary, [sdlc.RestartReplica(incident.replica)])


# The names that the build looks for: those of the contract's interfaces.
Plugin, Healer = sdlc.export(Replace)
