"""JSON into typed results: the one converter of the library, built when first needed."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, get_origin

import attrs
from cattrs import Converter, transform_error
from cattrs.cols import list_structure_factory
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
        said = transform_error(error, path="$", format_exception=_explain)
        raise StructureError("; ".join(map(_in_names_of_the_api, said))) from None


def _explain(error: BaseException, _: type | None) -> str:
    return "required field missing" if isinstance(error, KeyError) else str(error)


def _in_names_of_the_api(said: str) -> str:
    what, at, path = said.rpartition(" @ ")
    return what + at + re.sub(r"\w+", lambda name: wire_name(name[0]), path)


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
        fields = make_dict_structure_fn(cls, converter, **names)
        is_object = _exactly(dict, dict)
        return lambda value, _: fields(is_object(value, cls), cls)

    def read_list(kind: Any) -> Any:
        each = list_structure_factory(kind, converter)
        is_list = _exactly(list, list)  # cattrs would make a list of a text or a dictionary too
        return lambda value, _: each(is_list(value, kind), kind)

    converter.register_structure_hook_factory(attrs.has, read_object)
    converter.register_structure_hook_factory(_is_list, read_list)
    converter.register_structure_hook(Item, lambda value, _: Item(*_split(value, "itemId")))
    converter.register_structure_hook(User, lambda value, _: User(*_split(value, "userId")))
    return converter


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list


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
