"""Synonyms: adding, listing, deleting, and all of it in any order."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from recombee_mock.service import Service
from recombee_mock.settings import Settings
from recombee_mock.store.synonyms import Synonyms

PATH = "/synonyms/items/"


def add(db, term, synonym, **more):
    return db(f"POST {PATH}", {"term": term, "synonym": synonym, **more})


def listed(db, query=""):
    status, answer = db(f"GET {PATH}?{query}")
    assert status == 200
    return [(one["term"], one["synonym"]) for one in answer["synonyms"]]


def test_a_synonym_is_answered_with_its_id(db):
    status, made = add(db, "sci-fi", "science fiction")
    assert status == 201
    assert made == {
        "id": made["id"],
        "term": "sci-fi",
        "synonym": "science fiction",
        "oneWay": False,
    }
    assert db(f"GET {PATH}") == (200, {"synonyms": [made]})


def test_the_same_pair_is_a_409_and_similar_ones_are_not(db):
    assert add(db, "a", "b", oneWay=True)[0] == 201
    assert add(db, "a", "b", oneWay=False)[0] == 409
    assert add(db, "b", "a")[0] == 201
    assert add(db, "A", "b")[0] == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"term": "a"},
        {"synonym": "b"},
        {"term": 5, "synonym": "b"},
        {"term": "a", "synonym": None},
        {"term": "a", "synonym": ["b"]},
        {"term": "a", "synonym": "b", "oneWay": "yes"},
        {"term": "a", "synonym": "b", "oneWay": 1},
    ],
)
def test_a_malformed_synonym_is_a_400(db, body):
    assert db(f"POST {PATH}", body)[0] == 400
    assert listed(db) == []


def test_synonyms_are_listed_by_term_and_in_pages(db):
    for pair in (("b", "x"), ("a", "z"), ("a", "y"), ("c", "x")):
        add(db, *pair)
    everything = [("a", "y"), ("a", "z"), ("b", "x"), ("c", "x")]
    assert listed(db) == everything
    assert listed(db, "count=2") == everything[:2]
    assert listed(db, "offset=1&count=2") == everything[1:3]
    assert listed(db, "offset=9") == []
    assert db(f"GET {PATH}?count=-1")[0] == 400


@pytest.mark.parametrize("name", ["00000000-0000-4000-8000-000000000000", "no uuid", "5"])
def test_an_unknown_synonym_is_a_404(db, name):
    assert db(f"DELETE {PATH}{name.replace(' ', '%20')}")[0] == 404


def test_equal_calls_make_equal_ids_on_equal_seeds(db):
    def ids(seed):
        db.service = Service(Settings(seed=seed))
        return [add(db, term, "x")[1]["id"] for term in "abc"]

    assert ids(1) == ids(1)
    assert not set(ids(1)) & set(ids(2))


def test_ids_go_on_after_all_synonyms_are_deleted(db):
    _, first = add(db, "a", "b")
    assert db(f"DELETE {PATH}") == (200, "ok")
    assert add(db, "a", "b")[1]["id"] != first["id"]


def test_what_is_dumped_and_loaded_goes_on_alike():
    one, other = Synonyms(), Synonyms()
    one.add("a", "b", one_way=True, seed=1)
    other.load(json.loads(json.dumps(one.dump())))
    assert other.all() == one.all()
    added = [table.add("c", "d", one_way=False, seed=1) for table in (one, other)]
    assert added[0] == added[1]
    assert ("a", "b") in other


words = st.sampled_from(["a", "B", "c d", ""])


class SynonymMachine(RuleBasedStateMachine):
    """Synonyms against a dictionary of pairs to IDs."""

    def __init__(self):
        super().__init__()
        self.table = Synonyms()
        self.pairs = {}

    @rule(term=words, synonym=words)
    def add(self, term, synonym):
        assert ((term, synonym) in self.table) is ((term, synonym) in self.pairs)
        if (term, synonym) not in self.pairs:
            made = self.table.add(term, synonym, one_way=False, seed=0)
            assert made.id not in self.pairs.values()
            self.pairs[term, synonym] = made.id

    @rule(term=words, synonym=words)
    def delete(self, term, synonym):
        known = self.pairs.pop((term, synonym), None)
        assert self.table.delete(known or "") is (known is not None)

    @rule()
    def clear(self):
        self.table.clear()
        self.pairs.clear()

    @rule()
    def reload(self):
        dumped = json.loads(json.dumps(self.table.dump()))
        self.table = Synonyms()
        self.table.load(dumped)

    @invariant()
    def the_table_shows_what_the_model_shows(self):
        found = [((one.term, one.synonym), one.id) for one in self.table.all()]
        assert found == sorted(self.pairs.items())


TestSynonyms = SynonymMachine.TestCase
TestSynonyms.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
