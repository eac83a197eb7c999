"""Tokens to conditions, as Segment's engine reads them: one scan, no precedence.

Conditions are taken by position: whatever follows a field is its operator, and what follows that is
the value. The last `and` or `or` counts for the whole level.

Source: Segment's package destination-subscriptions, run.
"""

from collections.abc import Sequence
from typing import Final

import attrs

from aiorecombee.segment.fql.conditions import FUNCTIONS, read_comparison, read_function
from aiorecombee.segment.fql.errors import NOTHING_THERE, SubscriptionError, short
from aiorecombee.segment.fql.ignored import FIELDS, OF_FUNCTIONS, ignored_runs
from aiorecombee.segment.fql.inherited import OF_OBJECTS
from aiorecombee.segment.fql.lexer import Kind, Token, end_token
from aiorecombee.segment.fql.tree import (
    OBJECT_FIELDS,
    PLAIN_FIELDS,
    Failing,
    Group,
    Ignored,
    Node,
    Span,
)

_FIELDS: Final = PLAIN_FIELDS.union(OBJECT_FIELDS)


@attrs.define
class Level:
    """Conditions side by side: those of a subscription, or of its parentheses.

    Attributes:
        tokens: To be read, an `END` last.
        is_inner: It stands in parentheses; then no token is a closing one, and `END` stands for it.
        function: The name before these parentheses, if there is one.
    """

    tokens: Sequence[Token]
    is_inner: bool = False
    function: str = ""
    _place: int = 0
    _nodes: list[Node] = attrs.Factory(list)
    _connectors: list[str] = attrs.Factory(list)
    _skipped: list[tuple[int, Token]] = attrs.Factory(list)
    _ignored: list[Ignored] = attrs.Factory(list)

    def read(self) -> Node | None:
        """Read all; None where there is no condition.

        Raises:
            SubscriptionError: A part of a condition is missing, or parentheses do not match.
        """
        token = self._shift()
        while token is not None and token.kind is not Kind.END:
            self._read(token)
            token = self._shift()
        if len(self._nodes) > 1:
            connector = self._connectors[-1] if self._connectors else "and"
            span = Span(self._nodes[0].span.start, self._nodes[-1].span.end)
            return Group(connector, tuple(self._nodes), len(set(self._connectors)) > 1, span)
        return self._nodes[0] if self._nodes and not _is_empty_group(self._nodes[0]) else None

    @property
    def opens(self) -> bool:
        """Whether there is an opening parenthesis in it."""
        return any(token.kind is Kind.OPEN for token in self.tokens)

    def ignored(self) -> list[Ignored]:
        """What was passed over."""
        return self._ignored + ignored_runs(self._skipped)

    def _shift(self) -> Token | None:
        if self._place == len(self.tokens):
            return None
        self._place += 1
        return self.tokens[self._place - 1]

    def _read(self, token: Token) -> None:
        if token.kind is Kind.NAME:
            self._read_name(token)
        elif token.value == "!" and token.kind is Kind.OPERATOR:
            self._read_not(token)
        elif token.kind is Kind.OPEN:
            self._read_group(token)
        elif token.kind is Kind.CONNECTOR:
            self._connectors.append(token.value)
        else:
            self._skip(token)

    def _skip(self, token: Token) -> None:
        self._skipped.append((self._place, token))

    def _read_name(self, token: Token) -> None:
        root = token.value.split(".", 1)[0]
        if root in _FIELDS or root in OF_OBJECTS:
            self._read_comparison(token, root)
        elif token.value in FUNCTIONS:
            self._read_function(token, token)
        else:
            self._skip(token)

    def _read_comparison(self, token: Token, root: str) -> None:
        operator, value = self._shift(), self._shift()
        if operator is None or value is None:
            raise SubscriptionError(
                f"`{short(token.value)}` is followed by no value{self._no_such_function()}",
                token.start,
                "Value token is missing",
            )
        if root in _FIELDS:
            self._nodes.append(read_comparison(token, root, operator, value))
        else:
            span = Span(token.start, value.end)
            self._ignored.append(Ignored(span, f"`{root}` is no field that can be tested", FIELDS))

    def _no_such_function(self) -> str:
        if not self.function:
            return ""
        return f"; there is no function {short(self.function)}(), only contains() and match()"

    def _read_not(self, token: Token) -> None:
        following = self.tokens[self._place]
        if following.kind is Kind.NAME and following.value in FUNCTIONS:
            self._place += 1
            self._read_function(following, token)
        else:
            self._skip(token)

    def _read_function(self, name: Token, first: Token) -> None:
        self._shift()  # the opening parenthesis, whatever stands there
        field = self._argument(name, "1st")
        self._shift()  # the comma
        value = self._argument(name, "2nd")
        last = self._shift() or value  # the closing parenthesis
        span = Span(first.start, last.end)
        node = read_function(name.value, field, value, span, negated=first is not name)
        if node is None:
            said = f"{name.value}() does not look at `{short(field.value)}`"
            self._ignored.append(Ignored(span, said, OF_FUNCTIONS))
        else:
            self._nodes.append(node)

    def _argument(self, function: Token, which: str) -> Token:
        token = self._shift()
        if token is None:
            raise SubscriptionError(
                f'it is {function.value}(field, "text"), and an argument is missing',
                function.start,
                f"{function.value}() is missing a {which} argument",
            )
        return token

    def _read_group(self, opening: Token) -> None:
        begin = self._place
        while self.tokens[self._place].kind is not Kind.CLOSE:
            self._place += 1
            if self._place == len(self.tokens):
                raise _unmatched(opening, is_inner=self.is_inner)
        closing = self.tokens[self._place]
        inner = Level(
            [*self.tokens[begin : self._place], end_token(closing.start, closing.end)],
            is_inner=True,
            function=self._function_before(begin - 2),
        )
        self._place += 1
        if inner.opens and self.tokens[self._place].kind is Kind.CLOSE:
            closing = self.tokens[self._place]  # that of a function was taken for this one
            self._place += 1
        self._nodes.append(_in_parentheses(inner.read(), Span(opening.start, closing.end)))
        self._ignored += inner.ignored()

    def _function_before(self, place: int) -> str:
        before = self.tokens[place] if place >= 0 else None
        return before.value if before is not None and before.kind is Kind.NAME else ""


def _in_parentheses(node: Node | None, span: Span) -> Node:
    if node is None:
        return Failing("there is no condition in these parentheses", NOTHING_THERE, span)
    return attrs.evolve(node, span=span) if isinstance(node, Group) else node


def _is_empty_group(node: Node) -> bool:
    return isinstance(node, Failing) and node.original == NOTHING_THERE


def _unmatched(opening: Token, *, is_inner: bool) -> SubscriptionError:
    if is_inner:
        return SubscriptionError(
            "there are no parentheses within parentheses; write the condition without them,"
            " or split it into several mappings",
            opening.start,
        )
    return SubscriptionError("this parenthesis is not closed", opening.start)
