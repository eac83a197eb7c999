"""Functions of places."""

from typing import Final

from recombee_mock.reql.areas import Cap, Point, Polygon, coordinates, distance, point
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.numeric import numbers
from recombee_mock.reql.values import Value, kind

_KILOMETRE: Final = 1000


def earth_distance(*values: Value) -> float | None:
    """Metres between two points, or two pairs of coordinates."""
    places: list[Point | None]
    if len(values) == len(("from", "to")):
        places = [point(value) for value in values]
    else:
        places = [coordinates(*values[:2]), coordinates(*values[2:])]
    one, other = places
    return None if one is None or other is None else distance(one, other)


def geo_polygon(corners: Value) -> Polygon | None:
    """What a ring of points encloses."""
    if type(corners) is not tuple:
        raise Failure(f"geo_polygon() takes an array of points, not {kind(corners)}")
    places = [None if corner is None else point(corner) for corner in corners]
    known = [place for place in places if place is not None]
    return Polygon(known) if len(known) == len(places) else None


def geo_radius(centre: Value, radius: Value) -> Cap | None:
    """What lies within so many kilometres (and not metres) of a point."""
    numbers("geo_radius", radius)
    place = point(centre)
    return None if place is None else Cap(place, radius * _KILOMETRE)
