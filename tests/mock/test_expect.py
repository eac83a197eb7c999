"""Expectations: what was asked, how often, and what came nearest."""

import json
import re
from datetime import UTC, datetime
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import (
    AddDetailView,
    AddItemProperty,
    AddPurchase,
    Batch,
    Logic,
    RecommendItemsToUser,
    SetItemValues,
)
from recombee_mock.client.asking import call_of, expected_of, wire_value
from recombee_mock.control import expect
from recombee_mock.control.api import Control
from recombee_mock.databases import Database, OpenDatabase
from recombee_mock.seeing.expectation import Expectation, verify
from recombee_mock.seeing.journal import Journal
from recombee_mock.seeing.matching import RULES, ExpectationError, check_matcher, differences
from recombee_mock.service import Service
from recombee_mock.shell.admission import Admission


def purchase(journal, amount=None, *, status=200, user="u1", database="db"):
    params = {"userId": user, "itemId": "i1"} | ({} if amount is None else {"amount": amount})
    write(journal, "AddPurchase", "/purchases/", params, status, database)


def batch(journal, *requests):
    asked = {"requests": [call_of(request) for request in requests]}
    write(journal, "Batch", "/batch/", asked)


def write(journal, operation, path, params, status=200, database="db"):
    raw = json.dumps(params).encode()
    target = f"/{database}{path}".encode()
    journal.record(1.0, "POST", target, "h", database, operation, status, "private", raw)


@pytest.fixture
def journal():
    return Journal()


def outcome(journal, operation, params=None, **more):
    expected = Expectation(operation=operation, params=params or {}, **more)
    return verify(expected, journal.entries(since=expected.since), journal.dropped)


def test_with_no_number_once_is_enough(journal):
    assert not outcome(journal, "AddPurchase").met
    purchase(journal)
    assert outcome(journal, "AddPurchase").met
    assert not outcome(journal, "AddDetailView").met


@pytest.mark.parametrize(
    ("number", "met"),
    [
        ({"count": 3}, True),
        ({"count": 2}, False),
        ({"count": 0}, False),
        ({"at_least": 3}, True),
        ({"at_least": 4}, False),
        ({"at_most": 3}, True),
        ({"at_most": 2}, False),
        ({"at_least": 1, "at_most": 3}, True),
        ({"at_least": 4, "at_most": 9}, False),
    ],
)
def test_the_number_can_be_bounded(journal, number, met):
    for _ in range(3):
        purchase(journal)
    assert outcome(journal, "AddPurchase", **number).met is met


def test_at_most_holds_when_nothing_was_asked(journal):
    assert outcome(journal, "AddPurchase", at_most=2).met


def test_the_nearest_misses_are_explained(journal):
    for amount in (1, 2, 3):
        purchase(journal, amount, user="u2" if amount == 1 else "u1")
    found = outcome(journal, "AddPurchase", {"userId": "u1", "amount": 7}, count=1)
    assert found.explanation == (
        "AddPurchase was asked 3 times, never as expected; expected exactly once\n"
        "  nearest: seq 3 differs in amount: expected 7, was 3\n"
        "  nearest: seq 2 differs in amount: expected 7, was 2\n"
        '  nearest: seq 1 differs in userId: expected "u1", was "u2"; '
        "amount: expected 7, was 1"
    )
    assert [miss.seq for miss in found.nearest] == [3, 2, 1]


def test_when_it_was_never_asked_the_others_are_named(journal):
    journal.record(1.0, "POST", b"/db/purchases/", "h", "db", "", 401, "mismatch", b"")
    purchase(journal)
    assert outcome(journal, "AddDetailView").explanation == (
        "AddDetailView was never asked; expected at least once\n"
        "  there were: turned away: mismatch, 401 once, AddPurchase once"
    )
    assert "no requests at all" in outcome(Journal(), "AddDetailView").explanation


def test_too_many_are_told_with_where_they_are(journal):
    purchase(journal, 1)
    purchase(journal, 1)
    found = outcome(journal, "AddPurchase", {"amount": 1}, count=1)
    assert found.explanation == (
        "AddPurchase was asked 2 times, 2 times as expected; expected exactly once\n"
        "  asked with seq 1\n"
        "  asked with seq 2"
    )
    never = outcome(journal, "AddPurchase", count=0)
    assert never.explanation.startswith("AddPurchase was asked 2 times; expected never\n")


def test_other_answers_than_the_expected_are_told(journal):
    purchase(journal, 1)
    found = outcome(journal, "AddPurchase", status="5xx")
    assert found.explanation == (
        "AddPurchase was never asked and answered with 5xx; expected at least once\n"
        "  it was answered with 200 once"
    )


def test_requests_in_batches_count_unless_told_otherwise(journal):
    purchase(journal)
    batch(journal, AddPurchase("u1", "i2"), AddDetailView("u1", "i1"), AddPurchase("u2", "i1"))
    assert outcome(journal, "AddPurchase", count=3).met
    assert outcome(journal, "AddPurchase", count=1, in_batches=False).met
    assert outcome(journal, "Batch", count=1).met
    [miss] = outcome(journal, "AddDetailView", {"userId": "u9"}).nearest
    assert (miss.seq, miss.at) == (2, 1)
    assert str(miss) == 'seq 2, requests[1], differs in userId: expected "u9", was "u1"'


def test_only_what_came_since_counts(journal):
    purchase(journal)
    at = journal.last
    purchase(journal)
    assert outcome(journal, "AddPurchase", since=at, count=1).met


def test_only_what_was_answered_so_counts(journal):
    purchase(journal)
    purchase(journal, status=404)
    batch(journal, AddPurchase("u1", "i2"))
    assert outcome(journal, "AddPurchase", status="2xx", count=1).met
    assert outcome(journal, "AddPurchase", status=404, count=1).met


def test_what_the_journal_could_not_keep_is_told():
    journal = Journal(size=2, body_limit=10, batch_limit=20)
    for _ in range(2):
        purchase(journal)
    batch(journal, AddPurchase("u1", "i2"))
    text = outcome(journal, "AddPurchase", count=9).explanation
    assert "batches too long to keep, whose requests do not count: 1" in text
    assert "the journal no longer holds what came before seq 2" in text


@pytest.mark.parametrize(
    ("matcher", "value", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (False, 0, False),
        ("1", 1, False),
        (None, None, True),
        ([1, 2], [1, 2], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, False),
        ({"a": 1}, {}, False),
        ({"a": 1}, [1], False),
        ({"$any": True}, None, True),
        ({"$any": False}, 1, False),
        ({"$absent": True}, 1, False),
        ({"$eq": {"a": 1}}, {"a": 1, "b": 2}, False),
        ({"$eq": {"$a": 1}}, {"$a": 1}, True),
        ({"$eq": {"a": 1}}, {"a": True}, False),
        ({"$ne": 1}, 2, True),
        ({"$ne": 1}, 1, False),
        ({"$gt": 1}, 1, False),
        ({"$gte": 1, "$lt": 3}, 1, True),
        ({"$gte": 1, "$lt": 3}, 3, False),
        ({"$lte": "b"}, "a", True),
        ({"$lte": 3}, "a", False),
        ({"$gt": 0}, True, False),
        ({"$in": [1, "a"]}, "a", True),
        ({"$in": [1, "a"]}, True, False),
        ({"$regex": "^u\\d+$"}, "u12", True),
        ({"$regex": "^u\\d+$"}, 12, False),
        ({"$contains": "b"}, "abc", True),
        ({"$contains": {"id": 1}}, [{"id": 1, "x": 2}], True),
        ({"$contains": 3}, [1, 2], False),
        ({"$contains": "a"}, {"a": 1}, True),
        ({"$contains": 1}, 1, False),
        ({"$set": [1, 2, 2]}, [2, 1, 2], True),
        ({"$set": [1, 2]}, [2, 1, 2], False),
        ({"$set": [1]}, 1, False),
        ([{"$any": True}, 2], [9, 2], True),
    ],
)
def test_values_are_compared_by_rules(matcher, value, same):
    check_matcher(matcher)
    assert (not list(differences("AddPurchase", {"profit": matcher}, {"profit": value}))) is same


@pytest.mark.parametrize(
    ("matcher", "met"),
    [
        ({"$absent": True}, True),
        ({"$any": True}, False),
        ({"$ne": 1}, True),
        ({"$gte": 0}, False),
        ({"$regex": ""}, False),
        (None, False),
    ],
)
def test_a_missing_parameter_is_not_null(journal, matcher, met):
    purchase(journal)
    assert outcome(journal, "AddPurchase", {"amount": matcher}).met is met


@pytest.mark.parametrize("written", [1700000000, 1700000000.0, "2023-11-14T22:13:20Z"])
@pytest.mark.parametrize(
    "expected",
    [
        1700000000,
        "2023-11-14T23:13:20+01:00",
        {"$gte": "2023-11-14", "$lt": "2023-11-15"},
        {"$in": [1, "2023-11-14T22:13:20"]},
    ],
)
def test_moments_are_equal_however_they_are_written(journal, written, expected):
    write(journal, "AddPurchase", "/purchases/", {"timestamp": written})
    assert outcome(journal, "AddPurchase", {"timestamp": expected}).met


def test_the_text_of_a_moment_can_be_looked_at(journal):
    write(journal, "AddPurchase", "/purchases/", {"timestamp": "2023-11-14T22:13:20Z"})
    assert outcome(journal, "AddPurchase", {"timestamp": {"$regex": "Z$"}}).met


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"operation": "AddPurchas"}, 'no operation "AddPurchas"; did you mean AddPurchase?'),
        ({"operation": "AddPurchase", "count": 1, "at_most": 2}, "not both"),
        ({"operation": "AddPurchase", "params": {"userID": 1}}, "no parameter userID; there are"),
        ({"operation": "AddPurchase", "params": {"userId": {"$x": 1}}}, "there is no rule $x"),
        ({"operation": "AddPurchase", "params": {"userId": {"$regex": "("}}}, "expression"),
        ({"operation": "AddPurchase", "params": {"userId": {"$regex": 3}}}, "expression"),
        ({"operation": "AddPurchase", "params": {"amount": {"$gt": []}}}, "number or a text"),
        ({"operation": "AddPurchase", "params": {"amount": {"$in": 3}}}, "must be a list"),
        ({"operation": "AddPurchase", "params": {"amount": {"$contains": {"$x": 3}}}}, "rule $x"),
        ({"operation": "AddPurchase", "params": {"amount": {"$any": 3}}}, "true or false"),
        ({"operation": "AddPurchase", "status": "x"}, "number such as 404"),
        ({"operation": "Batch", "params": {"requests": []}}, "no parameter requests"),
    ],
)
def test_an_expectation_that_makes_no_sense_is_refused(wrong, text):
    with pytest.raises(ExpectationError, match=re.escape(text)):
        Expectation(**wrong)


def test_an_expectation_is_not_bottomless():
    deep = inner = []
    for _ in range(500):
        inner.append([])
        inner = inner[0]
    with pytest.raises(ExpectationError, match="nested too deeply"):
        Expectation(operation="AddPurchase", params={"additionalData": deep})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_everything_is_as_itself(value):
    assert (
        list(differences("AddPurchase", {"additionalData": value}, {"additionalData": value})) == []
    )


@given(json_values, st.dictionaries(st.sampled_from(sorted(RULES)), json_values, max_size=2))
def test_rules_are_refused_or_answer(value, rules):
    try:
        check_matcher(rules)
    except ExpectationError:
        return
    list(differences("AddPurchase", {"additionalData": rules}, {"additionalData": value}))


# --- From Python ----------------------------------------------------------------------------------


def test_names_of_python_become_names_of_the_api():
    assert expected_of(AddPurchase, {"user_id": "u", "recommId": "r"}) == (
        "AddPurchase",
        {"userId": "u", "recommId": "r"},
    )
    assert expected_of("SetItemValues", {"cascade_create": True}) == (
        "SetItemValues",
        {"!cascadeCreate": True},
    )


def test_a_request_expects_all_that_is_set_in_it():
    assert expected_of(AddPurchase("u", "i", amount=2), {"profit": ...}) == (
        "AddPurchase",
        {"userId": "u", "itemId": "i", "amount": 2, "profit": {"$any": True}},
    )
    assert expected_of(RecommendItemsToUser("u", 5, logic=Logic("x")), {})[1] == {
        "userId": "u",
        "count": 5,
        "logic": {"name": "x"},
    }


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), 1700000000.0),
        (re.compile("^u", re.IGNORECASE), {"$regex": "(?i)^u"}),
        (re.compile("^u"), {"$regex": "^u"}),
        (mock.ANY, {"$any": True}),
        (..., {"$any": True}),
        ({"a"}, {"$set": ["a"]}),
        (("a", {"b": ...}), ["a", {"b": {"$any": True}}]),
        ({"$gte": 2}, {"$gte": 2}),
        (None, None),
    ],
)
def test_values_of_python_become_rules(value, wire):
    assert wire_value(value) == wire


@pytest.mark.parametrize(
    ("asked", "fields", "text"),
    [
        (AddPurchase, {"usr": 1}, "AddPurchase has no field usr; there are: user_id, item_id"),
        ("AddPurchas", {}, "did you mean AddPurchase?"),
        (int, {}, "int is no request"),
    ],
)
def test_misspelt_names_are_told(asked, fields, text):
    with pytest.raises(TypeError, match=re.escape(text)):
        expected_of(asked, fields)


def test_requests_can_be_written_as_a_batch_holds_them():
    assert call_of(SetItemValues("a b", {"tags": {"x"}}, cascade_create=True)) == {
        "method": "POST",
        "path": "/items/a%20b",
        "params": {"tags": ["x"], "!cascadeCreate": True},
    }
    assert call_of(AddItemProperty("price", "double"))["path"] == "/items/properties/price"
    assert call_of({"method": "PUT", "path": "/items/a"}) == {"method": "PUT", "path": "/items/a"}


# --- Over the control API -------------------------------------------------------------------------


@pytest.fixture
def ask(journal):
    admission = Admission([OpenDatabase(Database("db", "s3cret-token"), Service)])
    control = Control(expect.routes(admission, journal), "localhost")

    def answer(body, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        said = control.answer("POST", b"/_mock/expect", "localhost", headers, raw, 1.0)
        return said.status, json.loads(said.value)

    return answer


def test_it_answers_200_when_met_and_409_when_not(ask, journal):
    purchase(journal, 2)
    status, met = ask({"operation": "AddPurchase", "params": {"amount": {"$gte": 2}}, "count": 1})
    assert (status, met["met"], met["matched"], met["nearest"]) == (200, True, 1, [])
    status, unmet = ask({"operation": "AddPurchase", "params": {"amount": 3}, "atLeast": 1})
    assert (status, unmet["met"], unmet["matched"], unmet["asked"]) == (409, False, 0, 1)
    assert unmet["nearest"] == [{"seq": 1, "at": None, "differs": ["amount: expected 3, was 2"]}]


def test_one_database_can_be_meant(ask, journal):
    purchase(journal, database="db")
    purchase(journal, database="other")
    for database, count in (("db", 1), ("other", 1), ("none", 0)):
        assert ask({"operation": "AddPurchase", "database": database, "count": count})[0] == 200
    assert ask({"operation": "AddPurchase", "count": 2})[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        [],
        {},
        {"operation": "Nope"},
        {"operation": "AddPurchase", "atleast": 1},
        {"operation": "AddPurchase", "count": -1},
        {"operation": "AddPurchase", "count": True},
        {"operation": "AddPurchase", "params": []},
        {"operation": "AddPurchase", "params": {"amount": {"$gt": None}}},
        {"operation": "AddPurchase", "inBatches": 1},
        {"operation": "AddPurchase", "status": []},
        {"operation": 3},
    ],
)
def test_what_makes_no_sense_is_refused_with_400(ask, body):
    status, said = ask(body)
    assert status == 400
    assert said["message"]


def test_no_token_is_shown(ask, journal):
    write(journal, "AddPurchase", "/purchases/", {"userId": "s3cret-token"})
    _, said = ask({"operation": "AddPurchase", "params": {"userId": "u"}})
    assert "s3cret" not in json.dumps(said)
    assert "***" in said["explanation"]


def test_pages_of_other_origins_are_refused(ask):
    assert ask({"operation": "AddPurchase"}, Origin="https://evil.example")[0] == 403


def test_batches_are_expected_by_their_own_parameters(journal):
    write(journal, "Batch", "/batch/", {"requests": [], "distinctRecomms": True})
    assert expected_of(Batch, {"distinct_recomms": True})[1] == {"distinctRecomms": True}
    assert outcome(journal, "Batch", {"distinctRecomms": True}, count=1).met
