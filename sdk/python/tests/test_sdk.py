"""What the SDK does outside of a component.

`PYTHONPATH=sdk/python python -m unittest discover sdk/python/tests`
"""

import json
import unittest
from dataclasses import dataclass, field
from typing import Annotated, Literal

import sdlc_sdk as sdlc
from sdlc_sdk.settings import schema


@dataclass
class Rules:
    limit: int
    mode: Literal["all", "some"] = "all"


@dataclass
class Settings:
    rules: Rules | None = None
    max_lines: Annotated[float, "Most lines."] = 1.5
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Offsets(unittest.TestCase):
    def test_characters_become_bytes_whatever_their_width(self) -> None:
        for text in ("", "plain\ntext\n", "Grüße — 𝒳\r\nß\n\u2028x", "ä"):
            offsets = sdlc.Offsets(text)
            for index in range(len(text) + 1):
                self.assertEqual(
                    offsets.byte(index), len(text[:index].encode()), (text, index)
                )

    def test_lines_end_with_line_feeds_only(self) -> None:
        offsets = sdlc.Offsets("ä\u2028b\nc")
        self.assertEqual([offsets.line_start(1), offsets.line_start(2)], [0, 7])

    def test_what_is_not_there_is_refused(self) -> None:
        with self.assertRaises(IndexError):
            sdlc.Offsets("ä").byte(2)
        with self.assertRaises(IndexError):
            sdlc.Offsets("ä").line_start(2)


class SettingsOf(unittest.TestCase):
    def problems(self, value: object) -> list[tuple[str, str]]:
        with self.assertRaises(sdlc.SettingsError) as caught:
            sdlc.parse(Settings, json.dumps(value))
        return [(problem.key, problem.message) for problem in caught.exception.problems]

    def test_all_problems_are_reported_by_dotted_key(self) -> None:
        value = {
            "rules": {"limit": "x", "mode": "none"},
            "max-line": 1,
            "names": {"a": [1]},
            "max-lines": True,
        }
        expected = [
            ("rules.limit", "must be an integer"),
            ("rules.mode", "must be one of `all`, `some`"),
            ("max-line", "unknown key; hint: did you mean `max-lines`?"),
            ("names.a[0]", "must be a string"),
            ("max-lines", "must be a number"),
        ]
        self.assertEqual(self.problems(value), expected)
        self.assertEqual(self.problems({"rules": {}}), [("rules.limit", "is required")])
        self.assertEqual(self.problems([]), [("", "must be a table")])

    def test_values_are_typed(self) -> None:
        settings = sdlc.parse(Settings, '{"rules": {"limit": 3}, "max-lines": 2}')
        self.assertEqual(settings, Settings(Rules(3), 2.0))

    def test_the_schema_names_what_is_known(self) -> None:
        properties = json.loads(schema(Settings))["properties"]
        self.assertEqual(
            properties["max-lines"], {"type": "number", "description": "Most lines."}
        )
        self.assertEqual(properties["rules"]["required"], ["limit"])


class Files(unittest.TestCase):
    def test_a_file_that_is_no_text_or_not_there_is_an_error(self) -> None:
        with self.assertRaises(sdlc.InvalidInput):
            sdlc.SourceFile.of("a", b"\xff").text()
        with self.assertRaises(sdlc.Exceeded):
            sdlc.SourceFile("a", sdlc.FileKind.REGULAR, 9, None).bytes()


if __name__ == "__main__":
    unittest.main()
