"""Looks for files that every repository should have."""

from dataclasses import dataclass
from typing import Annotated

import sdlc_sdk as sdlc


@dataclass
class Settings:
    """The plugin's own table of `sdlc.toml`."""

    required: Annotated[tuple[str, ...], "Paths of files that must be there."] = (
        "README.md",
    )


class Required(sdlc.WorkspaceGate):
    info = sdlc.Info("{{name}}", "0.1.0", "looks for files that should be there")
    rules = (
        sdlc.Rule("missing-file", sdlc.Severity.ERROR, "a required file is not there"),
    )
    Settings = Settings

    def __init__(self, settings: Settings) -> None:
        if not settings.required:
            raise sdlc.SettingsError(sdlc.Problem("required", "must name a file"))
        self.required = settings.required

    def check(self) -> sdlc.Report:
        paths = {file.path for file in sdlc.workspace.files("**")}
        return sdlc.Report(
            findings=[
                sdlc.Finding(
                    "missing-file", sdlc.Severity.ERROR, f"`{path}` is not there"
                )
                for path in self.required
                if path not in paths
            ],
            metrics=[sdlc.Metric("tracked-files", len(paths))],
        )


# The names that the build looks for: those of the contract's interfaces.
Plugin, WorkspaceGate = sdlc.export(Required)
