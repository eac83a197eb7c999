"""Values of which events and mappings are made: usual ones, and odd ones of every kind."""

from random import Random
from typing import Any, Final

MISSING: Final = object()
"""Stands for a key that is not there."""

BEYOND: Final = 1.2345678e300
"""Stands for 1e400, which JSON can say and Python cannot write."""

_NUMBERS: Final = (
    0, -0.0, 1, 2, 3, 2.0, 0.1, 1.5, -1, -2.5, 0.30000000000000004, 1e21, 1e-7,
    123456789012345680000, 5e-324, 1e300, BEYOND, 9007199254740991, 9007199254740993,
    12345678901234567890, 1704448800, 1704448800123, 4294967296,
)  # fmt: skip
_NUMERIC_TEXTS: Final = (
    "0", "1", "2.50", " 2 ", "1e2", "1E-2", "0x10", "0b11", "0o7", "-0x1", ".5", "5.", ".", "+3",
    "--3", "\n3\n", "   ", "\u00a04", "\ufeff4", "\u180e4", "\u00854", "Infinity", "-Infinity",
    "infinity", "NaN", "1_000", "1,5", "3abc", "٣", "1e400", "-0", "9007199254740993", "0.1e1",
    "1n", "0x", "1704448800",
)  # fmt: skip
_TEXTS: Final = (
    "x", "null", "undefined", "true", "[object Object]", "é b", "中文", "😀", "\ud800", "\udc00x",
    "a b", "a/b", "a?b", "a#b", "a&b=c", "a+b", "a%20b", "a%b", "..", ".", "%2e%2E", "a\\b",
    "{{x}}", "$.userId", "'", '"', "<i>", "`", "a|b^c", "a\tb", "a\nb", "\u2028", "\x00", "\x7f",
    "~!()*'", "user@example.com", "a,b;c:d", "x" * 300, "__proto__", "length", "ﬀ", "İ", "ß",
    "a\u0301", "[x]", "@", "=", "\r",
)  # fmt: skip
_DATES: Final = (
    "2024-05-06T07:08:09.123Z", "2024-05-06T07:08:09Z", "2024-05-06T07:08:09", "2024-05-06",
    "2024-05", "2024", "2024-05-06T07:08Z", "2024-05-06T07:08:09.123456Z",
    "2024-05-06T07:08:09+02:00", "2024-05-06T07:08:09-0530", "2024-05-06 07:08:09",
    "2024-05-06 07:08:09Z", "2024-05-06t07:08:09z", "1969-12-31T23:59:59.999Z",
    "2024-02-30T00:00:00Z", "2024-02-30", "2024-13-01", "2024-01-32T00:00:00Z",
    "2024-12-31T24:00:00Z", "2024-12-31T24:00:01Z", "2024-05-06T07:08:60Z", "2024-05-06T25:00:00Z",
    "+002024-05-06T00:00:00Z", "-000001-01-01T00:00:00Z", "0000-01-01T00:00:00Z",
    "2024-05-06T07:08:09.Z", "2024-05-06T07:08:09.1Z", "2024-05-06T07", "2024-05-06T",
    "2024-05-06T07:08:09+24:00", "next week", "2024-05-06T07:08:09.9999Z",
    "-271821-04-20T00:00:00Z", "-271821-04-19T23:59:59Z", "+275760-09-13T00:00:00.001Z",
    "2024-05-06T07:08:09+02", "2024-05-06T07:08:09 Z", "2024-W19-1", "2024-127",
)  # fmt: skip
_V8_DATES: Final = (
    "5 Jan 2024", "01/05/2024", "2024/05/06", "2024-1-5", "January 5, 2024 10:00:00",
    "Sat, 06 Jan 2024 10:00:00 GMT", "1 2", "x 1", "12", "Jan", "2024-05-06T07:08:09 GMT",
)  # fmt: skip
_RARE: Final = 0.04


class Values:
    """Draws values.

    Args:
        draw: Where chance comes from.
    """

    def __init__(self, draw: Random) -> None:
        self.draw = draw

    def id(self) -> Any:
        """What identifies somebody or something, or should."""
        usual = f"{self.draw.choice('uip')}-{self.draw.randrange(1000)}"
        return self.usually(usual, lambda: self.odd(_TEXTS))

    def number(self) -> Any:
        """An amount, a price, a length, or something odd."""
        usual = self.draw.choice((1, 2, 3, 10, 0.1, 19.99, 250))
        return self.usually(usual, lambda: self.odd((*_NUMBERS, *_NUMERIC_TEXTS)))

    def date(self) -> Any:
        """A timestamp, or something odd."""
        kinds = (_DATES, _DATES, _DATES, _NUMBERS, _NUMERIC_TEXTS, _V8_DATES)
        usual = f"2024-05-06T07:08:{self.draw.randrange(60):02}.{self.draw.randrange(1000):03}Z"
        return self.usually(usual, lambda: self.odd(self.draw.choice(kinds)))

    def usually(self, usual: Any, odd: Any, chance: float = 0.7) -> Any:
        """The usual one, or what the other draws."""
        return usual if self.draw.random() < chance else odd()

    def odd(self, fitting: tuple[Any, ...] = _TEXTS) -> Any:
        """Mostly one of those, or any value, or none."""
        if self.draw.random() < 0.6:
            return self.draw.choice(fitting)
        return self.any()

    def any(self, depth: int = 2) -> Any:
        """Any JSON value at all, or none."""
        kinds = [
            lambda: self.draw.choice(_NUMBERS),
            lambda: self.draw.choice(_NUMERIC_TEXTS),
            lambda: self.draw.choice(_TEXTS),
            lambda: self.draw.choice((None, None, "", "", True, False, MISSING, [], {})),
        ]
        if depth:
            kinds += [lambda: self.array(depth - 1), lambda: self.object(depth - 1)]
        return self.draw.choice(kinds)()

    def array(self, depth: int = 1) -> list[Any]:
        """An array, often of one."""
        size = self.draw.choice((0, 1, 1, 1, 2, 3))
        drawn = (self.any(depth) for _ in range(size))
        return [None if one is MISSING else one for one in drawn]

    def object(self, depth: int = 1) -> dict[str, Any]:
        """An object with keys that matter somewhere."""
        keys = (
            "a",
            "b",
            "itemId",
            "userId",
            "0",
            "10",
            "2",
            "length",
            "sku",
            "é",
            "a.b",
            "totalLength",
        )
        size = self.draw.randrange(4)
        return without_missing({key: self.any(depth) for key in self.draw.sample(keys, size)})


def without_missing(members: dict[str, Any]) -> dict[str, Any]:
    """The object that has only what is there."""
    return {key: value for key, value in members.items() if value is not MISSING}
