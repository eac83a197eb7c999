"""Items and users: what changed since when, and all of it as JSON and back."""

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from recombee_mock.store.entities import Entities, Property


def test_changes_are_known_from_the_first_question_on():
    items = Entities()
    items.add("before")
    assert items.changed_since(0) is None
    seen = items.version
    assert items.changed_since(seen) == []
    items.add("a")
    items.set_values("before", {})
    assert set(items.changed_since(seen) or ()) == {"a", "before"}
    assert items.changed_since(0) is None


def test_an_entity_that_is_there_already_did_not_change():
    items = Entities()
    items.add("a")
    seen = items.version
    items.add("a")
    assert items.version == seen


def test_a_new_property_changes_no_entity_and_one_that_goes_may_change_all():
    items = Entities()
    items.add("a")
    seen = items.version
    items.changed_since(seen)
    items.define(Property("p", "int"))
    assert items.version > seen
    assert items.changed_since(seen) == []
    items.undefine("p")
    assert items.changed_since(seen) is None


def test_the_list_of_changes_does_not_grow_with_what_is_gone():
    items = Entities()
    items.changed_since(items.version)
    for at in range(10_000):
        items.add(f"i{at}")
        items.delete(f"i{at}")
    assert len(items._touched or ()) < 2_000


def test_rows_that_were_loaded_are_the_table_s_own():
    one, other = Entities(), Entities()
    one.define(Property("p", "int"))
    one.set_values(one.add("a"), {"p": 1})
    other.load(one.dump())
    other.set_values("a", {"p": 2})
    assert one.values("a") == {"p": 1}


def set_in(content, entity):
    """The values that are set; `None` without the entity."""
    if entity not in content:
        return None
    return {name: value for name, value in content[entity].items() if value is not None}


ids = st.sampled_from(["a", "b", "c", "d"])
names = st.sampled_from(["p", "q"])


class EntitiesMachine(RuleBasedStateMachine):
    """A table against its whole content at every version it ever had."""

    def __init__(self):
        super().__init__()
        self.table = Entities()
        self.seen = {}
        self.look()

    def content(self):
        return {entity: self.table.values(entity) for entity in self.table.ids}

    @rule(entity=ids)
    def add(self, entity):
        assert self.table.add(entity) == entity

    @rule(entity=ids)
    def delete(self, entity):
        if entity in self.table.ids:
            self.table.delete(entity)

    @rule(name=names, metadata=st.sampled_from([None, [{"name": "m"}]]))
    def define(self, name, metadata):
        if name not in self.table.properties:
            self.table.define(Property(name, "int", {"name": "r"}, metadata))

    @rule(name=names)
    def undefine(self, name):
        if name in self.table.properties:
            self.table.undefine(name)

    @rule(entity=ids, name=names, value=st.sampled_from([None, 1, 2]))
    def set_value(self, entity, name, value):
        if entity in self.table.ids and name in self.table.properties:
            self.table.set_values(entity, {name: value})

    @rule()
    def look(self):
        self.seen[self.table.version] = self.content()

    @rule()
    def compare(self):
        now = self.content()
        for version, before in self.seen.items():
            changed = self.table.changed_since(version)
            if changed is not None:
                differing = {
                    entity
                    for entity in {*now, *before}
                    if set_in(now, entity) != set_in(before, entity)
                }
                assert differing <= set(changed)
                assert len(set(changed)) == len(changed)

    @rule()
    def reload(self):
        fresh = Entities()
        fresh.load(json.loads(json.dumps(self.table.dump())))
        assert fresh.in_order() == self.table.in_order()
        assert list(fresh.properties.values()) == list(self.table.properties.values())
        assert {entity: fresh.values(entity) for entity in fresh.ids} == self.content()


TestEntities = EntitiesMachine.TestCase
TestEntities.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
