"""Checking an expression before it is sent."""

from collections.abc import Iterable

from aiorecombee.reql.checking import Checked, Use, check
from aiorecombee.reql.errors import ReqlError
from aiorecombee.reql.grammar import parse
from aiorecombee.reql.kinds import PROPERTY_SHAPES
from aiorecombee.reql.names import Entity, Names, Properties


def validate(
    source: str,
    *,
    use: Use = "expression",
    entity: Entity = "item",
    item_properties: Properties | None = None,
    user_properties: Properties | None = None,
    contexts: Iterable[str] | None = None,
) -> Checked:
    """Parse and check an expression; give back its tree.

    Args:
        source: The expression.
        use: Where it will stand. A `filter` must be a boolean, a `booster` a number, the
            expression of an `auto_segmentation` a set; any other `expression` may be any value.
        entity: Whose properties stand in single quotes: those of an `item`, a `user`, a `segment`.
        item_properties: Their types by name (`{"price": "double"}`). Without it names are not
            checked, and what they stand for may be anything.
        user_properties: The same for users.
        contexts: Which of `context_user`, `context_item`, `context_segment` there are (`user`,
            `item`, `segment`); all, unless given.

    Raises:
        ReqlError: It is wrong; `kind`, `position`, `reason` and `remedy` tell how.
    """
    for properties in (item_properties, user_properties):
        _check_types(properties)
    names = Names(
        entity,
        item_properties,
        user_properties,
        None if contexts is None else frozenset(contexts),
    )
    root = parse(source)
    try:
        return check(root, names, use)
    except ReqlError as error:
        raise error.within(source) from None


def _check_types(properties: Properties | None) -> None:
    for name, kind in (properties or {}).items():
        if kind not in PROPERTY_SHAPES:
            raise ValueError(
                f'Property "{name}" cannot be of type "{kind}": '
                f"there are {', '.join(PROPERTY_SHAPES)}."
            )
