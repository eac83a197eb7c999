"""`@replace`: another text in place of a text, once or everywhere."""

import re
from collections.abc import Callable
from typing import Any, Final

import attrs

from aiorecombee.segment.javascript import UNDEFINED, is_falsy, is_number, to_text, utf16_length
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.resolver import Resolver, Spend
from aiorecombee.segment.mapping.scope import Scope, constant, failing

LONGEST: Final = 10
"""The most UTF-16 units that a pattern or a replacement may have."""

_REFERENCE: Final = re.compile(r"\$[$&`']")


@attrs.frozen
class _Replacement:
    pattern: str
    replacement: str
    everywhere: bool
    ignores_case: bool


def replace_directive(argument: Any, scope: Scope) -> Resolver:
    """`@replace`: put a text in place of another; what is no text, number or boolean becomes ""."""
    if not isinstance(argument, dict):
        return failing('@replace requires an object with a "pattern" key')
    if is_falsy(argument.get("pattern")):
        return failing('@replace requires a "pattern" key')
    if is_falsy(argument.get("value")):
        return constant(UNDEFINED)
    return _replacing(scope.inner(argument["value"], "value"), _steps(argument), scope.spend)


def _steps(argument: dict[str, Any]) -> list[_Replacement]:
    """None where an option is of a wrong type, which makes the result empty."""
    first = _option(argument, "replacement", "")
    everywhere, ignores = _option(argument, "global", True), _option(argument, "ignorecase", False)
    pattern = argument["pattern"]
    if not (isinstance(pattern, str) and isinstance(first, str)):
        return []
    if not (isinstance(everywhere, bool) and isinstance(ignores, bool)):
        return []
    steps = [_Replacement(pattern, first, everywhere, ignores)]
    pattern, second = argument.get("pattern2"), _option(argument, "replacement2", "")
    if pattern and isinstance(pattern, str) and isinstance(second, str):
        steps.append(_Replacement(pattern, second, everywhere, ignores))
    return steps


def _option(argument: dict[str, Any], name: str, default: Any) -> Any:
    given = argument.get(name)
    return default if given is None else given


def _replacing(written: Resolver, steps: list[_Replacement], spend: Spend) -> Resolver:
    def resolve(data: Any) -> str:
        value = written(data)
        if not steps or not (isinstance(value, str | bool) or is_number(value)):
            return ""
        text = to_text(value)
        for step in steps:
            _check(step)
            text = _replaced(text, step, spend)
        return text

    return resolve


def _check(step: _Replacement) -> None:
    for name in ("pattern", "replacement"):
        if utf16_length(getattr(step, name)) > LONGEST:
            raise MappingFailedError(f'@replace requires a "{name}" less than {LONGEST} characters')


def _replaced(text: str, step: _Replacement, spend: Spend) -> str:
    searched = _folded(text) if step.ignores_case else text
    pattern = _folded(step.pattern) if step.ignores_case else step.pattern
    write = _writer(step.replacement, text)
    pieces = []
    at = 0
    while (found := searched.find(pattern, at)) >= 0:
        end = found + len(pattern)
        put_in = write(found, end)
        spend(len(put_in) + 1)
        pieces += [text[at:found], put_in]
        at = end
        if not step.everywhere:
            break
    return "".join([*pieces, text[at:]])


def _writer(replacement: str, text: str) -> Callable[[int, int], str]:
    """`$&` is what was found, `` $` `` and `$'` are what is around it, `$$` is a dollar."""

    def write(start: int, end: int) -> str:
        meant = {"$$": "$", "$&": text[start:end], "$`": text[:start], "$'": text[end:]}
        return _REFERENCE.sub(lambda match: meant[match[0]], replacement)

    return write if _REFERENCE.search(replacement) else lambda *_: replacement


def _folded(text: str) -> str:
    """The text as JavaScript's `i` flag compares it, character by character."""
    return text.upper() if text.isascii() else "".join(map(_folded_character, text))


def _folded_character(character: str) -> str:
    upper = character.upper()
    alone = len(upper) == 1 and upper <= "\uffff" and character <= "\uffff"
    return upper if alone and (character.isascii() or not upper.isascii()) else character
