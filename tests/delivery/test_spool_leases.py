"""Leases as rows of the file."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.delivery.spool import leases
from aiorecombee.delivery.spool.leases import Held
from aiorecombee.delivery.spool.schema import TABLES

LARGEST = 2**63 - 1


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(opened()) as db:
        yield db


def opened() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in TABLES:
        db.execute(statement)
    return db


def found(db: sqlite3.Connection, token: int) -> list[tuple[int, int]] | None:
    held = leases.find(db, token)
    return None if held is None else list(held.entries())


entries = st.lists(
    st.tuples(st.integers(0, LARGEST), st.integers(1, LARGEST)), min_size=1, max_size=20
)


@given(entries, st.sets(st.integers(0, 19)))
def test_a_lease_holds_what_was_not_settled(given_entries, positions):
    settled = {given_entries[at][1] for at in positions if at < len(given_entries)}
    with closing(opened()) as db:
        held = Held(*zip(*given_entries, strict=True))
        leases.add(db, 5, 60.0, held)
        assert found(db, 5) == given_entries
        leases.keep(db, 5, held.without(settled))
        left = [entry for entry in given_entries if entry[1] not in settled]
        assert found(db, 5) == (left or None)


def test_numbers_are_written_alike_on_all_machines(db, monkeypatch):
    leases.add(db, 1, 60.0, Held([1], [2]))
    packed = db.execute("SELECT lanes, numbers FROM lease").fetchone()
    assert packed == ((1).to_bytes(8, "little"), (2).to_bytes(8, "little"))
    other = {"little": "big", "big": "little"}[sys.byteorder]
    monkeypatch.setattr(leases.sys, "byteorder", other)
    # A machine of the other kind would find in memory what is written here turned round.
    assert found(db, 1) == [(1 << 56, 2 << 56)]


def test_what_others_lease_is_theirs_while_it_lasts(db):
    leases.add(db, 1, 50.0, Held([7, 8], [1, 1]))
    leases.add(db, 2, 60.0, Held([9], [2]))
    assert leases.lanes(db) == {7, 8, 9}
    assert leases.lanes(db, 50.0) == {9}
    assert leases.numbers(db, 0.0) == {1, 2}
    assert leases.numbers(db, 60.0) == set()


def test_leases_run_out_one_after_another(db):
    leases.add(db, 1, 60.0, Held([7], [1]))
    leases.add(db, 2, 50.0, Held([8], [2]))
    assert leases.outdated(db, 49.0) is None
    assert leases.outdated(db, 60.0) == 2
    leases.keep(db, 2, Held([], []))
    assert leases.outdated(db, 60.0) == 1
    leases.prolong(db, 1, 70.0)
    assert leases.outdated(db, 60.0) is None
