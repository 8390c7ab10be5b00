"""Why a plugin could not do its work. What is wrong *in* a file is a finding, never one of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .data import Problem


class Error(Exception):
    """The plugin could not do its work. Raise one of the classes below."""

    WIT: ClassVar[str] = "types.Error_Other"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(Error):
    """The input cannot be processed, such as a truncated coverage report."""

    WIT = "types.Error_InvalidInput"


class Missing(Error):
    """Something the plugin needs is absent; the text says how to get it."""

    WIT = "types.Error_Missing"


class Denied(Error):
    """The host refused a call; the text names the grant that would allow it."""

    WIT = "types.Error_Denied"


class Exceeded(Error):
    """A limit of the host was hit; the text names the setting that would raise it."""

    WIT = "types.Error_Exceeded"


class Other(Error):
    """Anything else."""


class SettingsError(Exception):
    """Everything that is wrong with the settings, at once."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(
            "; ".join(f"{problem.key}: {problem.message}" for problem in problems)
        )
        self.problems = list(problems)
