"""JSON into typed results: the one converter of the library, built when first needed."""

from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
from cattrs import Converter, transform_error
from cattrs.gen import make_dict_structure_fn, override

from aiorecombee.core.fields import wire_name
from aiorecombee.requests.results import Item, User, Values


class StructureError(ValueError):
    """JSON does not have the documented shape; says where: `expected str, got int @ $.recommId`."""


def structure(value: Any, to: Any) -> Any:
    """Give JSON the type `to`.

    Raises:
        StructureError: It does not fit.
    """
    try:
        return _converter().structure(value, to)
    except Exception as error:  # noqa: BLE001  # what hooks raise, grouped
        raise StructureError("; ".join(transform_error(error, path="$"))) from None


@cache
def _converter() -> Converter:
    converter = Converter()
    for kind, accepted in ((str, str), (bool, bool), (int, int), (float, (int, float))):
        converter.register_structure_hook(kind, _exactly(kind, accepted))
    converter.register_structure_hook_func(lambda kind: kind == Values, _exactly(dict, dict))

    def read_object(cls: type[Any]) -> Any:
        names: Any = {
            field.name: override(rename=wire_name(field.name)) for field in attrs.fields(cls)
        }
        return make_dict_structure_fn(cls, converter, **names)

    converter.register_structure_hook_factory(attrs.has, read_object)
    converter.register_structure_hook(Item, lambda value, _: Item(*_split(value, "itemId")))
    converter.register_structure_hook(User, lambda value, _: User(*_split(value, "userId")))
    return converter


def _exactly(kind: type, accepted: Any) -> Callable[[Any, Any], Any]:
    """Cattrs would make the text "None" of null, and 1 of True; we want to hear of it."""

    def take(value: Any, _: Any) -> Any:
        if isinstance(value, accepted) and (kind is bool or not isinstance(value, bool)):
            return value
        raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}")

    return take


def _split(value: Any, name: str) -> tuple[str, Values]:
    """The ID apart from the properties that the API lists beside it."""
    if not isinstance(value, dict) or not isinstance(value.get(name), str):
        raise TypeError(f"expected an object with {name}")
    return value[name], {key: inner for key, inner in value.items() if key != name}
