"""What Segment's engine passes over: tokens that begin no condition."""

from collections.abc import Iterator, Sequence
from typing import Final

from aiorecombee.segment.fql.errors import short
from aiorecombee.segment.fql.lexer import Kind, Token
from aiorecombee.segment.fql.tree import Ignored, Span

FIELDS: Final = "Test `type`, `event`, `name`, `userId`, `properties.…`, `traits.…` or `context.…`."
OF_FUNCTIONS: Final = (
    "They look at `event`, `name`, `userId`, `properties.…`, `traits.…`, `context.…`."
)
_LOGIC: Final = {"and", "or", "not"}


def ignored_runs(skipped: Sequence[tuple[int, Token]]) -> list[Ignored]:
    """Make whole conditions of skipped tokens.

    Args:
        skipped: Each with its place in the order of all tokens.
    """
    return [_why(run) for run in _runs(skipped)]


def _runs(skipped: Sequence[tuple[int, Token]]) -> Iterator[list[Token]]:
    run: list[Token] = []
    last = -2
    for place, token in skipped:
        if run and (place != last + 1 or _begins(run, token)):
            yield run
            run = []
        run.append(token)
        last = place
    if run:
        yield run


def _begins(run: list[Token], token: Token) -> bool:
    if _is_logic(run[-1]) or token.value == "!" or token.kind is Kind.CLOSE:
        return True
    return token.kind is Kind.NAME and run[-1].kind is not Kind.OPERATOR


def _is_logic(token: Token) -> bool:
    return token.kind is Kind.NAME and token.value.lower() in _LOGIC


def _why(run: list[Token]) -> Ignored:
    span = Span(run[0].start, run[-1].end)
    first = run[0]
    if _is_logic(first):
        return Ignored(span, f"`{first.value}` connects nothing", _instead_of(first.value))
    if first.value == "!":
        return Ignored(
            span,
            "`!` has no effect here: what follows counts as if it were not there",
            "Write `!=`, or `!` directly before contains( or match(.",
        )
    if first.kind is Kind.NAME:
        return Ignored(span, f"`{short(first.value)}` is no field that can be tested", FIELDS)
    if first.kind is Kind.CLOSE:
        return Ignored(
            span,
            "this parenthesis closes nothing: within a group, the first `)` ends the group,"
            " also that of contains() and match()",
            "Put contains() and match() last in their group.",
        )
    if first.value == ",":
        return Ignored(span, "a comma connects nothing", "Write `and` or `or`.")
    return Ignored(span, "this belongs to no condition", "Remove it, or complete the condition.")


def _instead_of(word: str) -> str:
    if word.lower() == "not":
        return "Write `!=`, or `!` directly before contains( or match(."
    return f"Write `{word.lower()}`."
