"""Checks of function calls."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs

from aiorecombee.reql import tree
from aiorecombee.reql.checker import Checker, Variables
from aiorecombee.reql.errors import ReqlTypeError
from aiorecombee.reql.kinds import (
    ANYTHING,
    ARRAY,
    BOOLEAN,
    DOUBLE,
    INT,
    NUMBER,
    SET,
    STRING,
    TIMESTAMP,
    Shape,
    either,
    named,
)
from aiorecombee.reql.operands import ordered, outcome
from aiorecombee.reql.signatures import FUNCTIONS, Signature

_CONTAINER: Final = SET | ARRAY
_LOGICAL: Final = frozenset({"and", "or"})
_FOLDING: Final = frozenset({"+", "*", "&", "and", "or"})
# The last four are not published: we choose the plural words of the other two.
_INTERACTIONS: Final = frozenset(
    {"detail_views", "purchases", "ratings", "cart_additions", "bookmarks", "view_portions"}
)


def call(checker: Checker, node: tree.Call, variables: Variables) -> Shape:
    """The shape of what a function gives."""
    signature = FUNCTIONS[node.function]
    _check_count(node, signature)
    _check_context(checker, node)
    shapes: list[Shape] = []
    last = len(signature.takes) - 1
    for index, argument in enumerate(node.arguments):
        if signature.folds:
            shapes.append(_folded(checker, node, index, variables))
        else:
            what = f"Argument {index + 1} of {node.function}()"
            kinds = signature.takes[min(index, last)]
            shapes.append(checker.demand(argument, variables, kinds, what))
    rule = _SPECIAL.get(node.function)
    return rule(node, shapes) if rule else signature.gives


def _check_count(node: tree.Call, signature: Signature) -> None:
    least, most = signature.counts
    given = len(node.arguments)
    if given < least or (most is not None and given > most):
        takes = (
            f"{least} or more"
            if most is None
            else " to ".join(str(count) for count in sorted({least, most}))
        )
        raise ReqlTypeError(f"{node.function}() takes {takes} arguments, not {given}", node.at)


def _check_context(checker: Checker, node: tree.Call) -> None:
    prefix, _, context = node.function.partition("_")
    there = checker.names.contexts
    if prefix == "context" and there is not None and context not in there:
        raise ReqlTypeError(
            f"There is no {node.function} here",
            node.at,
            f"It can be used where there are: {', '.join(sorted(there))}." if there else "",
        )


def _folded(checker: Checker, node: tree.Call, index: int, variables: Variables) -> Shape:
    """Argument of a function with a lambda: the container first, for the lambda's variable."""
    over = node.arguments[1]
    if index == 1:
        return checker.shapes[id(over)]
    function = node.arguments[0]
    if not isinstance(function, tree.Lambda):
        raise ReqlTypeError(
            f"The first argument of {node.function}() must be a lambda",
            function.at,
            f"Write: {node.function}(lambda 'x': …, …)",
        )
    members = checker.demand(over, variables, _CONTAINER, f"Argument 2 of {node.function}()")
    inner = {**variables, function.variable: members.element or ANYTHING}
    if node.function == "map":
        return checker.shape(function.body, inner)
    return checker.demand(function.body, inner, BOOLEAN, f"The lambda of {node.function}()")


def _map(_node: tree.Call, shapes: list[Shape]) -> Shape:
    return Shape(SET, shapes[0])


def _select(_node: tree.Call, shapes: list[Shape]) -> Shape:
    return attrs.evolve(shapes[1], kinds=shapes[1].kinds & _CONTAINER)


def _exists(_node: tree.Call, _shapes: list[Shape]) -> Shape:
    return Shape(BOOLEAN)


def _abs(_node: tree.Call, shapes: list[Shape]) -> Shape:
    return Shape(shapes[0].kinds & NUMBER)


def _string(node: tree.Call, shapes: list[Shape]) -> Shape:
    if len(shapes) > 1 and not shapes[0].kinds & TIMESTAMP:
        raise ReqlTypeError("string() takes a format only with a timestamp", node.arguments[1].at)
    return Shape(STRING)


def _extreme(node: tree.Call, shapes: list[Shape]) -> Shape:
    if len(shapes) == 1:
        _check_container(node, shapes[0])
        element = shapes[0].element or ANYTHING
        kinds = ordered(element.kinds, element.kinds)
        if not kinds:
            raise ReqlTypeError(f"{node.function}() cannot compare {named(element.kinds)}", node.at)
        return attrs.evolve(element, kinds=element.kinds & kinds)
    found = shapes[0]
    for position, shape in enumerate(shapes):
        kinds = ordered(found.kinds, shape.kinds)
        if not kinds:
            raise ReqlTypeError(
                f"{node.function}() cannot compare {named(found.kinds)} with {named(shape.kinds)}",
                node.arguments[position].at,
            )
        found = either(found, shape)
        found = attrs.evolve(found, kinds=found.kinds & kinds)
    return found


def _avg(node: tree.Call, shapes: list[Shape]) -> Shape:
    if len(shapes) == 1:
        _check_container(node, shapes[0])
        members = shapes[0].element
        if members and not members.kinds & NUMBER:
            raise ReqlTypeError(f"avg() takes numbers, not {named(members.kinds)}", node.at)
    elif wrong := [index for index, shape in enumerate(shapes) if not shape.kinds & NUMBER]:
        raise ReqlTypeError("avg() of several takes numbers", node.arguments[wrong[0]].at)
    return Shape(DOUBLE)


def _check_container(node: tree.Call, shape: Shape) -> None:
    if not shape.kinds & _CONTAINER:
        raise ReqlTypeError(
            f"{node.function}() of one argument takes a set or an array, not {named(shape.kinds)}",
            node.at,
            "Give it two values, or a set of them.",
        )


def _reduce(node: tree.Call, shapes: list[Shape]) -> Shape:
    sign = node.arguments[0]
    element = shapes[1].element or ANYTHING
    first = shapes[2] if len(shapes) > 2 else element  # noqa: PLR2004  (its arguments)
    if not isinstance(sign, tree.Text):
        return ANYTHING
    if sign.value not in _FOLDING:
        raise ReqlTypeError(
            f'reduce() has no operator "{sign.value[:20]}"',
            sign.at,
            f"It has: {', '.join(sorted(_FOLDING))}.",
        )
    if sign.value in _LOGICAL:
        kinds = BOOLEAN if element.kinds & BOOLEAN and first.kinds & BOOLEAN else 0
    else:
        kinds = outcome(sign.value, first.kinds, element.kinds)
    if not kinds:
        raise ReqlTypeError(
            f'"{sign.value}" does not take {named(first.kinds)} and {named(element.kinds)}', node.at
        )
    return attrs.evolve(either(first, element), kinds=kinds | first.kinds)


def _distance(node: tree.Call, shapes: list[Shape]) -> Shape:
    point = ARRAY | STRING
    if len(shapes) == 3:  # noqa: PLR2004  (two points, or four coordinates)
        raise ReqlTypeError("earth_distance() takes 2 points or 4 coordinates", node.at)
    wanted, what = (point, "a point") if len(shapes) == 2 else (NUMBER, "a number")  # noqa: PLR2004
    for index, shape in enumerate(shapes):
        if not shape.kinds & wanted:
            raise ReqlTypeError(
                f"Argument {index + 1} of earth_distance() must be {what}, "
                f"but is {named(shape.kinds)}",
                node.arguments[index].at,
                "A point is [latitude, longitude].",
            )
    return Shape(DOUBLE)


def _ratings(node: tree.Call, _shapes: list[Shape]) -> Shape:
    sign = node.arguments[-1]
    if len(node.arguments) > 1 and isinstance(sign, tree.Text):
        _check_word(sign, frozenset({"negative", "positive"}))
    return Shape(INT)


def _listing(node: tree.Call, shapes: list[Shape]) -> Shape:
    words = node.arguments[1]
    if isinstance(words, tree.Members):
        for word in words.members:
            if isinstance(word, tree.Text):
                _check_word(word, _INTERACTIONS)
    element = shapes[1].element
    if element and not element.kinds & STRING:
        raise ReqlTypeError("The interaction types must be strings", words.at)
    return FUNCTIONS[node.function].gives


def _check_word(word: tree.Text, known: frozenset[str]) -> None:
    if word.value not in known:
        raise ReqlTypeError(
            f'There is no "{word.value[:40]}" here',
            word.at,
            f"There are: {', '.join(sorted(known))}.",
        )


_Special: TypeAlias = Callable[[tree.Call, list[Shape]], Shape]
_SPECIAL: Final[Mapping[str, _Special]] = {
    "map": _map,
    "select": _select,
    "exists": _exists,
    "abs": _abs,
    "string": _string,
    "max": _extreme,
    "min": _extreme,
    "avg": _avg,
    "reduce": _reduce,
    "earth_distance": _distance,
    "num_item_ratings": _ratings,
    "user_interactions": _listing,
}
