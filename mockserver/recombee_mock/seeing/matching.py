"""Whether a parameter is what was expected, and if not, in which words it differs.

A plain value must be equal; of an object only the named members are looked at; a list must be equal
entry by entry. An object whose members begin with `$` is a rule, see `RULES`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from recombee_mock.answers import Refusal
from recombee_mock.params import moment
from recombee_mock.seeing.declared import fields_by_wire

Hide: TypeAlias = Callable[[Any], Any]
"""Blanks out the secrets in a value."""

_MISSING: Final = object()
_SHOWN: Final = 80
_MARK: Final = "$"
_DEEPEST: Final = 100


class ExpectationError(ValueError):
    """The expectation itself makes no sense."""


class Difference(NamedTuple):
    """Something that is not as expected: where, what it should be, what it was."""

    name: str
    expected: Any
    found: Any

    def told(self, hide: Hide) -> str:
        """In words, with secrets blanked out."""
        was = "was not there" if self.found is _MISSING else f"was {_shown(hide(self.found))}"
        return f"{self.name}: expected {_shown(hide(self.expected))}, {was}"


def differences(
    operation: str, expected: Mapping[str, Any], params: Mapping[str, Any]
) -> Iterator[Difference]:
    """Each parameter that is not as expected."""
    fields = fields_by_wire(operation)
    for name, matcher in expected.items():
        found = params.get(name, _MISSING)
        if datetime in fields[name].kinds and not _is_about_text(matcher):
            yield from _differences(name, _moments(matcher), _moment(found))
        else:
            yield from _differences(name, matcher, found)


def _differences(name: str, matcher: Any, found: Any) -> Iterator[Difference]:
    if _is_rule(matcher):
        if not all(RULES[rule](found, value) for rule, value in matcher.items()):
            yield Difference(name, matcher, found)
    elif isinstance(matcher, Mapping) and isinstance(found, Mapping):
        for key, inner in matcher.items():
            yield from _differences(f"{name}.{key}", inner, found.get(key, _MISSING))
    elif isinstance(matcher, list) and isinstance(found, list) and len(matcher) == len(found):
        for at, (inner, other) in enumerate(zip(matcher, found, strict=True)):
            yield from _differences(f"{name}[{at}]", inner, other)
    elif not _equal(matcher, found):
        yield Difference(name, matcher, found)


def check_matcher(matcher: Any, name: str = "", depth: int = 0) -> None:
    """Refuse a matcher that could never be used.

    Raises:
        ExpectationError: It names an unknown rule, or one with a wrong value.
    """
    if depth > _DEEPEST:
        raise ExpectationError(f"{name.partition('.')[0]} is nested too deeply")
    if _is_rule(matcher):
        for rule, value in matcher.items():
            if rule not in RULES:
                known = ", ".join(RULES)
                raise ExpectationError(f"{name}: there is no rule {rule}; there are {known}")
            _CHECKS.get(rule, _anything)(f"{name}.{rule}", value)
    elif isinstance(matcher, Mapping):
        for key, inner in matcher.items():
            check_matcher(inner, f"{name}.{key}", depth + 1)
    elif isinstance(matcher, list):
        for at, inner in enumerate(matcher):
            check_matcher(inner, f"{name}[{at}]", depth + 1)


def _is_rule(matcher: Any) -> bool:
    return isinstance(matcher, Mapping) and any(str(key).startswith(_MARK) for key in matcher)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(found: Any, bound: Any) -> bool:
        if isinstance(found, bool) or found is _MISSING:
            return False
        both_texts = isinstance(found, str) and isinstance(bound, str)
        both_numbers = isinstance(found, int | float) and isinstance(bound, int | float)
        return (both_texts or both_numbers) and compare(found, bound)

    return holds


def _contains(found: Any, part: Any) -> bool:
    if isinstance(found, str):
        return isinstance(part, str) and part in found
    if isinstance(found, Mapping):
        return isinstance(part, str) and part in found
    return isinstance(found, list) and any(
        not list(_differences("", part, entry)) for entry in found
    )


def _same_entries(one: list[Any], other: list[Any]) -> bool:
    left = list(other)
    for value in one:
        at = next((at for at, entry in enumerate(left) if _equal(value, entry)), None)
        if at is None:
            return False
        del left[at]
    return not left


RULES: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "$any": lambda found, yes: (found is not _MISSING) is yes,
    "$absent": lambda found, yes: (found is _MISSING) is yes,
    "$eq": lambda found, value: _equal(value, found),
    "$ne": lambda found, value: not _equal(value, found),
    "$gt": _ordered(lambda found, bound: found > bound),
    "$gte": _ordered(lambda found, bound: found >= bound),
    "$lt": _ordered(lambda found, bound: found < bound),
    "$lte": _ordered(lambda found, bound: found <= bound),
    "$in": lambda found, values: any(_equal(value, found) for value in values),
    "$regex": lambda found, text: isinstance(found, str) and bool(re.search(text, found)),
    "$contains": _contains,
    "$set": lambda found, values: isinstance(found, list) and _same_entries(values, found),
}
"""What a parameter can be held to: there at all, absent, (un)equal, in an order, one of several,
text in which an expression is found, text or list that contains something, list in any order."""


def _anything(_name: str, _value: Any) -> None:
    pass


def _check_flag(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise ExpectationError(f"{name} must be true or false")


def _check_list(name: str, value: Any) -> None:
    if not isinstance(value, list):
        raise ExpectationError(f"{name} must be a list")


def _check_bound(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ExpectationError(f"{name} must be a number or a text")


def _check_pattern(name: str, value: Any) -> None:
    try:
        re.compile(value)
    except (TypeError, re.error, RecursionError, OverflowError) as error:
        raise ExpectationError(f"{name} is not a regular expression: {error}") from None


_CHECKS: Final[Mapping[str, Callable[[str, Any], None]]] = {
    "$any": _check_flag,
    "$contains": lambda name, value: check_matcher(value, name),
    "$absent": _check_flag,
    "$in": _check_list,
    "$set": _check_list,
    "$regex": _check_pattern,
    **dict.fromkeys(("$gt", "$gte", "$lt", "$lte"), _check_bound),
}


def _moment(value: Any) -> Any:
    """A point in time in Unix seconds, whichever way it was written."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        return moment("", value)
    except Refusal:
        return value


def _moments(matcher: Any) -> Any:
    if not _is_rule(matcher):
        return _moment(matcher)
    return {
        rule: [_moment(one) for one in value] if isinstance(value, list) else _moment(value)
        for rule, value in matcher.items()
    }


def _is_about_text(matcher: Any) -> bool:
    return _is_rule(matcher) and bool({"$regex", "$contains"} & matcher.keys())


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
