"""Sessions: what was shown is remembered, but not without bounds."""

import json
import tracemalloc
import uuid

import pytest

from recombee_mock.store.served import CONTINUABLE_FOR, Served


def start(table, shown, *, user="u", now=100.0, seed=0, **params):
    return table.start(
        "RecommendItemsToUser", "item", params, user, list(shown), now=now, seed=seed
    )


def test_an_answer_is_found_by_its_id():
    table = Served()
    session = start(table, "ab", count=2)
    assert table.get(session.id) is session
    assert (session.asked(), session.shown, session.calls) == ({"count": 2}, ["a", "b"], 0)
    assert table.get(str(uuid.uuid4())) is None


def test_ids_are_uuids_that_never_come_twice():
    table = Served()
    ids = [start(table, "").id for _ in range(50)]
    table.clear()
    ids += [start(table, "").id for _ in range(50)]
    assert len(set(ids)) == 100
    assert [str(uuid.UUID(one)) for one in ids] == ids


def test_the_same_beginning_gives_the_same_ids_and_another_seed_gives_others():
    first = [start(Served(), "", seed=seed).id for seed in (1, 1, 2)]
    assert (first[0] == first[1], first[0] == first[2]) == (True, False)


def test_an_answer_is_open_for_half_an_hour_after_it_was_last_continued():
    table = Served()
    session = start(table, "ab", now=100.0)
    assert session.open_at(100.0 + CONTINUABLE_FOR)
    assert not session.open_at(100.1 + CONTINUABLE_FOR)
    table.go_on(session, ["c"], 1000.0)
    assert session.open_at(1000.0 + CONTINUABLE_FOR)
    assert (session.calls, session.shown) == (1, ["a", "b", "c"])


def test_each_thing_knows_when_it_was_shown():
    table = Served()
    session = start(table, "ab", now=1.0)
    table.go_on(session, "c", 2.0)
    table.go_on(session, "", 3.0)
    assert list(session.moments()) == [("a", 1.0), ("b", 1.0), ("c", 2.0)]


def test_there_are_never_more_sessions_than_allowed():
    table = Served(sessions=3)
    ids = [start(table, "a", user=f"u{number}").id for number in range(5)]
    assert [table.get(one) is not None for one in ids] == [False, False, True, True, True]
    assert [len(table.latest(f"u{number}")) for number in range(5)] == [0, 0, 1, 1, 1]


def test_a_continued_session_outlives_older_ones():
    table = Served(sessions=2)
    first, second = start(table, "a"), start(table, "b")
    table.go_on(first, "c", 200.0)
    start(table, "d")
    assert (table.get(first.id) is first, table.get(second.id)) == (True, None)


def test_a_user_has_no_more_than_a_number_of_sessions():
    table = Served(per_user=2)
    ids = [start(table, "a").id for _ in range(3)]
    assert [session.id for session in table.latest("u")] == [ids[2], ids[1]]
    assert [session.id for session in table.latest("u", 1)] == [ids[2]]
    assert table.get(ids[0]) is None


def test_long_answers_take_the_place_of_many():
    table = Served(weight=100)
    sessions = [start(table, map(str, range(40))) for _ in range(3)]
    assert [table.get(one.id) is not None for one in sessions] == [False, True, True]
    table.go_on(sessions[2], map(str, range(500)), 200.0)
    assert [table.get(one.id) for one in sessions] == [None, None, None]
    assert table.dump()["sessions"] == []


def test_the_sessions_of_a_deleted_user_are_forgotten():
    table = Served()
    mine, other = start(table, "a"), start(table, "a", user="v")
    table.forget_user("u")
    table.forget_user("nobody")
    assert (table.get(mine.id), table.get(other.id)) == (None, other)


def test_dumped_and_loaded_it_goes_on_as_before():
    table = Served()
    session = start(table, "ab", count=2, filter="'a' > 1")
    table.go_on(session, "c", 150.0)
    start(table, "d", user=None)
    copy = Served()
    copy.load(json.loads(json.dumps(table.dump())))
    assert copy.dump() == table.dump()
    assert copy.get(session.id) == session
    assert start(copy, "e", now=200.0).id == start(table, "e", now=200.0).id


def test_what_changed_is_given_once_and_can_be_restored():
    table, copy = Served(), Served()
    session = start(table, "ab")
    start(table, "x", user="v")
    rows = table.changed()
    assert (len(rows), table.changed()) == (2, [])
    copy.restore(json.loads(json.dumps(rows)))
    table.go_on(session, "c", 150.0)
    rows = table.changed()
    assert [row[0] for row in rows] == [session.id]
    copy.restore(json.loads(json.dumps(rows)))
    assert copy.get(session.id) == session
    assert copy.changed() == []
    assert start(copy, "e").id == start(table, "e").id


def test_what_was_forgotten_has_not_changed():
    table = Served(sessions=1)
    start(table, "a")
    kept = start(table, "b")
    assert [row[0] for row in table.changed()] == [kept.id]


@pytest.mark.parametrize("distinct", [True, False])
def test_a_batch_leaves_nothing_behind(distinct):
    table = Served()

    def fail_in_a_batch():
        with table.batch(distinct=distinct):
            assert (table.distinct is not None, table.sources) == (distinct, {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_a_batch()
    assert (table.distinct, table.sources) == (None, None)


def test_a_session_takes_no_more_room_than_it_says():
    # What orjson gives back keeps the 4 KiB that it was written into.
    table = Served()
    tracemalloc.start()
    for _ in range(500):
        start(table, "", count=5)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken / 500 < 1_000
