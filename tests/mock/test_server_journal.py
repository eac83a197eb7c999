"""The journal: bounded, cheap to write, clean to read."""

import pytest

from recombee_mock.seeing.journal import Journal


def write(journal, count=1, body=b"", database="db", target=b"/db/items/a"):
    for _ in range(count):
        journal.record(1.5, "GET", target, "host", database, "AddItem", 200, "private", body)


def test_entries_are_numbered_from_one():
    journal = Journal()
    write(journal, 3)
    assert [entry.seq for entry in journal.entries()] == [1, 2, 3]


def test_only_the_newest_are_kept():
    journal = Journal(size=3)
    write(journal, 10)
    assert [entry.seq for entry in journal.entries()] == [8, 9, 10]


def test_a_long_body_is_cut_off_and_says_so():
    journal = Journal(body_limit=4)
    write(journal, body=b"123456")
    [entry] = journal.entries()
    assert (entry.body, entry.body_size, entry.body_truncated) == ("1234", 6, True)


def test_all_bodies_together_are_bounded():
    journal = Journal(bodies_limit=100)
    write(journal, 50, body=b"x" * 10)
    assert [entry.seq for entry in journal.entries()] == list(range(41, 51))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"since": 3}, [4, 5]),
        ({"limit": 2}, [1, 2]),
        ({"since": 1, "limit": 2}, [2, 3]),
        ({"limit": 0}, []),
        ({"since": 99}, []),
    ],
)
def test_a_page_is_chosen_by_number(choice, expected):
    journal = Journal()
    write(journal, 5)
    assert [entry.seq for entry in journal.entries(**choice)] == expected


def test_entries_of_one_database_can_be_read_and_forgotten():
    journal = Journal()
    write(journal, database="a", body=b"12")
    write(journal, database="b", body=b"34")
    assert [entry.seq for entry in journal.entries(database="b")] == [2]
    journal.forget("a")
    assert [entry.seq for entry in journal.entries()] == [2]


def test_clearing_keeps_the_count():
    journal = Journal()
    write(journal, 2)
    journal.clear()
    write(journal)
    assert [entry.seq for entry in journal.entries()] == [3]


def test_forgetting_gives_room_back():
    journal = Journal(bodies_limit=10)
    write(journal, database="a", body=b"x" * 8)
    journal.forget("a")
    write(journal, 5, body=b"xx")
    assert len(journal) == 5


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"note": "my-secret-token"}', '{"note": "***"}'),
        (b'{"path": "/x?hmac_sign=00ff&a=1"}', '{"path": "/x?hmac_sign=***&a=1"}'),
        (b"/x%3Ffrontend_sign%3D00ff%26a", "/x%3Ffrontend_sign%3D***%26a"),
        (b'{"hmac_sign": "00ff"}', '{"hmac_sign": "***"}'),
        (b'{"design": "a-sign"}', '{"design": "a-sign"}'),
    ],
)
def test_secrets_are_blanked_out_wherever_they_turn_up(body, shown):
    journal = Journal()
    write(journal, body=body, target=b"/db/" + body)
    [entry] = journal.entries(secrets=["my-secret-token", "my"])
    assert (entry.body, entry.target) == (shown, f"/db/{shown}")
