"""Liquid's expressions, put together and judged as the JavaScript engine does it.

It is forgiving: of two values side by side the second is ignored, and what an operator lacks is
undefined.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias, cast

import attrs
from liquid import RenderContext, Token, TokenStream
from liquid.builtin.expressions import Filter, FilteredExpression, Nil, parse_primitive
from liquid.builtin.expressions.arguments import KeywordArgument, PositionalArgument
from liquid.environment import Environment
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from liquid.token import (
    TOKEN_BLANK,
    TOKEN_COLON,
    TOKEN_COMMA,
    TOKEN_EMPTY,
    TOKEN_EOF,
    TOKEN_FALSE,
    TOKEN_FLOAT,
    TOKEN_IDENTSTRING,
    TOKEN_INTEGER,
    TOKEN_LBRACKET,
    TOKEN_NIL,
    TOKEN_NULL,
    TOKEN_PIPE,
    TOKEN_RANGE_LITERAL,
    TOKEN_STRING,
    TOKEN_TRUE,
    TOKEN_WORD,
)

from aiorecombee.segment.javascript import UNDEFINED
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.liquid.context import JavaScriptContext
from aiorecombee.segment.mapping.liquid.refusal import (
    FilterRefusedError,
    UnreadableError,
    unreadable,
)
from aiorecombee.segment.mapping.liquid.values import contains, equal, less, truthy, unrolled
from aiorecombee.segment.mapping.resolver import Spend

_Test: TypeAlias = Callable[[Any, Any, Spend], bool]

_OPERANDS: Final = frozenset(
    {
        *(TOKEN_BLANK, TOKEN_EMPTY, TOKEN_FALSE, TOKEN_FLOAT, TOKEN_IDENTSTRING, TOKEN_INTEGER),
        *(TOKEN_LBRACKET, TOKEN_NIL, TOKEN_NULL, TOKEN_RANGE_LITERAL, TOKEN_STRING, TOKEN_TRUE),
        TOKEN_WORD,
    }
)


@attrs.frozen
class _Operator:
    rank: int
    test: _Test
    orders: bool = False


_OPERATORS: Final = {
    "and": _Operator(0, lambda left, right, _: truthy(left) and truthy(right)),
    "contains": _Operator(2, contains),
    "eq": _Operator(2, equal),
    "ge": _Operator(
        2, lambda left, right, spend: less(right, left, spend, or_equal=True), orders=True
    ),
    "gt": _Operator(2, lambda left, right, spend: less(right, left, spend), orders=True),
    "le": _Operator(
        2, lambda left, right, spend: less(left, right, spend, or_equal=True), orders=True
    ),
    "lt": _Operator(2, less, orders=True),
    "ne": _Operator(2, lambda left, right, spend: not equal(left, right, spend)),
    "not": _Operator(1, lambda _, right, __: not truthy(right)),
    "or": _Operator(0, lambda left, right, _: truthy(left) or truthy(right)),
}


class _Absent(Expression):
    """What an operator lacks."""

    def evaluate(self, context: RenderContext) -> object:  # noqa: ARG002  # as it is overridden
        return UNDEFINED

    def children(self) -> list[Expression]:
        return []


class _Question(Expression):
    """A question about two values."""

    __slots__ = ("_left", "_right", "_test")

    def __init__(self, token: Token, left: Expression, right: Expression, test: _Test) -> None:
        super().__init__(token)
        self._left = left
        self._right = right
        self._test = test

    def evaluate(self, context: RenderContext) -> object:
        spend = cast(JavaScriptContext, context).spend
        left, right = self._left.evaluate(context), self._right.evaluate(context)
        return self._test(unrolled(left, spend), unrolled(right, spend), spend)

    def children(self) -> list[Expression]:
        return [self._left, self._right]


class Value(FilteredExpression):
    """A value with its filters, which says where a filter refused it."""

    def evaluate(self, context: RenderContext) -> object:
        """The value.

        Raises:
            LiquidError: A filter is disabled, or can't do with the value.
        """
        try:
            return super().evaluate(context)
        except MappingFailedError:
            raise
        except (FilterRefusedError, ArithmeticError, ValueError) as error:  # or beyond numbers
            raise LiquidError(str(error), token=self.token) from None


def parse_value(env: Environment, tokens: TokenStream) -> Value:
    """Parse a value with its filters; comparisons are values, too.

    Raises:
        UnreadableError: There is no value, or something else follows it.
    """
    first = tokens.current
    expression = _parse_expression(env, tokens)
    if expression is None:
        raise unreadable("invalid value expression:", first, tokens)
    return Value(first, expression, _parse_filters(env, tokens))


def _parse_expression(env: Environment, tokens: TokenStream) -> Expression | None:
    """Put values and operators together; of equal ones, the last binds first."""
    values: list[Expression] = []
    waiting: list[Token] = []
    while (token := tokens.current).kind in _OPERANDS or token.kind in _OPERATORS:
        if token.kind in _OPERANDS:
            values.append(parse_primitive(env, tokens))
            continue
        rank = _OPERATORS[next(tokens).kind].rank
        while waiting and _OPERATORS[waiting[-1].kind].rank > rank:
            _apply(waiting.pop(), values)
        waiting.append(token)
    while waiting:
        _apply(waiting.pop(), values)
    return values[0] if values else None


def _apply(token: Token, values: list[Expression]) -> None:
    operator = _OPERATORS[token.kind]
    right = values.pop() if values else _Absent(token)
    alone = token.kind == "not" or not values
    left = _Absent(token) if alone else values.pop()
    test = operator.test
    if operator.orders and (isinstance(left, Nil) or isinstance(right, Nil)):
        test = _never  # nothing is less or more than the word nil
    values.append(_Question(token, left, right, test))


def _never(_: Any, __: Any, ___: Spend) -> bool:
    return False


def _parse_filters(env: Environment, tokens: TokenStream) -> list[Filter]:
    filters = []
    while tokens.current.kind != TOKEN_EOF:
        if tokens.current.kind != TOKEN_PIPE:
            token = tokens.current
            raise UnreadableError('expected "|" before filter', token, token.start_index + 1)
        next(tokens)
        if tokens.current.kind == TOKEN_EOF:
            break
        name = tokens.eat(TOKEN_WORD)
        filters.append(Filter(name, name.value, _parse_arguments(env, tokens)))
    return filters


def _parse_arguments(
    env: Environment, tokens: TokenStream
) -> list[KeywordArgument | PositionalArgument]:
    arguments: list[KeywordArgument | PositionalArgument] = []
    separator = TOKEN_COLON
    while tokens.current.kind == separator:
        next(tokens)
        separator = TOKEN_COMMA
        token = tokens.current
        if token.kind not in _OPERANDS:
            continue
        if token.kind == TOKEN_WORD and tokens.peek.kind == TOKEN_COLON:
            next(tokens)
            next(tokens)
            named = parse_primitive(env, tokens)
            arguments.append(KeywordArgument(token, token.value, named))
        else:
            arguments.append(PositionalArgument(parse_primitive(env, tokens)))
    token = tokens.current
    if token.kind in (TOKEN_PIPE, TOKEN_EOF):
        return arguments
    if separator == TOKEN_COLON:
        raise UnreadableError('expected ":" after filter name', token, token.start_index)
    raise unreadable("unexpected character", token, tokens)
