"""Series."""

from typing import Any, Literal, cast

from recombee_mock.answers import (
    CREATED,
    OK,
    Answer,
    Refusal,
    answer,
    bad_request,
    conflict,
    not_found,
    shown,
)
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import ITEM
from recombee_mock.params import (
    Params,
    Reader,
    entity_id,
    flag,
    identifier,
    number,
    optional,
    required,
)
from recombee_mock.store.contents import Contents
from recombee_mock.store.series import Member


def add_series(contents: Contents, params: Params, _now: float) -> Answer:
    """Source: API reference, Add series."""
    create = optional(params, "cascadeCreate", flag)
    # An item of that ID is created, so it must be one that an item can have.
    series = required(params, "seriesId", identifier if create is False else entity_id)
    if series in contents.series:
        raise conflict(f'Series "{series}" already exists!')
    contents.series.add(series)
    if create is not False:
        contents.items.add(series)
    return CREATED


def delete_series(contents: Contents, params: Params, _now: float) -> Answer:
    """Its places in other series go too (unpublished). Source: API reference, Delete series."""
    series = required(params, "seriesId", identifier)
    cascade = optional(params, "cascadeDelete", flag)
    _require_series(contents, series)
    contents.series.delete(series)
    if cascade and series in contents.items.ids:
        contents.delete_item(series)
    return OK


def list_series(contents: Contents, _params: Params, _now: float) -> Answer:
    """All IDs."""
    return answer(contents.series.ids())


def list_series_items(contents: Contents, params: Params, _now: float) -> Answer:
    """Ascending by time."""
    series = required(params, "seriesId", identifier)
    _require_series(contents, series)
    return answer(
        [
            {"itemType": kind, "itemId": member, "time": time}
            for time, (kind, member) in contents.series.entries(series)
        ]
    )


def insert_to_series(contents: Contents, params: Params, _now: float) -> Answer:
    """What is missing is created "as if corresponding PUT requests were invoked".

    For a series that means an item of the same ID as well. Source: API reference, Insert to series.
    """
    create = optional(params, "cascadeCreate", flag)
    read = entity_id if create else identifier
    series = required(params, "seriesId", read)
    member = _member(params, read)
    time = required(params, "time", number)
    if create:
        _create(contents, ("series", series))
        _create(contents, member)
    _require_series(contents, series)
    _require_member(contents, member)
    if not contents.series.insert(series, member, time):
        raise conflict(f'{_said(member)} at time {time!r} is already in series "{series}"!')
    return OK


def remove_from_series(contents: Contents, params: Params, _now: float) -> Answer:
    """Every entry of the member goes (unpublished: `time` is no parameter any more)."""
    series = required(params, "seriesId", identifier)
    member = _member(params)
    _require_series(contents, series)
    if not contents.series.remove(series, member):
        raise not_found(f'{_said(member)} is not in series "{series}"!')
    return OK


def _member(params: Params, read_series: Reader[str] = identifier) -> Member:
    kind = required(params, "itemType", _member_kind)
    return kind, required(params, "itemId", entity_id if kind == "item" else read_series)


def _member_kind(name: str, value: Any) -> Literal["item", "series"]:
    if value in ("item", "series"):
        return cast('Literal["item", "series"]', str(value))
    raise bad_request(f'Parameter "{name}" must be "item" or "series", but is {shown(value)}!')


def _create(contents: Contents, member: Member) -> None:
    kind, name = member
    if kind == "series" and name not in contents.series:
        contents.series.add(name)
        contents.items.add(name)
    elif kind == "item":
        contents.items.add(name)


def _require_series(contents: Contents, series: str) -> None:
    if series not in contents.series:
        raise _missing_series(series)


def _require_member(contents: Contents, member: Member) -> None:
    kind, name = member
    if kind == "series":
        _require_series(contents, name)
    elif name not in contents.items.ids:
        raise ITEM.missing(name)


def _missing_series(series: str) -> Refusal:
    return not_found(f'Series "{series}" does not exist!')


def _said(member: Member) -> str:
    kind, name = member
    return f'{kind.capitalize()} "{name}"'


HANDLERS: Handlers = {
    "AddSeries": add_series,
    "DeleteSeries": delete_series,
    "ListSeries": list_series,
    "ListSeriesItems": list_series_items,
    "InsertToSeries": insert_to_series,
    "RemoveFromSeries": remove_from_series,
}
