"""Finds SQL that is built from strings, where parameters belong."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import sdlc_sdk as sdlc
from sql import looks_like_sql
from strings import Built, built

# `unparse` imports what it needs at its first call, and a component has no files to import from: called now, when it is
# built, it is there later.
ast.unparse(ast.Name("x"))

EXPLANATION = """\
SQL that is put together from strings lets whoever controls a value change the statement. Hand the values over as
parameters, which the driver quotes:

```python
cursor.execute("SELECT * FROM users WHERE name = %s", [name])
```

Names of tables and columns cannot be parameters. List the variables that hold them in the setting `allowed-names`, and
take their values from a fixed set.
"""


@dataclass
class Settings:
    """The plugin's own table of `sdlc.toml`."""

    allowed_names: Annotated[
        tuple[str, ...], "Variables and attributes that may be put into SQL."
    ] = ()
    methods: Annotated[tuple[str, ...], "Calls whose first argument is SQL."] = (
        "execute",
        "executemany",
        "executescript",
        "raw",
    )


class SqlStrings(sdlc.FileGate):
    info = sdlc.Info("sql-strings", "0.1.0", "finds SQL that is built from strings")
    rules = (
        sdlc.Rule(
            "sql-built-from-strings",
            sdlc.Severity.ERROR,
            "SQL is built from strings",
            explanation=EXPLANATION,
            tags=["security", "external/cwe/cwe-89"],
            security_severity=8.8,
        ),
    )
    Settings = Settings

    def __init__(self, settings: Settings) -> None:
        names = enumerate(settings.allowed_names)
        problems = [
            sdlc.Problem(
                f"allowed-names[{at}]",
                f"`{name}` is no name of a variable or attribute",
            )
            for at, name in names
            if not all(part.isidentifier() for part in name.split("."))
        ]
        if problems:
            raise sdlc.SettingsError(*problems)
        self.allowed = set(settings.allowed_names)
        self.methods = set(settings.methods)

    def select(self) -> sdlc.Selection:
        return sdlc.Selection(["**/*.{py,pyi}"])

    def check(self, file: sdlc.SourceFile) -> Iterator[sdlc.Finding]:
        tree = parse(file)
        queries = {
            id(argument) for call in ast.walk(tree) for argument in self.queries(call)
        }
        inner: set[int] = set()
        # From the outside in, so that of `"a" + b + "c"` only the whole is reported.
        for node in ast.walk(tree):
            string = None if id(node) in inner else built(node)
            if string is None:
                continue
            inner.update(id(part) for part in ast.walk(node))
            values = [value for value in string.values if not self.may_be_part(value)]
            certain = id(node) in queries
            if values and (certain or looks_like_sql(string.text)):
                yield self.finding(file, node, string, values, certain)

    def finding(
        self,
        file: sdlc.SourceFile,
        node: ast.AST,
        string: Built,
        values: list[ast.expr],
        certain: bool,
    ) -> sdlc.Finding:
        named = ", ".join(f"`{ast.unparse(value)}`" for value in values)
        message = f"SQL is built with {string.how} from {named}; hint: hand values over as parameters"
        confidence = sdlc.Confidence.HIGH if certain else sdlc.Confidence.MEDIUM
        return sdlc.Finding.at(
            file.path,
            span(file, node),
            self.rules[0].id,
            sdlc.Severity.ERROR,
            message,
            confidence=confidence,
        )

    def queries(self, node: ast.AST) -> list[ast.expr]:
        """The argument of a call that is SQL whatever it looks like."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in self.methods
        ):
            return node.args[:1]
        return []

    def may_be_part(self, value: ast.expr) -> bool:
        """Constants do no harm, nor does what the settings allow, by its name or by the last parts of it."""
        if isinstance(value, ast.Constant):
            return True
        if not isinstance(value, (ast.Name, ast.Attribute)):
            return False
        name = ast.unparse(value)
        return any(
            name == allowed or name.endswith(f".{allowed}") for allowed in self.allowed
        )


def parse(file: sdlc.SourceFile) -> ast.Module:
    """The tree of a file; what Python cannot read is the business of another gate, and an error of this one."""
    with warnings.catch_warnings():
        # Such as invalid escapes: another gate's business.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(file.text().removeprefix("\ufeff"))
        except (SyntaxError, ValueError) as error:
            raise sdlc.InvalidInput(f"no Python that could be read: {error}") from None


def span(file: sdlc.SourceFile, node: ast.AST) -> sdlc.Span:
    """The bytes of a node: `ast` counts columns in bytes of the line, and knows no byte-order mark."""
    mark = 3 if file.bytes().startswith(b"\xef\xbb\xbf") else 0

    def byte(line: int, column: int) -> int:
        return file.offsets.line_start(line) + column + (mark if line == 1 else 0)

    return sdlc.Span(
        byte(node.lineno, node.col_offset), byte(node.end_lineno, node.end_col_offset)
    )


# The names that the build looks for: those of the contract's interfaces.
Plugin, FileGate = sdlc.export(SqlStrings)
