"""Reading an object that a person wrote: a fault, settings, a configuration file.

Every message names the place, what it must be, and for a misspelt name the likely one.
"""

import math
from collections.abc import Collection, Mapping
from typing import Any, Final

_UNSET: Final = object()


class FieldError(ValueError):
    """The object is not what it must be; the text says where and what to write instead."""


class Fields:
    """The members of one object, each read once; `done` refuses those that nobody asked for.

    Args:
        value: The object.
        where: What to call it in messages; `""` for the whole.
    """

    __slots__ = ("_left", "_read", "where")

    def __init__(self, value: Any, where: str = "") -> None:
        if not isinstance(value, Mapping):
            raise FieldError(f"{where or 'The body'} must be an object")
        self.where = where
        self._left: dict[str, Any] = dict(value)
        self._read: list[str] = []

    def __contains__(self, name: str) -> bool:
        return self._left.get(name) is not None

    def name(self, name: str) -> str:
        """The member with the way to it."""
        return f"{self.where}.{name}" if self.where else name

    def take(self, name: str, default: Any = _UNSET) -> Any:
        """Any value; null counts as missing."""
        self._read.append(name)
        value = self._left.pop(name, None)
        if value is not None:
            return value
        if default is _UNSET:
            raise FieldError(f"{self.name(name)} is missing{self._instead(name)}")
        return default

    def items(self) -> list[tuple[str, Any]]:
        """All members that nobody has read, whatever they are called."""
        left, self._left = self._left, {}
        return list(left.items())

    def text(self, name: str, default: Any = _UNSET) -> Any:
        """A text."""
        value = self.take(name, default)
        if value is default or (isinstance(value, str) and value):
            return value
        raise FieldError(f"{self.name(name)} must be a text that is not empty")

    def flag(self, name: str, default: Any = _UNSET) -> Any:
        """True or false."""
        value = self.take(name, default)
        if value is default or isinstance(value, bool):
            return value
        raise FieldError(f"{self.name(name)} must be true or false")

    def choice(self, name: str, known: Collection[str], default: Any = _UNSET) -> Any:
        """One of a few words."""
        if default is _UNSET and name not in self:
            raise FieldError(f"{self.name(name)} is missing; it is one of {', '.join(known)}")
        value = self.take(name, default)
        if value is default or value in known:
            return value
        raise FieldError(f"{self.name(name)} must be one of {', '.join(known)}{hint(value, known)}")

    def number(
        self, name: str, default: Any = _UNSET, *, least: float = 0.0, most: float = math.inf
    ) -> Any:
        """A number from `least` to `most`."""
        value = self.take(name, default)
        if value is default:
            return value
        if isinstance(value, int | float) and type(value) is not bool and least <= value <= most:
            return float(value) if math.isfinite(value) else self._bad(name, "a finite number")
        return self._bad(name, f"a number {_bounds(least, most)}")

    def whole(self, name: str, default: Any = _UNSET, *, least: int = 0, most: int = 2**53) -> Any:
        """A whole number from `least` to `most`."""
        value = self.take(name, default)
        if value is default or (type(value) is int and least <= value <= most):
            return value
        return self._bad(name, f"a whole number {_bounds(least, most)}")

    def done(self) -> None:
        """Refuse what is left."""
        for name in self._left:
            known = sorted(self._read)
            raise FieldError(
                f"{self.name(name)} is not known here{hint(name, known)}; "
                f"there are {', '.join(known)}"
            )

    def _instead(self, name: str) -> str:
        """What is there under a name that is much like it."""
        import difflib  # noqa: PLC0415 - only to be friendly

        close = difflib.get_close_matches(name, self._left, n=1)
        return f"; {close[0]} is not known here" if close else ""

    def _bad(self, name: str, kind: str) -> Any:
        raise FieldError(f"{self.name(name)} must be {kind}")


def _bounds(least: float, most: float) -> str:
    upper = "or more" if most in {math.inf, 2**53} else f"to {most:g}"
    return f"from {least:g} {upper}" if upper != "or more" else f"of {least:g} or more"


def hint(value: Any, known: Collection[str]) -> str:
    """`; did you mean …?` when something known is much like it."""
    import difflib  # noqa: PLC0415 - only to be friendly

    close = difflib.get_close_matches(str(value), known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
