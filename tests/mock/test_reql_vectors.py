"""What the language's documentation says, as expressions with their outcomes.

Vectors that are not `certain` document what we chose where nothing is published.
"""

import json
import math
from pathlib import Path

import pytest

from aiorecombee.reql import ReqlError
from recombee_mock.property_values import property_value
from recombee_mock.reql import Place, Scene, booster_of, filter_of, segments_of
from recombee_mock.reql.compiled import compiled, position
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import Moment, unpacked
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Property
from recombee_mock.store.segmentations import Segment, Segmentation

VECTORS = json.loads((Path(__file__).parent / "reql_vectors.json").read_text())["vectors"]
CERTAIN = [vector for vector in VECTORS if vector["certain"]]
CHOSEN = [vector for vector in VECTORS if not vector["certain"]]
OWN = {"itemId", "userId", "segmentId"}
ALL = frozenset({"user", "item", "segment"})


def fill(table, entity, properties):
    table.add(entity)
    for name, given in properties.items():
        if name not in OWN:
            table.define(Property(name, given["type"]))
            table.set_values(entity, {name: property_value(name, given["type"], given["value"])})


def own(properties, name, default):
    return properties.get(name, {}).get("value", default)


class World:
    """The database of a vector."""

    def __init__(self, vector):
        self.contents = contents = Contents()
        item = vector.get("item", {})
        self.entity = next((name[:-2] for name in OWN & item.keys()), "item")
        self.id = own(item, f"{self.entity}Id", "i-0")
        fill(contents.users if self.entity == "user" else contents.items, self.id, item)
        for name, properties in vector.get("items", {}).items():
            fill(contents.items, name, properties)
        self.scene = Scene(
            vector.get("now", 1_700_000_000),
            user=self.context(vector, "user"),
            item=self.context(vector, "item"),
            segment=own(vector.get("context_segment", {}), "segmentId", None),
        )
        self.contexts = frozenset(name for name in ALL if f"context_{name}" in vector)
        for one in vector.get("interactions", ()):
            details = (one["rating"],) if "rating" in one else None
            getattr(contents, one["type"]).add(
                contents.users.add(one["userId"]),
                contents.items.add(one["itemId"]),
                float(one["timestamp"]),
                details,
            )
        self.divide(vector.get("segmentations", {}))

    def context(self, vector, kind):
        properties = vector.get(f"context_{kind}")
        if properties is None:
            return None
        entity = own(properties, f"{kind}Id", f"{kind}-in-context")
        fill(getattr(self.contents, f"{kind}s"), entity, properties)
        return entity

    def divide(self, segmentations):
        for name, segments in segmentations.items():
            for members in segments.values():
                for member in members:
                    self.contents.items.add(member)
            filters = {
                segment: Segment(segment, f"'itemId' in {{{', '.join(map(json.dumps, members))}}}")
                for segment, members in segments.items()
            }
            self.contents.segmentations.put(
                Segmentation(id=name, kind="manualReQL", segments=filters)
            )

    def outcome(self, source, use):
        place = Place("test", self.entity, self.contexts, unknown=404)
        if use == "filter":
            return filter_of(self.contents, source, place, self.scene)(self.id)
        if use == "booster":
            return booster_of(self.contents, source, place, self.scene)(self.id)
        if use == "auto_segmentation":
            return frozenset(segments_of(self.contents, source, self.scene)(self.id))
        return self.value(source, place)

    def value(self, source, place):
        """The value itself, which an answer's JSON would not show."""
        where = position(self.contents, "expression", place.entity, place.contexts)
        found = compiled(source, where)
        env = Environment(self.contents, self.scene, "test", found.depth, 1_000_000)
        env.entity = self.id
        table = self.contents.users if self.entity == "user" else self.contents.items
        return found.run(table.row(self.id), env)


def shown(value):
    """A value as the vectors write it."""
    if isinstance(value, float) and math.isnan(value):
        return {"nan": True}
    if isinstance(value, Moment):
        return {"timestamp": value}
    if isinstance(value, frozenset):
        return {"set": sorted(shown(unpacked(member)) for member in value)}
    if isinstance(value, tuple):
        return {"array": [shown(unpacked(member)) for member in value]}
    return value


def expected(value):
    if isinstance(value, dict) and "set" in value:
        return {"set": sorted(value["set"])}
    return value


def fault(world, vector):
    """How a vector is refused, before or while it is evaluated."""
    source, use = vector["expr"], vector.get("as", "expression")
    try:
        compiled(source, position(world.contents, use, world.entity, world.contexts))
        world.outcome(source, use)
    except ReqlError as error:
        return error.kind
    except Failure:
        return "type"
    return None


def check(vector):
    world = World(vector)
    wanted = vector["expect"]
    if isinstance(wanted, dict) and "error" in wanted:
        assert fault(world, vector) == wanted["error"]
        return
    found = shown(world.outcome(vector["expr"], vector.get("as", "expression")))
    if isinstance(wanted, dict) and "range" in wanted:
        low, high = wanted["range"]
        assert low <= found <= high
    elif type(wanted) in {int, float}:
        assert type(found) is not bool
        assert found == pytest.approx(wanted, rel=1e-9)
    else:
        assert found == expected(wanted)


@pytest.mark.parametrize("vector", CERTAIN, ids=[vector["id"] for vector in CERTAIN])
def test_what_is_documented_holds(vector):
    check(vector)


@pytest.mark.parametrize("vector", CHOSEN, ids=[vector["id"] for vector in CHOSEN])
def test_what_we_chose_holds(vector):
    check(vector)
