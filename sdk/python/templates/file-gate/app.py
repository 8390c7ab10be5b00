"""Finds words that should not be there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import sdlc_sdk as sdlc


@dataclass
class Settings:
    """The plugin's own table of `sdlc.toml`."""

    words: Annotated[tuple[str, ...], "Words that are reported."] = ("FIXME",)


class Words(sdlc.FileGate):
    info = sdlc.Info("{{name}}", "0.1.0", "finds words that should not be there")
    rules = (
        sdlc.Rule(
            "banned-word",
            sdlc.Severity.WARNING,
            "a word that should not be there",
            explanation="The setting `words` lists what is reported.",
        ),
    )
    Settings = Settings

    def __init__(self, settings: Settings) -> None:
        problems = [
            sdlc.Problem(f"words[{at}]", "must not be empty")
            for at, word in enumerate(settings.words)
            if not word
        ]
        if problems:
            raise sdlc.SettingsError(*problems)
        self.words = settings.words

    def select(self) -> sdlc.Selection:
        return sdlc.Selection(["**/*.{md,txt}"])

    def check(self, file: sdlc.SourceFile) -> Iterator[sdlc.Finding]:
        text = file.text()
        for word in self.words:
            start = text.find(word)
            while start >= 0:
                end = start + len(word)
                message = f"`{word}` should not be here"
                # `span` turns characters into bytes, which the contract counts.
                span = file.span(start, end)
                yield sdlc.Finding.at(
                    file.path, span, "banned-word", sdlc.Severity.WARNING, message
                )
                start = text.find(word, end)


# The names that the build looks for: those of the contract's interfaces.
Plugin, FileGate = sdlc.export(Words)
