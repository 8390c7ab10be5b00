"""Plain data that plugins get and give. `WIT` names the record of the contract that a class stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import ClassVar

from .errors import Exceeded, InvalidInput
from .offsets import Offsets


class Severity(Enum):
    """How bad a finding is. Whether it fails the run is decided by `sdlc.toml`."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Confidence(Enum):
    """How sure the plugin is that a finding is one."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Safety(Enum):
    """Whether applying a fix can change what the program means."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY_ONLY = "display-only"


class FileKind(Enum):
    """What an entry of the tree is, as git tells files apart."""

    REGULAR = "regular"
    EXECUTABLE = "executable"
    SYMLINK = "symlink"
    BROKEN_SYMLINK = "broken-symlink"


@dataclass(frozen=True)
class Span:
    """Half-open range of **bytes** in a file. `Offsets` makes them from characters."""

    WIT: ClassVar[str] = "types.Span"
    start: int
    end: int


@dataclass(frozen=True)
class Position:
    """A point in a text file; both count from 1, columns in characters."""

    WIT: ClassVar[str] = "types.Position"
    line: int
    column: int


@dataclass
class Location:
    """A place in the workspace: a file, or a part of it as bytes or as two points (the second one behind the last)."""

    WIT: ClassVar[str] = "types.Location"
    path: str
    region: Span | tuple[Position, Position] | None = None


@dataclass
class Related:
    """Another place that helps to understand a finding."""

    WIT: ClassVar[str] = "types.Related"
    location: Location
    message: str


@dataclass
class Edit:
    """Replaces the bytes of `span` in `path`. Where `start` equals `end` it inserts."""

    WIT: ClassVar[str] = "types.Edit"
    path: str
    span: Span
    replacement: str


@dataclass
class Fix:
    """Edits that belong together, in the order of their spans; the title is imperative: `remove the import`."""

    WIT: ClassVar[str] = "types.Fix"
    title: str
    edits: list[Edit]
    safety: Safety = Safety.SAFE


@dataclass
class Finding:
    """One thing a gate has to say. Without a location it is about the workspace as a whole."""

    WIT: ClassVar[str] = "types.Finding"
    rule: str
    severity: Severity
    message: str
    location: Location | None = None
    confidence: Confidence = Confidence.HIGH
    related: list[Related] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)
    sensitive: bool = False

    @classmethod
    def at(
        cls,
        path: str,
        span: Span,
        rule: str,
        severity: Severity,
        message: str,
        **more: object,
    ) -> Finding:
        """A finding at these bytes of a file."""
        return cls(rule, severity, message, Location(path, span), **more)  # type: ignore[arg-type]


@dataclass
class Metric:
    """A finite number for conditions such as `lines = ">= 80"`; without a unit it is a count."""

    WIT: ClassVar[str] = "types.Metric"
    name: str
    value: float
    unit: str | None = None


@dataclass
class Report:
    """What a gate found and measured."""

    WIT: ClassVar[str] = "types.Report"
    findings: list[Finding] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)


@dataclass
class Info:
    """What a plugin says of itself; the schema of its settings is added by the SDK."""

    WIT: ClassVar[str] = "plugin.Info"
    name: str
    version: str
    summary: str
    homepage: str | None = None
    settings_schema: str | None = None


@dataclass
class Rule:
    """What one rule is about, for `sdlc explain`."""

    WIT: ClassVar[str] = "plugin.Rule"
    id: str
    severity: Severity
    summary: str
    name: str = ""
    explanation: str = ""
    help: str | None = None
    tags: list[str] = field(default_factory=list)
    security_severity: float | None = None

    def __post_init__(self) -> None:
        self.name = self.name or self.id


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the settings: the dotted path of the key, such as `rules.select`, and what is wrong."""

    WIT: ClassVar[str] = "plugin.Problem"
    key: str
    message: str


@dataclass
class Selection:
    """Which files a gate wants, as globs relative to the workspace root."""

    WIT: ClassVar[str] = "file_gate.Selection"
    check: list[str]
    symlinks: bool = False
    context: list[str] = field(default_factory=list)
    paths: bool = False


@dataclass
class SourceFile:
    """An entry of the tree. `content` is none where the file is larger than the host hands over."""

    WIT: ClassVar[str] = "file_gate.SourceFile"
    path: str
    kind: FileKind
    size: int
    content: bytes | None

    @classmethod
    def of(cls, path: str, content: str | bytes) -> SourceFile:
        """A regular file, for tests."""
        data = content.encode() if isinstance(content, str) else content
        return cls(path, FileKind.REGULAR, len(data), data)

    def bytes(self) -> bytes:
        """The whole content."""
        if self.content is None:
            message = f"file of {self.size} bytes is larger than `limits.file-size`"
            raise Exceeded(f"{message}; hint: raise it, or exclude the file")
        return self.content

    def text(self) -> str:
        """The whole content as text. Its indexes are not byte offsets: see `span`."""
        try:
            return self.bytes().decode()
        except UnicodeDecodeError as error:
            raise InvalidInput(f"not UTF-8 at byte {error.start}") from None

    @cached_property
    def offsets(self) -> Offsets:
        """From characters of `text()` to bytes of the file."""
        return Offsets(self.text())

    def span(self, start: int, end: int) -> Span:
        """The bytes of the characters `text()[start:end]`."""
        return Span(self.offsets.byte(start), self.offsets.byte(end))


@dataclass
class Project:
    """What a gate knows before the first file."""

    WIT: ClassVar[str] = "file_gate.Project"
    context: list[SourceFile] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """A file of the workspace, and its size in bytes."""

    WIT: ClassVar[str] = "workspace.Entry"
    path: str
    size: int


@dataclass
class ChangedLines:
    """Lines that differ from the base revision; both ends count from 1 and are included."""

    WIT: ClassVar[str] = "workspace.ChangedLines"
    path: str
    first: int
    last: int
