"""Segments stay right whatever happens to items, properties and definitions, in any order."""

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from recombee_mock.membership import membership
from recombee_mock.protocol import Call
from recombee_mock.service import Service

items = st.sampled_from(["i1", "i2", "i3", "i4"])
names = st.sampled_from(["s1", "s2", "s3"])
segment_names = st.sampled_from(["x", "y"])
genres = st.sampled_from([None, "", "drama", "comedy"])
tags = st.sampled_from([None, [], ["a"], ["a", "b"]])
limits = st.integers(0, 3)


class SegmentationMachine(RuleBasedStateMachine):
    """A service against dictionaries that are divided anew for each question."""

    def __init__(self):
        super().__init__()
        self.service = Service()
        self.items = {}
        # Segmentation to (kind, property or limit or {segment: limit}).
        self.definitions = {}
        self.now = 0.0
        for name, kind in (("genre", "string"), ("tags", "set"), ("n", "int")):
            self.ask("PUT", f"/items/properties/{name}", {"type": kind})

    def ask(self, method, path, body=None):
        raw = json.dumps(body or {}).encode()
        return self.service.apply(Call(method, path, "", raw, "", public=False), self.now).status

    @rule(item=items, genre=genres, tags=tags, n=limits)
    def set_values(self, item, genre, tags, n):
        values = {"genre": genre, "tags": tags, "n": n}
        assert self.ask("POST", f"/items/{item}", {**values, "!cascadeCreate": True}) == 200
        self.items[item] = values

    @rule(item=items)
    def add(self, item):
        assert self.ask("PUT", f"/items/{item}") == (409 if item in self.items else 201)
        self.items.setdefault(item, {"genre": None, "tags": None, "n": None})

    @rule(item=items)
    def delete(self, item):
        known = self.items.pop(item, None) is not None
        assert self.ask("DELETE", f"/items/{item}") == (200 if known else 404)

    @rule(limit=limits)
    def delete_many(self, limit):
        assert self.ask("DELETE", "/more-items/", {"filter": f"'n' > {limit}"}) == 200
        for item in [name for name, one in self.items.items() if (one["n"] or 0) > limit]:
            del self.items[item]

    @rule(name=st.sampled_from(["genre", "tags"]))
    def redefine(self, name):
        assert self.ask("DELETE", f"/items/properties/{name}") == 200
        kind = "set" if name == "tags" else "string"
        assert self.ask("PUT", f"/items/properties/{name}", {"type": kind}) == 201
        for values in self.items.values():
            values[name] = None

    @rule(name=names, by=st.sampled_from(["genre", "tags"]))
    def by_property(self, name, by):
        body = {"sourceType": "items", "propertyName": by}
        self.define("property-based", name, body, by)

    @rule(name=names, limit=limits)
    def by_expression(self, name, limit):
        # With and without the clock, which forbids to keep an outcome.
        clock = "now() >= 0 and " if limit % 2 else ""
        source = f"if {clock}'n' >= {limit} then {{'genre', \"big\"}} else {{}}"
        self.define("auto-reql", name, {"sourceType": "items", "expression": source}, limit)

    @rule(name=names)
    def by_hand(self, name):
        self.define("manual-reql", name, {"sourceType": "items"}, {})

    def define(self, kind, name, body, meaning):
        path = f"/segmentations/{kind}/{name}"
        known = self.definitions.get(name)
        if known is None:
            assert self.ask("PUT", path, body) == 201
        else:
            assert self.ask("PUT", path, body) == 409
            assert self.ask("POST", path, body) == (200 if known[0] == kind else 400)
        if known is None or (known[0] == kind and kind != "manual-reql"):
            self.definitions[name] = (kind, meaning)

    @rule(name=names, segment=segment_names, limit=limits)
    def put_segment(self, name, segment, limit):
        path = f"/segmentations/manual-reql/{name}/segments/{segment}"
        body = {"filter": f"'n' <= {limit}"}
        kind, segments = self.definitions.get(name, (None, {}))
        if kind is None:
            assert self.ask("PUT", path, body) == 404
        elif kind != "manual-reql":
            assert self.ask("PUT", path, body) == 400
        else:
            assert self.ask("PUT", path, body) == (409 if segment in segments else 201)
            assert self.ask("POST", path, body) == 200
            segments[segment] = limit

    @rule(name=names, segment=segment_names)
    def delete_segment(self, name, segment):
        kind, segments = self.definitions.get(name, (None, {}))
        if kind == "manual-reql":
            path = f"/segmentations/manual-reql/{name}/segments/{segment}"
            assert self.ask("DELETE", path) == (200 if segment in segments else 404)
            segments.pop(segment, None)

    @rule(name=names)
    def delete_segmentation(self, name):
        known = self.definitions.pop(name, None)
        assert self.ask("DELETE", f"/segmentations/{name}") == (404 if known is None else 200)

    def divided(self, kind, meaning):
        """Segments with their items, the slow way."""
        found = dict.fromkeys(meaning, ()) if kind == "manual-reql" else {}
        for item, values in self.items.items():
            for segment in self.segments_of(kind, meaning, values):
                found[segment] = (*found.get(segment, ()), item)
        return {segment: sorted(members) for segment, members in found.items()}

    def segments_of(self, kind, meaning, values):
        number = values["n"]
        if kind == "manual-reql":
            return [
                name for name, limit in meaning.items() if number is not None and number <= limit
            ]
        if kind == "property-based":
            value = values[meaning] or []
            return [value] if isinstance(value, str) else value
        if number is None or number < meaning:
            return []
        return [one for one in (values["genre"], "big") if one]

    @rule()
    def every_segmentation_shows_what_the_model_shows(self):
        self.now += 1
        found = membership(self.service.contents, self.now)
        for name, (kind, meaning) in self.definitions.items():
            expected = self.divided(kind, meaning)
            shown = {one: sorted(found.members(name, one)) for one in found.segment_ids(name)}
            assert shown == expected
            for item in self.items:
                own = [segment for segment, members in expected.items() if item in members]
                assert sorted(found.of_item(name, item)) == sorted(own)

    def teardown(self):
        self.every_segmentation_shows_what_the_model_shows()


TestSegmentations = SegmentationMachine.TestCase
TestSegmentations.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
