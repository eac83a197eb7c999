"""A tree to closures: what is known of the subscription is worked out once, not for each event."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeAlias

from aiorecombee.segment.fql.errors import SubscriptionError
from aiorecombee.segment.fql.fields import compile_find
from aiorecombee.segment.fql.operators import compile_test
from aiorecombee.segment.fql.parser import parse
from aiorecombee.segment.fql.tree import PLAIN_FIELDS, Comparison, Failing, Node, Query

Condition: TypeAlias = Callable[[Mapping[str, Any]], bool]


def compile_subscription(text: object) -> Condition:
    """Compile a subscription to a predicate on events.

    Raises:
        SubscriptionError: It cannot be read.
    """
    return compile_query(parse(text))


def compile_query(query: Query) -> Condition:
    """Compile what was read to a predicate on events.

    The predicate answers for any event, whatever it holds. It raises `SubscriptionError` only where
    Segment's engine fails, too: on empty parentheses, once it comes to them.
    """
    return _compile(query.group)


def _compile(node: Node) -> Condition:
    if isinstance(node, Comparison):
        return compile_comparison(node)
    if isinstance(node, Failing):
        return _failing(node)
    conditions = [_compile(child) for child in node.children]
    if len(conditions) == 1:
        return conditions[0]
    if len(conditions) == 2 and node.connector == "and":  # noqa: PLR2004
        return _both(*conditions)
    return _all(conditions) if node.connector == "and" else _any(conditions)


def compile_comparison(comparison: Comparison) -> Condition:
    """Compile one condition to a predicate on events."""
    field, value = comparison.field, comparison.value
    if field.root in PLAIN_FIELDS and comparison.operator == "=" and isinstance(value, str):
        return _is_text(field.root, value)
    find = compile_find(field)
    test = compile_test(comparison.operator, value)
    return lambda event: test(find(event))


def _is_text(root: str, text: str) -> Condition:
    def holds(event: Mapping[str, Any]) -> bool:
        found = event.get(root)
        return isinstance(found, str) and found == text

    return holds


def failure(node: Failing) -> SubscriptionError:
    """The error that a part which cannot be tested ends in."""
    return SubscriptionError(node.reason, node.span.start, node.original)


def _failing(node: Failing) -> Condition:
    def fail(_: Mapping[str, Any]) -> NoReturn:
        raise failure(node)

    return fail


def _both(first: Condition, second: Condition) -> Condition:
    return lambda event: first(event) and second(event)


def _all(conditions: list[Condition]) -> Condition:
    def hold(event: Mapping[str, Any]) -> bool:
        return all(condition(event) for condition in conditions)

    return hold


def _any(conditions: list[Condition]) -> Condition:
    def hold(event: Mapping[str, Any]) -> bool:
        return any(condition(event) for condition in conditions)

    return hold
