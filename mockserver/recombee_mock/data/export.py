"""A database as the requests that would make it anew.

What has no timestamp of its own comes before what refers to it. IDs that the service makes up, of
synonyms and recommendations, are made up anew when it is imported; a snapshot keeps them.
"""

from collections.abc import Iterator
from typing import Any, Final

from recombee_mock.data.lines import line_of
from recombee_mock.handlers.entity import ITEM, USER, Kind
from recombee_mock.json_bytes import dumps, loads
from recombee_mock.operations import HANDLERS
from recombee_mock.scenario_json import scenario_to_json
from recombee_mock.settings import Settings, settings_to_json
from recombee_mock.store.contents import Contents

_KINDS: Final = {
    "detail_views": ("DetailViews", "/detailviews/"),
    "purchases": ("Purchases", "/purchases/"),
    "ratings": ("Ratings", "/ratings/"),
    "cart_additions": ("CartAdditions", "/cartadditions/"),
    "bookmarks": ("Bookmarks", "/bookmarks/"),
    "view_portions": ("ViewPortions", "/viewportions/"),
}
_SEGMENTATIONS: Final = {
    "property": "property-based",
    "autoReQL": "auto-reql",
    "manualReQL": "manual-reql",
}


def export(contents: Contents) -> Iterator[bytes]:
    """Everything in the database, as lines; it must not change before the last one is taken."""
    yield from _unpublished(contents)
    for kind, path in ((ITEM, "/items"), (USER, "/users")):
        yield from _definitions(contents, kind, path)
    for kind, path in ((ITEM, "/items"), (USER, "/users")):
        yield from _entities(contents, kind, path)
    yield from _series(contents)
    yield from _synonyms(contents)
    yield from _segmentations(contents)
    for table, (listed, path) in _KINDS.items():
        for user in list(getattr(contents, table).rows()):
            for entry in _ask(contents, f"ListUser{listed}", userId=user):
                yield line_of("POST", path, _given(entry))


def _unpublished(contents: Contents) -> Iterator[bytes]:
    usual = settings_to_json(Settings())
    settings = settings_to_json(contents.settings)
    changed = {name: value for name, value in settings.items() if value != usual[name]}
    if changed:
        yield dumps({"settings": changed}) + b"\n"
    for scenario in contents.scenarios.all():
        yield dumps({"scenario": scenario_to_json(scenario)}) + b"\n"


def _definitions(contents: Contents, kind: Kind, path: str) -> Iterator[bytes]:
    for found in kind.table(contents).properties.values():
        params = {"type": found.type, "role": found.role, "metadata": found.metadata}
        yield line_of("PUT", f"{path}/properties/{found.name}", _given(params))


def _entities(contents: Contents, kind: Kind, path: str) -> Iterator[bytes]:
    table = kind.table(contents)
    for entity in table.in_order():
        values = table.row(entity)
        if values:
            yield line_of("POST", f"{path}/{entity}", {**values, "!cascadeCreate": True})
        else:
            yield line_of("PUT", f"{path}/{entity}", {})


def _series(contents: Contents) -> Iterator[bytes]:
    for series in contents.series.ids():
        yield line_of("PUT", f"/series/{series}", {"cascadeCreate": False})
    for series in contents.series.ids():
        for entry in _ask(contents, "ListSeriesItems", seriesId=series):
            yield line_of("POST", f"/series/{series}/items/", entry)


def _synonyms(contents: Contents) -> Iterator[bytes]:
    for one in contents.synonyms.all():
        params = {"term": one.term, "synonym": one.synonym, "oneWay": one.one_way}
        yield line_of("POST", "/synonyms/items/", params)


def _segmentations(contents: Contents) -> Iterator[bytes]:
    for one in contents.segmentations.all():
        params = {
            "sourceType": "items",
            "propertyName": one.property,
            "expression": one.expression,
            "title": one.title,
            "description": one.description,
        }
        path = f"/segmentations/{_SEGMENTATIONS[one.kind]}/{one.id}"
        yield line_of("PUT", path, _given(params))
        for segment in one.segments.values():
            about = {"filter": segment.filter, "title": segment.title}
            yield line_of("PUT", f"{path}/segments/{segment.id}", _given(about))


def _ask(contents: Contents, operation: str, **params: str) -> Any:
    """What the API lists."""
    return loads(HANDLERS[operation](contents, params, 0.0).body)


def _given(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters without those that say nothing."""
    return {
        name: value
        for name, value in params.items()
        if value is not None and not (name == "autoPresented" and value is False)
    }
