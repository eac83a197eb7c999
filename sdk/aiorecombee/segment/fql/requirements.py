"""What a subscription asks of an event's type and name, for an index of subscriptions."""

from collections.abc import Iterator

from aiorecombee.segment.fql.tree import Comparison, Failing, Group, Node, Query


def required(query: Query) -> dict[str, str]:
    """What `type` and `event` must be for the query to hold; none where that is not certain.

    An event that differs there is certain to be turned down, and without an error.
    """
    asked: dict[str, str] = {}
    for node in _certain(query.group):
        asked.setdefault(node.field.root, str(node.value))
    return asked


def _certain(group: Group) -> Iterator[Comparison]:
    """Equalities that must all hold; none behind what may fail, as that would come first."""
    if group.connector != "and" and len(group.children) > 1:
        return
    for child in group.children:
        if isinstance(child, Comparison):
            if child.operator == "=" and child.field.root in {"type", "event"}:
                yield child
        else:
            if isinstance(child, Group):
                yield from _certain(child)
            if may_fail(child):
                return


def may_fail(node: Node) -> bool:
    """Whether there are events on which it ends in an error."""
    if isinstance(node, Group):
        return any(may_fail(child) for child in node.children)
    return isinstance(node, Failing)
