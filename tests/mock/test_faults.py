"""Faults as data: whom they meet, how often, and that a run repeats exactly."""

import json
import re
from random import Random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recombee_mock.control import faults as room
from recombee_mock.control.api import Control
from recombee_mock.faults.batch_items import put_in, take_out
from recombee_mock.faults.delay import MOST, Delay, delay_from_json
from recombee_mock.faults.effects import Item, Latency, Reset, Skew, Slow, Status, Truncate
from recombee_mock.faults.plan import Plan
from recombee_mock.faults.rule import Rule, rule_from_json
from recombee_mock.faults.table import Faults
from recombee_mock.fields import FieldError

NOW = 1_700_000_000.0
VIEW = ("POST", b"/shop/detailviews/?hmac_timestamp=1&hmac_sign=ff")


@pytest.fixture
def faults():
    return Faults()


def add(faults, effect=None, **scope):
    return faults.add(Rule(effect=effect or Status(503), **scope), NOW)


def met(faults, method="POST", target=VIEW[1], now=NOW):
    return faults.plan(method, target, now) is not None


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, True),
        ({"database": "shop"}, True),
        ({"database": "video"}, False),
        ({"method": "POST"}, True),
        ({"method": "GET"}, False),
        ({"path": "/detailviews/"}, True),
        ({"path": "/detail*"}, True),
        ({"path": "*views/"}, True),
        ({"path": "/detailviews"}, False),
        ({"path": "/items/*"}, False),
        ({"operations": ("AddDetailView",)}, True),
        ({"operations": ("AddPurchase", "AddDetailView")}, True),
        ({"operations": ("AddPurchase",)}, False),
        ({"auth": "private"}, True),
        ({"auth": "public"}, False),
    ],
)
def test_a_rule_meets_what_is_in_its_scope(faults, scope, expected):
    add(faults, **scope)
    assert met(faults) is expected


def test_a_request_of_a_browser_is_told_by_its_signature(faults):
    add(faults, auth="public")
    assert met(faults, target=b"/shop/detailviews/?frontend_timestamp=1&frontend_sign=ff")


def test_paths_are_compared_decoded(faults):
    add(faults, path="/items/john@x.com", database="my:shop")
    assert met(faults, "PUT", b"/my%3Ashop/items/john%40x.com")


def test_the_first_ones_may_pass(faults):
    add(faults, after=2)
    assert [met(faults) for _ in range(4)] == [False, False, True, True]


def test_it_may_meet_only_so_many(faults):
    add(faults, after=1, count=2)
    assert [met(faults) for _ in range(5)] == [False, True, True, False, False]


def test_it_may_live_only_for_a_while(faults):
    add(faults, lasts=5.0)
    assert [met(faults, now=NOW + late) for late in (0, 4.9, 5, 60)] == [True, True, False, False]


def test_its_chance_repeats_with_its_seed():
    def run(seed):
        faults = Faults()
        add(faults, probability=0.5, seed=seed)
        return [met(faults) for _ in range(64)]

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert 16 < sum(run(1)) < 48


def test_rules_of_one_seed_do_not_agree(faults):
    one, other = add(faults, probability=0.5), add(faults, probability=0.5)
    both = [(one.hits, other.hits) for _ in range(64) if met(faults) or True]
    assert any(a != b for a, b in both)


def test_requests_out_of_scope_do_not_use_up_chance():
    def run(noise):
        faults = Faults()
        add(faults, probability=0.5, method="POST")
        return [(noise and met(faults, "GET"), met(faults))[1] for _ in range(32)]

    assert run(noise=True) == run(noise=False)


def test_several_rules_add_up(faults):
    add(faults, Latency(Delay("fixed", 2.0)))
    add(faults, Latency(Delay("fixed", 3.0)))
    add(faults, Latency(Delay("fixed", 1.0), "before"))
    add(faults, Status(503))
    add(faults, Status(429, retry_after=2))
    plan = faults.plan(*VIEW, NOW)
    assert (plan.wait_after, plan.wait_before, plan.refused.status) == (5.0, 1.0, 503)
    assert plan.name == "latency+latency+latency+status+status"


def test_erasing_spares_the_reset_itself(faults):
    faults.add(rule_from_json({"effect": {"kind": "erasing"}}), NOW)
    assert met(faults, "GET", b"/shop/items/list/")
    assert met(faults, "POST", b"/shop/batch/")
    assert not met(faults, "DELETE", b"/shop/")


def test_faults_of_a_database_go_with_it(faults):
    add(faults, database="shop")
    add(faults, database="video")
    faults.forget("shop")
    assert [one.rule.database for one in faults.armed.values()] == ["video"]


DELAYS = st.one_of(
    st.builds(Delay, st.just("fixed"), st.floats(0, MOST)),
    st.builds(
        lambda low, more: Delay("uniform", low, low + more), st.floats(0, 100), st.floats(0, 100)
    ),
    st.builds(Delay, st.sampled_from(["normal", "lognormal"]), st.floats(0, MOST), st.floats(0, 9)),
    st.builds(Delay, st.just("exponential"), st.floats(0, MOST), most=st.floats(0, MOST)),
)


@given(DELAYS, st.integers(0, 99))
def test_a_delay_is_bounded_whatever_it_is_drawn_from(delay, seed):
    assert 0 <= delay.draw(Random(seed)) <= delay.most <= MOST


@given(DELAYS)
def test_a_delay_survives_json(delay):
    text = json.loads(json.dumps(delay.to_json()))
    assert delay_from_json(text, "delay") == attrs.evolve(delay)


def test_a_number_is_a_fixed_delay():
    assert delay_from_json(0.2, "delay") == Delay("fixed", 0.2)


EFFECTS = st.one_of(
    st.builds(Latency, DELAYS, st.sampled_from(["before", "after"])),
    st.builds(Reset, st.sampled_from(["before", "after"])),
    st.builds(Truncate, st.floats(0, 0.9)),
    st.builds(Slow, st.floats(1, 1e6), st.floats(0, MOST)),
    st.builds(Skew, st.floats(-1e6, 1e6)),
    st.builds(
        Status,
        st.sampled_from([200, 429, 500, 503, 599]),
        st.one_of(st.none(), st.dictionaries(st.text(), st.integers())),
        st.one_of(st.none(), st.floats(0, 100), st.just("Wed, 21 Oct 2015 07:28:00 GMT")),
    ),
    st.builds(Item, position=st.one_of(st.none(), st.integers(0, 9)), probability=st.floats(0, 1)),
)


@given(
    st.builds(
        Rule,
        effect=EFFECTS,
        id=st.sampled_from(["", "slow-adds"]),
        operations=st.lists(st.sampled_from(["AddItem", "Batch"])).map(tuple),
        path=st.sampled_from([None, "/items/*"]),
        probability=st.floats(0, 1),
        count=st.one_of(st.none(), st.integers(1, 9)),
        lasts=st.one_of(st.none(), st.floats(0, 99)),
        seed=st.integers(0, 2**53),
    )
)
def test_a_rule_survives_json(rule):
    text = rule.to_json()
    assert rule_from_json(json.loads(json.dumps({**text, "id": rule.id or None}))) == rule


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, "effect is missing"),
        ({"effect": "reset"}, "effect must be an object"),
        ({"effect": {"kind": "rest"}}, "effect.kind must be one of status, latency"),
        ({"effect": {"kind": "rest"}}, "did you mean reset?"),
        ({"effect": {"kind": "status"}}, "effect.status is missing"),
        ({"effect": {}}, "effect.kind is missing; it is one of status, latency"),
        ({"effect": {"kind": "latency", "dely": 1}}, "effect.delay is missing; dely is not known"),
        ({"effect": {"kind": "reset"}, "operation": "AddPurchas"}, "did you mean AddPurchase?"),
        ({"effect": {"kind": "item", "operation": "AddItm"}}, "did you mean AddItem?"),
        ({"effect": {"kind": "status", "status": 99}}, "a whole number from 200 to 599"),
        ({"effect": {"kind": "status", "status": 204}}, "whose answers have a body"),
        ({"effect": {"kind": "status", "status": 429, "retryAfter": "a\r\nb"}}, "an HTTP date"),
        ({"effect": {"kind": "latency", "delay": 301}}, "effect.delay.seconds must be a number"),
        ({"effect": {"kind": "latency", "delay": {"kind": "normal", "mean": 1}}}, "deviation"),
        (
            {"effect": {"kind": "latency", "delay": {"kind": "uniform", "from": 2, "to": 1}}},
            "effect.delay.from must not be greater",
        ),
        ({"effect": {"kind": "reset", "when": "later"}}, "effect.when must be one of before"),
        ({"effect": {"kind": "truncate", "keep": 1}}, "effect.keep must be a number from 0 to"),
        ({"effect": {"kind": "slow", "bytesPerSecond": 0}}, "bytesPerSecond must be a number of 1"),
        ({"effect": {"kind": "reset"}, "probabilty": 1}, "did you mean probability?"),
        ({"effect": {"kind": "reset"}, "probability": 2}, "from 0 to 1"),
        ({"effect": {"kind": "reset"}, "count": 0}, "count must be a whole number of 1 or more"),
        ({"effect": {"kind": "reset"}, "id": "a b"}, "id has 1 to 64 letters"),
        ({"effect": {"kind": "reset"}, "path": "shop/items"}, "path starts with / or *"),
        ({"effect": {"kind": "reset"}, "operation": 5}, "operation must be a request class"),
        ({"effect": {"kind": "clock", "skew": float("inf")}}, "effect.skew must be"),
    ],
)
def test_a_mistake_in_a_rule_is_named(rule, words):
    with pytest.raises(FieldError, match=re.escape(words)):
        rule_from_json(rule)


# --- Failing items -------------------------------------------------------------------------------


def batch(*paths):
    return json.dumps(
        {"requests": [{"method": "PUT", "path": path} for path in paths], "distinctRecomms": True}
    ).encode()


def taken(body, effect):
    plan = Plan()
    effect.add_to(plan, Random(1))
    left, failures = take_out(body, False, plan.spoils)
    return json.loads(left), {at: json.loads(answer) for at, answer in failures.items()}


def test_an_item_is_taken_out_by_its_place():
    left, failures = taken(batch("/items/a", "/items/b"), Item(409, "No!", position=1))
    assert left == {
        "requests": [{"method": "PUT", "path": "/items/a"}],
        "distinctRecomms": True,
    }
    assert failures == {1: {"code": 409, "json": {"statusCode": 409, "error": "No!"}}}


def test_an_item_is_taken_out_by_its_request_class():
    _, failures = taken(batch("/items/a", "/users/b?x=1", "/users/c"), Item(operation="AddUser"))
    assert list(failures) == [1]


def test_as_many_items_fail_as_wanted():
    body = batch(*(f"/items/{at}" for at in range(100)))
    assert list(taken(body, Item(items=3))[1]) == [0, 1, 2]
    _, failures = taken(body, Item(items=100, probability=0.5))
    assert 20 < len(failures) < 80


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"requests": 5}', b'{"requests": [5, {}]}'])
def test_what_is_no_batch_is_left_to_the_service(body):
    plan = Plan()
    Item(operation="AddItem").add_to(plan, Random(1))
    assert take_out(body, False, plan.spoils) == (body, {})


def test_answers_are_put_back_at_their_places():
    failures = {0: b'"a"', 2: b'"c"', 4: b'"e"'}
    assert json.loads(put_in(b'["b","d"]', failures)) == ["a", "b", "c", "d", "e"]


# --- The control API -----------------------------------------------------------------------------


@pytest.fixture
def ask(faults):
    control = Control(room.routes(faults), "localhost")

    def answer(line, body=None):
        method, _, target = line.partition(" ")
        raw = b"" if body is None else json.dumps(body).encode()
        said = control.answer(method, target.encode(), "localhost", {}, raw, NOW)
        return said.status, json.loads(said.value)

    return answer


def test_a_fault_is_ordered_listed_and_taken_away(ask, faults):
    status, made = ask("POST /_mock/faults", {"effect": {"kind": "reset"}, "database": "shop"})
    assert (status, made["id"], made["hits"], made["over"]) == (201, "fault-1", 0, False)
    assert met(faults)
    assert ask("GET /_mock/faults/fault-1") == (200, {**made, "seen": 1, "hits": 1})
    assert ask("GET /_mock/faults")[1]["faults"] == [{**made, "seen": 1, "hits": 1}]
    assert ask("DELETE /_mock/faults/fault-1") == (200, {"status": "ok"})
    assert ask("GET /_mock/faults") == (200, {"faults": []})
    assert not faults.armed


def test_all_faults_are_taken_away_at_once(ask, faults):
    for _ in range(3):
        ask("POST /_mock/faults", {"effect": {"kind": "reset"}})
    assert ask("DELETE /_mock/faults") == (200, {"status": "ok"})
    assert not faults.armed


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_fault_that_is_not_there_is_404(ask, method):
    ask("POST /_mock/faults", {"id": "slow", "effect": {"kind": "reset"}})
    status, told = ask(f"{method} /_mock/faults/fast")
    assert (status, told["message"]) == (404, "There is no such fault; there are: slow")


def test_a_name_belongs_to_one_fault(ask):
    rule = {"id": "slow", "effect": {"kind": "reset"}}
    assert [ask("POST /_mock/faults", rule)[0] for _ in range(2)] == [201, 409]


def test_a_wrong_fault_is_400_and_not_ordered(ask, faults):
    status, told = ask("POST /_mock/faults", {"effect": {"kind": "rest"}})
    assert (status, "did you mean reset?" in told["message"]) == (400, True)
    assert not faults.armed


def test_the_number_of_faults_is_bounded(ask, monkeypatch):
    monkeypatch.setattr("recombee_mock.faults.table.MOST_RULES", 1)
    answers = [ask("POST /_mock/faults", {"effect": {"kind": "reset"}})[0] for _ in range(2)]
    assert answers == [201, 409]
