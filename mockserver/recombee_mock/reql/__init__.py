"""ReQL for the handlers: a text goes in, a function of an entity's ID comes out.

    keep = filter_of(contents, "'price' < 10", Place("filter", "item"), Scene(now))
    cheap = [item for item in contents.items.ids if keep(item)]

Everything that can be wrong with a text is found before the first entity is looked at, and raised
as a `Refusal` that names the place, the position and the reason. What turns out wrong with an
entity's values refuses the request too, except in `reqlExpressions`, where it is null.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from aiorecombee.reql import ReqlError, UnknownPropertyError
from aiorecombee.reql.checking import Use
from recombee_mock.answers import Refusal, bad_request, shown
from recombee_mock.reql.compiled import Compiled, compiled, position
from recombee_mock.reql.environment import Environment, allowance
from recombee_mock.reql.failure import Exhausted, Failure
from recombee_mock.reql.folds import Row
from recombee_mock.reql.outcome import as_factor, as_json, as_segments
from recombee_mock.reql.scene import Entity, Place, Scene
from recombee_mock.reql.values import Value
from recombee_mock.store.contents import Contents

__all__ = ["Entity", "Place", "Scene", "booster_of", "filter_of", "segments_of", "values_of"]

_SEGMENTATION: Final = Place("expression", "item")
_NO_ROW: Final[Row] = {}


def filter_of(contents: Contents, source: Any, place: Place, scene: Scene) -> Callable[[str], bool]:
    """Whether an entity passes."""
    return _evaluator(contents, source, place, scene, "filter")


def booster_of(
    contents: Contents, source: Any, place: Place, scene: Scene
) -> Callable[[str], float]:
    """The factor of an entity's relevance: 0 or more, 1 where the expression has no number."""
    evaluate = _evaluator(contents, source, place, scene, "booster")

    def factor(entity: str) -> float:
        try:
            return as_factor(evaluate(entity))
        except Failure as failure:
            _refuse(place, failure)

    return factor


def values_of(
    contents: Contents, sources: Any, place: Place, scene: Scene
) -> Callable[[str], Mapping[str, Any]]:
    """The outcomes of `reqlExpressions` for an entity, by name, as JSON."""
    if not isinstance(sources, dict):
        raise bad_request(f"{place.label} must map names to expressions, but is {shown(sources)}!")
    runs = {
        name: _expression(contents, source, _part(place, name), scene, len(sources))
        for name, source in sources.items()
    }
    return lambda entity: {name: run(entity) for name, run in runs.items()}


def segments_of(contents: Contents, source: Any, scene: Scene) -> Callable[[str], list[str]]:
    """The IDs of the segments an item is in, by the definition of an auto segmentation."""
    evaluate = _evaluator(contents, source, _SEGMENTATION, scene, "auto_segmentation")

    def segments(item: str) -> list[str]:
        try:
            return as_segments(evaluate(item))
        except Failure as failure:
            _refuse(_SEGMENTATION, failure)

    return segments


def _part(place: Place, name: str) -> Place:
    return Place(f"{place.label}.{name}", place.entity, place.contexts, place.unknown)


def _expression(
    contents: Contents, source: Any, place: Place, scene: Scene, shares: int
) -> Callable[[str], Any]:
    found = _compiled(contents, source, place, "expression")
    evaluate = _bound(contents, found, place, scene, _null, shares)

    def value(entity: str) -> Any:
        try:
            return as_json(evaluate(entity))
        except Failure:
            return None

    return value


def _null(place: Place, failure: Failure) -> None:
    if isinstance(failure, Exhausted):
        _refuse(place, failure)


def _evaluator(
    contents: Contents, source: Any, place: Place, scene: Scene, use: Use
) -> Callable[[str], Value]:
    return _bound(contents, _compiled(contents, source, place, use), place, scene, _refuse)


def _compiled(contents: Contents, source: Any, place: Place, use: Use) -> Compiled:
    if not isinstance(source, str):
        raise bad_request(f"ReQL {place.label} must be a text, but is {shown(source)}!")
    where = position(contents, use, place.entity, place.contexts, lenient=use == "expression")
    try:
        return compiled(str(source), where)
    except UnknownPropertyError as error:
        raise Refusal(place.unknown, f"{_told(error, place)} {error.remedy}".rstrip()) from None
    except ReqlError as error:
        told = f"Invalid ReQL {place.label}: {_told(error, place)}"
        raise bad_request(f"{told} {error.remedy}".rstrip()) from None


def _told(error: ReqlError, place: Place) -> str:
    where = f" of the {place.label}" if isinstance(error, UnknownPropertyError) else ""
    return f"{error.reason} at position {error.position}{where}!"


def _bound(
    contents: Contents,
    found: Compiled,
    place: Place,
    scene: Scene,
    failed: Callable[[Place, Failure], Value],
    shares: int = 1,
) -> Callable[[str], Value]:
    """The expression in one request, where it may take its share of the steps."""
    _check_database(contents, found, place)
    env = Environment(contents, scene, place.label, found.depth, allowance(contents) // shares)
    run, steps = found.run, found.steps
    row_of = _rows(contents, place.entity).get

    def evaluate(entity: str) -> Value:
        env.entity = entity
        env.draws = 0
        env.left -= steps
        try:
            if env.left < 0:
                env.charge(0)
            return run(row_of(entity, _NO_ROW), env)
        except Failure as failure:
            return failed(place, failure)
        except RecursionError:
            return failed(place, Failure("The expression is nested too deeply"))

    return evaluate


def _check_database(contents: Contents, found: Compiled, place: Place) -> None:
    """Refuse what this database does not have."""
    for segmentation, at in found.segmentations:
        if not contents.segmentations.knows(segmentation):
            _refuse(place, Failure(f'There is no segmentation "{segmentation[:63]}"', at))
    if not contents.settings.interaction_functions:
        for function, at in found.interactions:
            _refuse(place, Failure(f"{function}() is switched off for this database", at))


def _rows(contents: Contents, entity: Entity) -> Mapping[str, Row]:
    return {"item": contents.items.rows, "user": contents.users.rows}.get(entity, {})


def _refuse(place: Place, failure: Failure) -> NoReturn:
    at = max(failure.at, 0)
    raise bad_request(f"Invalid ReQL {place.label}: {failure.reason} at position {at}!")
