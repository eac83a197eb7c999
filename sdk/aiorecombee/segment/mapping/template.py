"""`@template`: text with lookups in double or triple braces."""

from typing import Any

from aiorecombee.segment.javascript import UNDEFINED, paired, to_text, trim
from aiorecombee.segment.mapping.path import compile_lookup, expect_text
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.scope import Scope


def template_directive(argument: Any, scope: Scope) -> Resolver:
    """`@template`: fill a text in."""
    if isinstance(argument, str):
        return _compile(argument, scope)
    written = scope.compile_value(argument, scope)

    def resolve(data: Any) -> str:
        text = expect_text(written(data), "@template")
        scope.spend(len(text))
        filled: str = _compile(text, scope)(data)
        return filled

    return resolve


def _compile(template: str, scope: Scope) -> Resolver:
    """Triple braces come first; what they put in is searched again for double ones."""
    if "{{{" not in template:
        return _filler(_pieces(template, 2, scope), scope)
    first = _filler(_pieces(template, 3, scope), scope)

    def resolve(data: Any) -> Any:
        return _filler(_pieces(first(data), 2, scope), scope)(data)

    return resolve


def _pieces(template: str, braces: int, scope: Scope) -> list[str | Resolver]:
    """Text and lookups; a name holds no closing brace, which saves searching far."""
    opening, closing = "{" * braces, "}" * braces
    pieces: list[str | Resolver] = []
    start = at = 0
    while (end := template.find("}", at)) >= 0:
        found = (
            template.find(opening, at, max(end - 1, 0)) if template.startswith(closing, end) else -1
        )
        at = end + 1
        if found >= 0:
            name = trim(template[found + braces : end])
            pieces += [template[start:found], compile_lookup(name, scope)]
            start = at = end + braces
    pieces.append(template[start:])
    return pieces


def _filler(pieces: list[str | Resolver], scope: Scope) -> Resolver:
    def resolve(data: Any) -> str:
        data = {} if data is UNDEFINED else data
        return paired(
            "".join(
                [_text(piece if isinstance(piece, str) else piece(data), scope) for piece in pieces]
            )
        )

    return resolve


def _text(value: Any, scope: Scope) -> str:
    return "" if value is None or value is UNDEFINED else to_text(value, scope.spend)
