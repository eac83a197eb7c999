"""Arguments for every request class, to compare clients with.

They differ from those of the vectors on purpose, so that both nets have holes in different places.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

_UUID: Final = "0f8fad5b-d9cb-469f-a165-70867728950e"

# Values by argument; the first one also stands wherever an argument must have some value.
_VALUES: Final[Mapping[str, tuple[Any, ...]]] = {
    "item_id": ("item-1", "a@b.c_d:e-F", "0", "..x"),
    "user_id": ("user-1", "john.doe@example.com"),
    "series_id": ("series-1", "s:1"),
    "segmentation_id": ("seg", "seg:1"),
    "segment_id": ("part", "part.2"),
    "target_user_id": ("target", "t@x"),
    "source_user_id": ("source", "s:2"),
    "session_id": ("session-1", "a:b@c"),
    "context_segment_id": ("sport", "Žižkov & okolí", ""),
    "recomm_id": (_UUID,),
    "id": (_UUID,),
    "property_name": ("price", "attr:color-2"),
    "type": ("string", "set"),
    "item_type": ("item", "series"),
    "source_type": ("items",),
    "timestamp": (
        "2024-01-02T03:04:05.678Z",
        0,
        27,
        1700000000.25,
        1e10,
        1e16,
        "1348151906",
        {"$datetime": "2024-01-02T03:04:05+00:00"},
        {"$datetime": "2024-01-02T03:04:05.000001-11:30"},
    ),
    "time": (1.5, 0, 10**15, 1e21),
    "count": (5, 1, 2**40),
    "offset": (7, 0),
    "duration": (42, 0),
    "amount": (2, 0.1, 1.0, 0),
    "price": (19.99, 0, -1, 1e-7, 123456789012345.67),
    "profit": (3.5, -0.0),
    "rating": (-0.5, 1, -1.0, 0),
    "portion": (0.25, 0, 1.0),
    "time_spent": (12.5, 0, 3),
    "diversity": (0.3, 0.0, 1),
    "user_impact": (0.1, 0),
    "rotation_rate": (0.2, 1),
    "rotation_time": (7200.0, 0),
    "min_relevance": ("low", "medium", "high"),
    "scenario": ("homepage", "domů/2 + x", ""),
    "search_query": ("runn", "žluťoučký kůň 🐎", '"quoted" & <b>', ""),
    "filter": (
        "'price' > 10",
        "'title' == \"a/b?c=d&e#f+g%20h\" or 'x' in {\"ž\"}",
        "~!*()'.-_",
        "a\tb\nc",
        "",
    ),
    "booster": ("if 'on_sale' then 2 else 1",),
    "expression": ("'categories'",),
    "term": ("sci-fi", "kůň"),
    "synonym": ("science fiction",),
    "title": ("A title", "Ž", ""),
    "description": ("What it is", ""),
    "included_properties": (["title", "price"], [], ["a b", "c,d", "ž"]),
    "reql_expressions": ({"a": "'x' + 1", "b": '"ž"'}, {}),
    "logic": (
        {"$Logic": {"name": "recombee:popular", "settings": {"size": 3, "deep": {"x": [1.0]}}}},
        {"$Logic": {"name": "recombee:popular"}},
        {"$Logic": {"settings": {}}},
        {"$Logic": {}},
        "recombee:personal",
    ),
    "role": (
        {"$PropertyRole": {"name": "title", "settings": {"language": "cs"}}},
        {"$PropertyRole": {"name": "title"}},
        "title",
    ),
    "metadata": (["searchable", {"name": "nlp", "settings": {"weight": 2.0}}], []),
    "source_settings": (
        {
            "$CompositeRecommendationStageParameters": {
                "filter": "'a'",
                "logic": {"$Logic": {"name": "l"}},
                "rotation_rate": 0,
            }
        },
        {"$CompositeRecommendationStageParameters": {}},
    ),
    "result_settings": (
        {
            "$CompositeRecommendationStageParameters": {
                "return_properties": True,
                "included_properties": ["a"],
                "booster": "1",
                "logic": "l",
                "reql_expressions": {"e": "1"},
                "min_relevance": "high",
                "rotation_time": 1.0,
            }
        },
    ),
    "additional_data": (
        {"text": 'ž"\\/\u2028', "list": [1, 1.0, None, True, {"k": []}], "big": 2**53 + 1},
        {},
    ),
    "expert_settings": ({"a": {"b": [1, 2.5, None]}}, {}),
    "changes": ({"price": 1.0, "title": None, "tags": ["a"], "on": False}, {}),
    "values": (
        {
            "int": 7,
            "double": 1.0,
            "string": "ž 🐎",
            "boolean": False,
            "nothing": None,
            "time": {"$datetime": "2016-04-20T12:50:42.5+02:00"},
            "early": {"$datetime": "1960-01-01T00:00:00+00:00"},
            "set": {"$set": ["one"]},
            "list": ["a", "b"],
            "!cascadeCreate": True,
        },
        {},
    ),
}
_FLAGS: Final = (True, False)
_BATCHED: Final = [
    {"$AddItem": {"item_id": "item-1"}},
    {"$SetItemValues": {"item_id": "i", "values": {"t": {"$datetime": "2024-01-02T03:04:05Z"}}}},
    {"$ListItems": {"filter": "'ž'", "return_properties": True, "included_properties": ["a b"]}},
    {"$MergeUsers": {"target_user_id": "a", "source_user_id": "b", "cascade_create": False}},
    {"$DeleteMoreItems": {"filter": "true"}},
    {"$DeleteRating": {"user_id": "u", "item_id": "i", "timestamp": 1.0}},
    {"$ResetDatabase": {}},
]


@attrs.frozen
class Sample:
    """Arguments for one request class; `label` names what is special about them."""

    request: str
    label: str
    arguments: Mapping[str, Any]

    def __str__(self) -> str:
        """The name of a test."""
        return f"{self.request}-{self.label}"


def samples(request: str, takes: Callable[..., Any]) -> Iterator[Sample]:
    """Arguments for one class: none too many, all, and every value in turn.

    Args:
        request: Name of the class.
        takes: The class, or whatever has its signature.
    """
    parameters = _parameters(takes)
    required = {p.name: _first(p) for p in parameters if p.default is p.empty}
    every = {p.name: _first(p) for p in parameters}
    yield Sample(request, "minimal", required)
    yield Sample(request, "full", every)
    for parameter in parameters:
        for index, value in enumerate(_choices(parameter)):
            yield Sample(request, f"{parameter.name}-{index}", required | {parameter.name: value})


def _parameters(takes: Callable[..., Any]) -> list[inspect.Parameter]:
    # `distinctRecomms` is an old spelling the official client keeps in `Batch`.
    found = inspect.signature(takes).parameters.values()
    return [parameter for parameter in found if parameter.name != "distinctRecomms"]


def _first(parameter: inspect.Parameter) -> Any:
    return _choices(parameter)[0]


def _choices(parameter: inspect.Parameter) -> tuple[Any, ...]:
    if parameter.name == "requests":
        return (_BATCHED, [])
    if parameter.annotation is bool or parameter.name in {"cascade_create", "distinct_recomms"}:
        return _FLAGS
    return _VALUES[parameter.name]
