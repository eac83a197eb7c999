"""The audit objects to what is planted, and to nothing else."""

from collections import Counter

import pytest

from .audit import DOUBLED, LOST, OUT_OF_ORDER, UNEXPLAINED, WRONG, Audit
from .book import Carried
from .load import Fate, Mark, Writer, make_load

NOW = 1_767_607_200.0


def batch(*marks, failed=(), code=200):
    """A batch in which some failed by themselves, and the others were done."""
    done = tuple((mark, code) for mark in marks if mark not in failed)
    return Carried(tuple(marks), done)


def perfect(load):
    """What happens where nothing goes wrong, every event in a batch of its own."""
    events = {sent.key: sent for sent in load}.values()
    arriving = [sent for sent in events if sent.fate is Fate.ARRIVES]
    return {
        "carried": [batch(*sent.marks) for sent in arriving],
        "letters": {sent.key: "no good" for sent in events if sent.fate is Fate.LETTER},
        "held": Counter(
            mark.item for sent in arriving if sent.stays for mark in sent.marks if mark.item
        ),
    }


def found(load, **differently):
    """What the audit objects to, by kind, and what it counted."""
    findings = Audit(load, **{**perfect(load), **differently}).run()
    objections = {kind: findings.counts[kind] for kind in WRONG if findings.counts[kind]}
    assert sum(objections.values()) == len(findings.objections)
    return objections, findings.counts


@pytest.fixture
def views():
    """Three events of one user."""
    writer = Writer("l", NOW)
    return [writer.view("u") for _ in range(3)]


def test_where_nothing_goes_wrong_it_objects_to_nothing():
    load = make_load(1, NOW)
    objections, counts = found(load)
    assert objections == {}
    fates = Counter(sent.fate for sent in {sent.key: sent for sent in load}.values())
    assert {fate: counts[fate.value] for fate in Fate} == fates
    assert all(fates[fate] for fate in Fate)


def test_a_seed_makes_the_same_events_again():
    assert make_load(1, NOW) == make_load(1, NOW) != make_load(2, NOW)


def test_some_events_come_twice():
    keys = Counter(sent.key for sent in make_load(1, NOW))
    assert max(keys.values()) > 1


def test_an_event_that_was_not_done_is_lost(views):
    a, b, c = views
    assert found(views, carried=[batch(*a.marks), batch(*c.marks)])[0] == {LOST: 1}
    again = batch(*b.marks, code=409)
    assert found(views, carried=[batch(*a.marks), again, batch(*c.marks)])[0] == {LOST: 1}


def test_an_event_of_which_a_part_was_not_done_is_lost():
    order = Writer("l", NOW).order("u")
    assert found([order], carried=[batch(*order.marks[:2])])[0] == {LOST: 1}


def test_what_the_service_no_longer_holds_is_lost(views):
    assert found(views, held=Counter({"l-i1": 1, "l-i2": 1}))[0] == {LOST: 1}


def test_a_refused_event_without_a_dead_letter_or_a_reason_is_lost():
    load = [Writer("l", NOW).with_blanks("u")]
    assert found(load, letters={})[0] == {LOST: 1}
    assert found(load, letters={load[0].key: ""})[0] == {LOST: 1}


def test_an_event_that_was_done_twice_is_doubled(views):
    assert found(views, carried=[batch(*sent.marks) for sent in [*views, views[1]]])[0] == {
        DOUBLED: 1
    }


def test_what_the_service_holds_twice_is_doubled(views):
    held = Counter({"l-i1": 1, "l-i2": 2, "l-i3": 1})
    assert found(views, held=held)[0] == {DOUBLED: 1}


def test_what_is_sent_again_and_refused_as_there_already_is_counted_only(views):
    again = batch(*views[0].marks, code=409)
    objections, counts = found(views, carried=[*perfect(views)["carried"], again])
    assert (objections, counts["sent again, there already"]) == ({}, 1)


def test_a_later_event_that_was_done_first_is_out_of_order(views):
    a, b, c = (batch(*sent.marks) for sent in views)
    assert found(views, carried=[b, a, c])[0] == {OUT_OF_ORDER: 1}
    assert found(views, carried=[c, b, a])[0] == {OUT_OF_ORDER: 3}


def test_within_a_batch_the_order_counts_too(views):
    a, b, c = (sent.marks[0] for sent in views)
    assert found(views, carried=[batch(b, a, c)])[0] == {OUT_OF_ORDER: 1}


def test_events_of_different_users_have_no_order():
    writer = Writer("l", NOW)
    load = [writer.view("u"), writer.view("v")]
    assert found(load, carried=[batch(*sent.marks) for sent in reversed(load)])[0] == {}


def test_what_failed_by_itself_in_a_batch_may_be_done_after_what_was_behind_it(views):
    a, b, c = (sent.marks[0] for sent in views)
    objections, counts = found(views, carried=[batch(a, b, c, failed=[a]), batch(a)])
    assert objections == {}
    assert counts["done after one behind it in the same batch"] == 2


def test_what_failed_in_another_batch_may_not(views):
    a, b, c = (sent.marks[0] for sent in views)
    assert found(views, carried=[batch(a, b, failed=[a, b]), batch(c), batch(a, b)])[0] == {
        OUT_OF_ORDER: 2
    }


def test_nor_what_came_behind_in_the_same_batch(views):
    a, b, c = (sent.marks[0] for sent in views)
    assert found(views, carried=[batch(b, a, c, failed=[a]), batch(a)])[0] == {OUT_OF_ORDER: 1}


def test_an_alias_keeps_the_order_of_both_its_users():
    writer = Writer("l", NOW)
    load = [writer.view("a"), writer.alias("a", "u"), writer.view("u")]
    view, alias, after = (batch(*sent.marks) for sent in load)
    assert found(load, carried=[alias, view, after])[0] == {OUT_OF_ORDER: 1}
    assert found(load, carried=[view, after, alias])[0] == {OUT_OF_ORDER: 1}


def test_what_goes_to_another_user_than_it_should_is_lost_and_unexplained(views):
    wrong = views[0].marks[0]._replace(user="v")
    carried = [batch(wrong), *perfect(views)["carried"][1:]]
    assert found(views, carried=carried)[0] == {LOST: 1, UNEXPLAINED: 1}


def test_an_erased_event_that_arrives_is_unexplained():
    late = Writer("l", NOW).view("u", fate=Fate.ERASED)
    carried = [batch(*late.marks)]
    held = Counter({late.marks[0].item: 1})
    assert found([late], carried=carried, held=held)[0] == {UNEXPLAINED: 2}


def test_an_event_that_is_given_up_for_no_fault_of_its_own_is_unexplained(views):
    letters = {views[0].key: "it failed too often"}
    carried = perfect(views)["carried"][1:]
    held = Counter({"l-i2": 1, "l-i3": 1})
    objections, _ = found(views, letters=letters, carried=carried, held=held)
    assert objections == {LOST: 1, UNEXPLAINED: 1}


def test_what_nobody_sent_is_unexplained(views):
    carried = [*perfect(views)["carried"], batch(Mark("DELETE", "/users/u"))]
    letters = {"stranger": "no good"}
    assert found(views, carried=carried, letters=letters)[0] == {UNEXPLAINED: 2}
