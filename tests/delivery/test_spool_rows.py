"""Many rows in few statements."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from aiorecombee.delivery.ledger import MOST_HOPS, Aliased, Deleted, Ledger
from aiorecombee.delivery.spool import facts, taking
from aiorecombee.delivery.spool.rows import MOST_ROWS, lane_number, lane_numbers, with_rows
from aiorecombee.delivery.spool.schema import TABLES
from aiorecombee.delivery.spool.state import first_state


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for statement in TABLES:
            db.execute(statement)
        first_state(db, 86_400.0)
        yield db


@pytest.mark.parametrize("count", [0, 1, 2, 3, MOST_ROWS - 1, MOST_ROWS, MOST_ROWS + 1, 700])
def test_any_number_of_rows_is_written_once_each(db: sqlite3.Connection, count: int) -> None:
    rows = [(number, -number) for number in range(count)]
    with_rows(db, "INSERT INTO queued {}", rows)
    assert db.execute("SELECT lane, number FROM queued").fetchall() == rows


def test_what_a_statement_finds_for_any_of_the_rows_is_given(db: sqlite3.Connection) -> None:
    with_rows(db, "INSERT INTO queued {}", [(number, number) for number in range(700)])
    asked = [(number,) for number in range(0, 1_400, 2)]
    found = with_rows(db, "SELECT number FROM queued WHERE lane IN ({})", asked)
    assert found == [(number,) for number in range(0, 700, 2)]


def test_only_the_settled_items_leave_their_lanes(db: sqlite3.Connection) -> None:
    with_rows(db, "INSERT INTO queued {}", [(1, 10), (1, 11), (2, 10), (2, 11)])
    with_rows(db, taking.LEAVE, [(1, 10), (2, 11)])
    assert db.execute("SELECT lane, number FROM queued").fetchall() == [(1, 11), (2, 10)]


def test_leaving_a_lane_looks_at_no_other_items(db: sqlite3.Connection) -> None:
    rows = [(1, 10), (2, 11)]
    plan = with_rows(db, f"EXPLAIN QUERY PLAN {taking.LEAVE}", rows)
    assert [step for *_, step in plan if "queued" in step] == [
        "SEARCH queued USING PRIMARY KEY (lane=? AND number=?)"
    ]


def test_lanes_that_are_named_twice_have_one_number() -> None:
    assert lane_numbers("a", None) == (lane_number("a"),)
    assert lane_numbers("a", '["b", "a"]') == (lane_number("a"), lane_number("b"))


def test_facts_of_a_thousand_users_are_those_that_were_learnt(db: sqlite3.Connection) -> None:
    aliases = [Aliased(f"anon-{number}", f"user-{number}", 1.0) for number in range(0, 1_000, 3)]
    deletions = [Deleted(f"user-{number}", 2.0) for number in range(0, 1_000, 7)]
    facts.keep(db, 3.0, [*aliases, *deletions])
    named = [f"anon-{number}" for number in range(1_000)]
    reached = {alias.user_id for alias in aliases}
    assert facts.known(db, named) == Ledger(
        {alias.previous_id: alias for alias in aliases},
        {one.user_id: one for one in deletions if one.user_id in reached},
    )


def test_users_that_became_each_other_are_read_once(db: sqlite3.Connection) -> None:
    there, back = Aliased("a", "b", 1.0), Aliased("b", "a", 2.0)
    facts.keep(db, 3.0, [there, back])
    assert facts.known(db, ["a", "b"]) == Ledger({"a": there, "b": back}, {})


def test_a_chain_is_read_until_a_user_is_lost(db: sqlite3.Connection) -> None:
    rows = [(f"user-{number}", f"user-{number + 1}", 1.0) for number in range(2 * MOST_HOPS)]
    with_rows(db, "INSERT INTO alias {}", rows)
    assert len(facts.known(db, ["user-0"]).aliases) == MOST_HOPS + 2


@pytest.mark.parametrize("user", ["a\0b", "ü", "'", ""])
def test_a_user_of_any_name_is_known(db: sqlite3.Connection, user: str) -> None:
    facts.keep(db, 3.0, [Deleted("a", 1.0), Deleted(user, 2.0)])
    assert facts.known(db, [user]).deletions == {user: Deleted(user, 2.0)}
