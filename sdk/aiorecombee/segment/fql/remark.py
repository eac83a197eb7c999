"""Where a subscription is read without complaint, and does not do what it seems to."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import attrs

from aiorecombee.segment.fql.doubts import Doubt, Written, doubts
from aiorecombee.segment.fql.lexer import Kind, Token
from aiorecombee.segment.fql.parser import parse
from aiorecombee.segment.fql.tokens import tokenize
from aiorecombee.segment.fql.tree import Failing, Group, Node, Query, Span

_QUOTES: Final = "Write values without quotes in them; match() can stand for one that has some."

_RETURN: Final = "End lines with a line feed alone: a carriage return is no blank."


@attrs.frozen
class Remark:
    """One thing to know about a subscription.

    Attributes:
        span: Which part of it is meant.
        text: What it really does.
        remedy: What to write instead.
    """

    span: Span
    text: str
    remedy: str


def remarks(text: object) -> tuple[Remark, ...]:
    """What to know about a subscription, from left to right; nothing where it says what it means.

    Raises:
        SubscriptionError: It cannot be read at all.
    """
    query = parse(text)
    tokens = tokenize(query.text)
    found = [
        *(Remark(one.span, one.reason, one.remedy) for one in query.ignored),
        *_about_nodes(query.group, _Tokens(query.text, tokens)),
        *_about_tokens(query, tokens),
    ]
    return tuple(sorted(found, key=lambda one: one.span.start))


class _Tokens:
    """Tokens that are found by where they stand."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._starts = [token.start for token in tokens]

    def written(self, span: Span) -> Written:
        begin = bisect_left(self._starts, span.start)
        return Written.of(self._tokens[begin : begin + 7], self._text)


def _about_nodes(node: Node, tokens: _Tokens) -> Iterator[Remark]:
    if isinstance(node, Failing):
        yield Remark(node.span, f"{node.reason}: an event that comes to it fails", "Remove it.")
    elif isinstance(node, Group):
        if node.is_mixed and len(node.children) > 1:
            yield _mixed(node)
        for child in node.children:
            yield from _about_nodes(child, tokens)
    else:
        for doubt in doubts(node, tokens.written(node.span)):
            yield _remark(node.span, doubt)


def _remark(span: Span, doubt: Doubt) -> Remark:
    return Remark(span, *doubt)


def _mixed(group: Group) -> Remark:
    count = len(group.children)
    rule = {
        "and": f"all {count} conditions must hold",
        "or": f"one of the {count} conditions is enough",
    }
    return Remark(
        group.span,
        f"`and` and `or` side by side: the last one, `{group.connector}`, counts for all, so"
        f" {rule[group.connector]}",
        "Put those that belong together in parentheses.",
    )


def _about_tokens(query: Query, tokens: Sequence[Token]) -> Iterator[Remark]:
    for token, after in pairwise(tokens):
        span = Span(token.start, token.end)
        if token.kind is Kind.TEXT and after.start == token.end - 1:
            said = "the quote that ends this text begins another: neither blank nor `)` follows it"
            follows_return = query.text.startswith("\r", token.end)
            yield Remark(span, said, _RETURN if follows_return else _QUOTES)
        elif token.kind is Kind.NAME and (cut := _cut_off(token, query.text)):
            yield Remark(span, f"`{cut}` is read as `{token.value}`", f'Write "{cut}".')


def _cut_off(token: Token, text: str) -> str:
    """The last word as it is written, where the lexer lost its end."""
    written = text[token.start : token.end]
    is_whole = len(token.value) > 1 or "\\" in written or written == token.value
    return "" if is_whole else written
