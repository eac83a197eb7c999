"""Series: items, or other series, in an order of time."""

from typing import Annotated

from aiorecombee.requests.endpoint import Id, OneOf, Request, endpoint
from aiorecombee.requests.results import SeriesItem

SeriesItemType = Annotated[str, OneOf(("item", "series"))]


@endpoint("PUT", "/series/{seriesId}", settled=409)
class AddSeries(Request[str]):
    """Add a series.

    Args:
        series_id: The series.
        cascade_create: Also create an item of the same ID (true if left out).

    Raises:
        ConflictError: The series exists already.

    Source: API reference, Add series.
    """

    series_id: Id
    cascade_create: bool | None = None


@endpoint("DELETE", "/series/{seriesId}", params="body", settled=404)
class DeleteSeries(Request[str]):
    """Delete a series; its members stay in the catalogue.

    Args:
        series_id: The series.
        cascade_delete: Also delete the item of the same ID.

    Source: API reference, Delete series.
    """

    series_id: Id
    cascade_delete: bool | None = None


@endpoint("GET", "/series/list/", timeout=100.0)
class ListSeries(Request[list[str]]):
    """List the IDs of all series.

    Source: API reference, List series.
    """


@endpoint("GET", "/series/{seriesId}/items/", timeout=100.0)
class ListSeriesItems(Request[list[SeriesItem]]):
    """List the members of a series, in ascending order of time.

    Source: API reference, List series items.
    """

    series_id: Id


@endpoint("POST", "/series/{seriesId}/items/", settled=409)
class InsertToSeries(Request[str]):
    """Put an item or a series into a series.

    Args:
        series_id: The series that receives.
        item_type: `item` or `series`.
        item_id: ID of the item or series that is put in.
        time: Its place in the order, any number (episode number, publication time).
        cascade_create: Create series and item if they are missing.

    Raises:
        ConflictError: It is there already, at that time.

    Source: API reference, Insert to series.
    """

    series_id: Id
    item_type: SeriesItemType
    item_id: Id
    time: float
    cascade_create: bool | None = None


@endpoint("DELETE", "/series/{seriesId}/items/", params="body", settled=404)
class RemoveFromSeries(Request[str]):
    """Take an item or a series out of a series.

    Source: API reference, Remove from series.
    """

    series_id: Id
    item_type: SeriesItemType
    item_id: Id
