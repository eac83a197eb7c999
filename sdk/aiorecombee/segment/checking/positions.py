"""JSON text, read so that every key and value in it can be pointed at."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from aiorecombee.segment.pointer import step

DEEPEST: Final = 200
"""Objects and arrays that may be in one another."""

_BLANKS: Final = re.compile(r"[ \t\r\n]*")
_WORD: Final = re.compile(r"[^\s,:{}\[\]\"]+")
_UNIT: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.|.", re.DOTALL
)
_LITERALS: Final = {"True": "true", "False": "false", "None": "null", "undefined": "null"}


@attrs.frozen
class Place:
    """Where something stands in a text; lines, and characters in a line, are counted from 1."""

    line: int
    column: int

    @classmethod
    def of(cls, offset: int, text: str) -> "Place":
        """The place of a character."""
        return cls(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


class JsonTextError(ValueError):
    """A text that is not JSON.

    Attributes:
        text: What is wrong.
        remedy: What to do about it.
        place: Where.
    """

    def __init__(self, text: str, remedy: str, place: Place) -> None:
        super().__init__(text, remedy, place)
        self.text = text
        self.remedy = remedy
        self.place = place

    def __str__(self) -> str:
        return f"line {self.place.line}, column {self.place.column}: {self.text}"


@attrs.frozen
class Located:
    """A JSON value and where its parts stand. Places are asked for by JSON pointer.

    Attributes:
        value: As `json.loads` would give it.
        repeated: Pointers of keys that their object has more than once; the last one counts.
    """

    value: Any
    repeated: tuple[str, ...]
    _text: str = attrs.field(repr=False)
    _values: Mapping[str, int] = attrs.field(repr=False)
    _keys: Mapping[str, int] = attrs.field(repr=False)
    _lines: list[int] = attrs.field(repr=False)
    _characters: dict[str, list[int]] = attrs.field(init=False, factory=dict, repr=False)

    def place(self, pointer: str) -> Place:
        """Where a value begins."""
        return self._place(self._values[pointer])

    def place_of_key(self, pointer: str) -> Place:
        """Where the key of a value begins; of an element, which has none, the element itself."""
        return self._place(self._keys.get(pointer, self._values[pointer]))

    def place_within(self, pointer: str, index: int) -> Place:
        """Where a character of a string stands, however the ones before it are escaped."""
        if pointer not in self._characters:
            self._characters[pointer] = list(self._offsets(self._values[pointer] + 1))
        offsets = self._characters[pointer]
        return self._place(offsets[min(index, len(offsets) - 1)])

    def _offsets(self, begin: int) -> Iterator[int]:
        """Where the characters of a string begin, and where it ends."""
        for unit in _UNIT.finditer(self._text, begin):
            yield unit.start()
            if unit[0] == '"':
                return

    def __contains__(self, pointer: str) -> bool:
        """Whether there is a value at that pointer."""
        return pointer in self._values

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._lines, offset)
        return Place(line, offset - self._lines[line - 1] + 1)


def locate(text: str) -> Located:
    """Read a JSON text.

    Raises:
        JsonTextError: It is not JSON, or nested more than `DEEPEST` levels.
    """
    reader = _Reader(text)
    value = reader.read_all()
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    return Located(value, tuple(reader.repeated), text, reader.values, reader.keys, lines)


class _ConstantError(ValueError):
    """NaN or an infinity, which only JavaScript knows."""


def _no_constant(name: str) -> Any:
    raise _ConstantError(name)


class _Reader:
    def __init__(self, text: str) -> None:
        self.values: dict[str, int] = {}
        self.keys: dict[str, int] = {}
        self.repeated: list[str] = []
        self._text = text
        self._at = 0
        self._scalar = json.JSONDecoder(parse_constant=_no_constant)

    def read_all(self) -> Any:
        value = self._value("", 0)
        self._skip_blanks()
        if self._at < len(self._text):
            raise self._wrong("the text goes on after its value", "A file holds one JSON value.")
        return value

    def _value(self, pointer: str, depth: int) -> Any:
        self._skip_blanks()
        self.values[pointer] = self._at
        found = self._text[self._at : self._at + 1]
        if found and found in "{[" and depth == DEEPEST:
            raise self._wrong(f"nested more than {DEEPEST} levels", "Make it flatter.")
        if found == "{":
            return self._object(pointer, depth + 1)
        if found == "[":
            return self._array(pointer, depth + 1)
        return self._plain(found)

    def _object(self, pointer: str, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        self._at += 1
        if self._follows("}"):
            return made
        while True:
            key, inner = self._key(pointer, made)
            made[key] = self._value(inner, depth)
            if self._ends("}"):
                return made

    def _key(self, pointer: str, made: dict[str, Any]) -> tuple[str, str]:
        self._skip_blanks()
        begin = self._at
        if not self._text.startswith('"', begin):
            raise self._unexpected("a key in double quotes")
        key = self._plain('"')
        inner = step(pointer, key)
        if key in made:
            self.repeated.append(inner)
        self.keys[inner] = begin
        if not self._follows(":"):
            raise self._unexpected("a colon")
        return key, inner

    def _array(self, pointer: str, depth: int) -> list[Any]:
        made: list[Any] = []
        self._at += 1
        if self._follows("]"):
            return made
        while True:
            made.append(self._value(f"{pointer}/{len(made)}", depth))
            if self._ends("]"):
                return made

    def _ends(self, mark: str) -> bool:
        """Whether the object or array ends here rather than goes on after a comma."""
        if self._follows(mark):
            return True
        if not self._follows(","):
            raise self._unexpected(f"a comma or `{mark}`")
        return False

    def _follows(self, mark: str) -> bool:
        self._skip_blanks()
        there = self._text.startswith(mark, self._at)
        self._at += there
        return there

    def _skip_blanks(self) -> None:
        blanks = _BLANKS.match(self._text, self._at)
        self._at = blanks.end() if blanks else self._at

    def _plain(self, first: str) -> Any:
        try:
            value, self._at = self._scalar.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            if first != '"':
                raise self._unexpected("a value") from None
            self._at = error.pos
            said = error.msg.removesuffix(" at").removesuffix(" starting at")
            raise self._wrong(said[:1].lower() + said[1:], _IN_STRINGS) from None
        except _ConstantError as error:
            raise self._wrong(
                f"`{error}` is not a JSON value", "Write a number, or null."
            ) from None
        except ValueError:
            said = "a number of thousands of digits"
            raise self._wrong(said, "Write one of usual size.") from None
        return value

    def _unexpected(self, wanted: str) -> JsonTextError:
        word = _WORD.match(self._text, self._at)
        found = word[0][:40] if word else self._text[self._at : self._at + 1]
        said = f"`{found}`" if found else "the end of the text"
        return self._wrong(f"expected {wanted}, found {said}", self._advice(wanted, found))

    def _advice(self, wanted: str, found: str) -> str:
        before = self._text[: self._at].rstrip(" \t\r\n")[-1:]
        if found in ("}", "]") and before == ",":
            return "Remove the comma before it."
        if found.startswith("'"):
            return "Strings are in double quotes."
        if found.startswith(("//", "/*", "#")):
            return "JSON has no comments: remove it."
        if found in _LITERALS:
            return f"Write `{_LITERALS[found]}`."
        return f"Add {wanted}." if found else "The file seems to be cut off: complete it."

    def _wrong(self, text: str, remedy: str) -> JsonTextError:
        return JsonTextError(text, remedy, Place.of(self._at, self._text))


_IN_STRINGS: Final = (
    'Strings end with a double quote on the same line; \\n, \\t, \\" and \\\\ stand for a line'
    " break, a tab, a quote and a backslash."
)
