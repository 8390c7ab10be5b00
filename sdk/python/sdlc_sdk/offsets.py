"""From characters, which Python counts, to bytes of UTF-8, which the contract counts."""

from __future__ import annotations

from bisect import bisect_right


class Offsets:
    """Byte offsets of one text. Lines end with `\\n`, as in the contract, whatever `splitlines` thinks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()
        self._characters = [0]
        self._bytes = [0]
        at = 0
        for line in text.split("\n"):
            at += len(line) + 1
            self._characters.append(at)
            self._bytes.append(self._bytes[-1] + len(line.encode()) + 1)

    def byte(self, index: int) -> int:
        """Byte offset of the character at `index`; the length of the text is behind the last."""
        if not 0 <= index <= len(self._text):
            raise IndexError(f"no character {index} in a text of {len(self._text)}")
        if self._ascii:
            return index
        line = bisect_right(self._characters, index) - 1
        return self._bytes[line] + len(
            self._text[self._characters[line] : index].encode()
        )

    def line_start(self, line: int) -> int:
        """Byte offset of the start of a line, which count from 1. `ast` counts columns in bytes: add them to this."""
        if not 1 <= line < len(self._bytes):
            raise IndexError(f"no line {line} in a text of {len(self._bytes) - 1}")
        return self._bytes[line - 1]
