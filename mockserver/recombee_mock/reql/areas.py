"""Points and areas on the globe, which is taken for a sphere.

Unpublished: we choose its mean radius, and that the smaller side of a ring is the inside.
"""

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import NUMBERS, Area, Value, kind

Point: TypeAlias = tuple[float, float]
Vector: TypeAlias = tuple[float, float, float]

_RADIUS: Final = 6_371_010.0
_CORNERS: Final = 3


def point(value: Value) -> Point | None:
    """A point from `[latitude, longitude]`, or from the text `"latitude,longitude"`.

    `None` when a coordinate is null, or the text is no point.
    """
    if type(value) is str:
        return _point_of_text(value)
    if type(value) is not tuple:
        raise Failure(f"A point is [latitude, longitude], not {kind(value)}")
    if len(value) != len(("latitude", "longitude")):
        raise Failure("A point has two coordinates: [latitude, longitude]")
    return coordinates(*value)


def coordinates(latitude: Value, longitude: Value) -> Point | None:
    """A point from its coordinates in degrees, `None` when one is null."""
    if latitude is None or longitude is None:
        return None
    for value, limit, name in ((latitude, 90, "latitude"), (longitude, 180, "longitude")):
        if type(value) not in NUMBERS:
            raise Failure(f"A {name} is a number, not {kind(value)}")
        if not -limit <= value <= limit:
            raise Failure(f"A {name} lies between -{limit} and {limit}")
    return latitude, longitude


def _point_of_text(text: str) -> Point | None:
    latitude, _, longitude = text.partition(",")
    try:
        return coordinates(float(latitude), float(longitude))
    except ValueError:
        return None


def distance(one: Point, other: Point) -> float:
    """Metres along the great circle."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, place)) for place in (one, other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(half)))


class Cap(Area):
    """All that is within a distance of a point."""

    __slots__ = ("_centre", "_metres")

    def __init__(self, centre: Point, metres: float) -> None:
        if not metres >= 0:
            raise Failure("A radius is not below 0")
        self._centre = centre
        self._metres = metres

    def contains(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies in it."""
        return distance(self._centre, (latitude, longitude)) <= self._metres


class Polygon(Area):
    """What a ring of corners encloses; the last is joined to the first."""

    __slots__ = ("_corners", "_turn")

    def __init__(self, corners: Sequence[Point]) -> None:
        if len(corners) < _CORNERS:
            raise Failure(f"A polygon has at least {_CORNERS} corners")
        self._corners = [_vector(corner) for corner in corners]
        # Which way round the smaller side is to the left.
        middle = _sum(self._corners)
        area = _sum([_cross(a, b) for a, b in self._edges()])
        self._turn = math.copysign(1.0, _dot(middle, area))

    def __len__(self) -> int:
        return len(self._corners)

    def _edges(self) -> list[tuple[Vector, Vector]]:
        return list(zip(self._corners, self._corners[1:] + self._corners[:1], strict=True))

    def contains(self, latitude: float, longitude: float) -> bool:
        """Whether the ring winds around a point, the right way."""
        seen_from = _vector((latitude, longitude))
        return self._turn * sum(_angle(seen_from, a, b) for a, b in self._edges()) > math.pi


def _vector(place: Point) -> Vector:
    latitude, longitude = map(math.radians, place)
    flat = math.cos(latitude)
    return flat * math.cos(longitude), flat * math.sin(longitude), math.sin(latitude)


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _sum(vectors: Sequence[Vector]) -> Vector:
    x, y, z = (math.fsum(parts) for parts in zip(*vectors, strict=True))
    return x, y, z


def _angle(seen_from: Vector, a: Vector, b: Vector) -> float:
    """How far one turns to the left looking along the globe from `a` to `b`."""
    ahead = _dot(a, b) - _dot(a, seen_from) * _dot(b, seen_from)
    return math.atan2(_dot(seen_from, _cross(a, b)), ahead)
