"""What is settled, what is counted, what is kept: whatever order verdicts come in."""

import json
import os
from collections import Counter
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aiorecombee import (
    AddDetailView,
    Answer,
    AuthenticationError,
    ConnectionFailedError,
    DeleteCartAddition,
    InvalidRequestError,
    MergeUsers,
    RequestTimeoutError,
    UnexpectedResponseError,
)
from aiorecombee.delivery.ledger import Aliased, Deleted, Ledger
from aiorecombee.delivery.replaying.account import Account
from aiorecombee.delivery.replaying.book import Book
from aiorecombee.delivery.replaying.checkpoint import Checkpoint, Fingerprint, Place, load, save
from aiorecombee.delivery.replaying.errors import CheckpointError, KeepingError
from aiorecombee.delivery.replaying.events import Event, Fate, Problem
from aiorecombee.delivery.replaying.finding import absolute
from aiorecombee.delivery.replaying.keeping import Keeper
from aiorecombee.delivery.replaying.pacing import Pace, Patience
from aiorecombee.delivery.replaying.rejects import Rejects, reject_lines
from aiorecombee.delivery.replaying.tally import Tally
from aiorecombee.delivery.replaying.verdicts import (
    UNSETTLED,
    Verdict,
    judge,
)
from aiorecombee.delivery.sent_again import is_worth_waiting, may_pass
from aiorecombee.delivery.spool import LedgerFile
from aiorecombee.errors import api_error

TRIES = 3
VIEW = AddDetailView("u", "i", timestamp=1)


VERDICTS = st.sampled_from([*sorted({*Verdict} - {Verdict.REJECTED}), UNSETTLED])


class AccountMachine(RuleBasedStateMachine):
    """Against a plain list of everything."""

    def __init__(self):
        super().__init__()
        self.account = Account(TRIES)
        self.events = []
        self.waiting = []
        self.tried = Counter()
        self.left = []

    @rule(requests=st.integers(0, 3), size=st.integers(0, 9))
    def take(self, requests, size):
        made = tuple(AddDetailView("u", "i", timestamp=1) for _ in range(requests))
        event = Event("f", len(self.events) + 1, 0, Fate.MAPPED, b"x" * size, made)
        event.waiting = requests
        self.account.take(event)
        self.events.append(event)
        self.waiting += made

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), verdict=VERDICTS)
    def note(self, data, verdict):
        at = data.draw(st.integers(0, len(self.waiting) - 1))
        request = self.waiting[at]
        self.tried[id(request)] += verdict is UNSETTLED
        final = verdict is not UNSETTLED or self.tried[id(request)] == TRIES
        assert self.account.note(request, verdict, "why") is final
        if final:
            del self.waiting[at]

    @rule()
    def settle(self):
        self.left += self.account.settled()

    @invariant()
    def nothing_is_lost_and_the_order_is_kept(self):
        assert [id(one) for one in self.account.outstanding()] == [id(one) for one in self.waiting]
        assert self.left == self.events[: len(self.left)]
        rest = self.events[len(self.left) :]
        assert len(self.account) == len(rest)
        assert self.account.held == sum(len(event.text) for event in rest)
        for event in self.events:
            verdicts = event.done + event.already_there + event.would_be_sent + len(event.problems)
            assert verdicts + event.waiting == len(event.requests)

    def teardown(self):
        self.settle()
        unsettled = (at for at, event in enumerate(self.events) if event.waiting)
        assert len(self.left) == next(unsettled, len(self.events))


TestAccount = AccountMachine.TestCase


# --- Verdicts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Answer(VIEW, 200, "ok"), Verdict.DONE),
        (Answer(VIEW, 409, error=api_error(409, "there", VIEW)), Verdict.ALREADY_THERE),
        (Answer(VIEW, 404, error=api_error(404, "no user", VIEW)), Verdict.REFUSED),
        (Answer(VIEW, 400, error=api_error(400, "bad", VIEW)), Verdict.REFUSED),
        (Answer(VIEW, 0, error=InvalidRequestError("bad ID")), Verdict.REFUSED),
        (Answer(VIEW, 503, error=api_error(503, "later", VIEW)), UNSETTLED),
        (Answer(VIEW, 429, error=api_error(429, "later", VIEW)), UNSETTLED),
        (Answer(VIEW, 0, error=RequestTimeoutError("silence")), UNSETTLED),
        (Answer(VIEW, 200, error=UnexpectedResponseError("what?")), UNSETTLED),
    ],
)
def test_an_answer_has_its_verdict(answer, verdict):
    assert judge(answer) is verdict


@pytest.mark.parametrize(
    ("request_", "status", "verdict"),
    [
        (DeleteCartAddition("u", "i"), 404, Verdict.ALREADY_THERE),
        (DeleteCartAddition("u", "i"), 409, Verdict.REFUSED),
        (MergeUsers("u", "anon", cascade_create=True), 404, Verdict.ALREADY_THERE),
        (MergeUsers("u", "anon"), 404, Verdict.REFUSED),
    ],
)
def test_what_is_gone_already_counts_as_deleted_and_as_merged(request_, status, verdict):
    assert judge(Answer(request_, status, error=api_error(status, "", request_))) is verdict


def test_only_what_may_pass_is_tried_again():
    passing = [ConnectionFailedError("x"), RequestTimeoutError("x"), UnexpectedResponseError("x")]
    passing += [api_error(status, "") for status in (408, 425, 429, 500, 502, 503, 504)]
    staying = [AuthenticationError(401, ""), *(api_error(status, "") for status in (400, 404, 413))]
    assert [may_pass(error) for error in passing + staying] == [True] * 10 + [False] * 4


def test_a_database_that_is_being_erased_is_waited_for():
    errors = [api_error(422, "erasing"), api_error(503, ""), api_error(400, "")]
    assert [is_worth_waiting(error) for error in errors] == [True, True, False]


# --- Numbers --------------------------------------------------------------------------------------

PROBLEMS = st.builds(
    Problem,
    st.sampled_from([Verdict.REJECTED, Verdict.REFUSED, Verdict.FAILED]),
    st.sampled_from(["", "Page - Viewed"]),
    st.sampled_from(["AddPurchase"]),
    st.text(max_size=8),
    st.just("mend it"),
)
COUNT = st.integers(0, 3)


@st.composite
def events(draw):
    event = Event("f", 1, 1, draw(st.sampled_from(list(Fate))), b"{}")
    event.done, event.already_there, event.untimed = draw(COUNT), draw(COUNT), draw(COUNT)
    event.problems = tuple(draw(st.lists(PROBLEMS, max_size=3)))
    return event


@given(st.lists(events(), max_size=20))
def test_every_event_and_request_is_counted_once_and_a_tally_survives_json(found):
    tally = Tally()
    for event in found:
        tally.count(event)

    real = [event for event in found if event.fate is not Fate.END]
    assert tally.read == len(real)
    assert tally.bad == tally.reasons.total() == sum(len(event.problems) for event in real)
    assert tally.requests[Verdict.DONE] == sum(event.done for event in real)
    assert tally.requests[Verdict.ALREADY_THERE] == sum(event.already_there for event in real)
    again = Tally.from_json(json.loads(json.dumps(tally.as_json())))
    assert again.as_json() == tally.as_json()


def test_reasons_that_differ_in_what_they_quote_are_one_and_their_number_is_bounded():
    tally = Tally()
    for number in range(2_000):
        said = f'User "u-{number}" is wrong {number}' if number % 2 else "x" * (number // 2)
        event = Event("f", 1, 1, Fate.MAPPED)
        event.problems = (Problem(Verdict.REFUSED, "", "AddRating", said, ""),)
        tally.count(event)

    assert tally.reasons["refused", "AddRating: User … is wrong …"] == 1_000
    assert len(tally.reasons) <= 501
    assert tally.bad == 2_000


# --- Rejects and checkpoints ----------------------------------------------------------------------


def rejected(fate, text, **more):
    problem = Problem(Verdict.REJECTED, "Page - Viewed", "", "no name", "Send one.")
    return Event("a.jsonl", 7, 99, fate, text, problems=(problem,), **more)


def test_a_reject_has_its_place_its_reason_and_the_event_as_it_stood():
    (line,) = reject_lines(rejected(Fate.MAPPED, b'{"n": 12345678901234567890123}'), "ab12")

    assert line.endswith(b'"event": {"n": 12345678901234567890123}}\n')
    found = json.loads(line)
    assert found.pop("event") == {"n": 12345678901234567890123}
    assert found == {
        "replay": "ab12",
        "file": "a.jsonl",
        "line": 7,
        "verdict": "rejected",
        "subscription": "Page - Viewed",
        "request": None,
        "reason": "no name",
        "remedy": "Send one.",
    }


def test_what_is_no_json_is_kept_as_text_and_what_failed_before_keeps_its_first_place():
    event = rejected(Fate.UNREADABLE, b"{\xff", where=("first.jsonl", 3))
    (line,) = map(json.loads, reject_lines(event, "ab12"))
    assert (line["file"], line["line"], line["event"], line["text"]) == (
        "first.jsonl",
        3,
        None,
        "{\ufffd",
    )


def test_rejects_are_appended_and_cut_back_to_where_a_checkpoint_was(tmp_path):
    path = str(tmp_path / "rejects.jsonl")
    first = Rejects(path)
    first.write(rejected(Fate.MAPPED, b"{}"))
    known, size = first.flush()
    first.write(rejected(Fate.MAPPED, b"{}"))
    first.close()

    second = Rejects(path, size, first.replay)
    assert second.flush() == (known, size)
    second.close()
    third = Rejects(path)
    third.write(rejected(Fate.MAPPED, b"{}"))
    assert third.flush() == (known, 2 * size)
    third.close()


def written(path, *known, count=1):
    """The rejects of a replay that was killed after so many of them."""
    rejects = Rejects(path, *known)
    for _ in range(count):
        rejects.write(rejected(Fate.MAPPED, b"{}"))
    rejects.close()
    return rejects.replay


@pytest.mark.parametrize("left", range(1, 40))
def test_what_somebody_was_killed_over_is_taken_back_and_spoils_no_line(tmp_path, left):
    file = tmp_path / "rejects.jsonl"
    replay = written(str(file))
    size = file.stat().st_size
    for known in [(size, replay), ()]:
        file.write_bytes(file.read_bytes()[:size] * 2)
        os.truncate(file, size + left)

        written(str(file), *known)

        lines = file.read_bytes().splitlines()
        whole = [line for line in lines if line.endswith(b"}")]
        assert (len(whole), len(lines)) == ((2, 2) if known else (2, 3))


def test_what_another_replay_has_appended_since_stays(tmp_path):
    path = str(tmp_path / "rejects.jsonl")
    one = written(path)
    size = (tmp_path / "rejects.jsonl").stat().st_size
    another = written(path)

    written(path, size, one)

    lines = (tmp_path / "rejects.jsonl").read_text().splitlines()
    assert [json.loads(line)["replay"] for line in lines] == [one, another, one]


def test_where_lines_of_its_own_cannot_be_taken_back_another_file_is_asked_for(tmp_path):
    path = str(tmp_path / "rejects.jsonl")
    one = written(path, count=2)
    written(path)
    before = (tmp_path / "rejects.jsonl").read_bytes()

    with pytest.raises(KeepingError, match=r"another replay has written .* with another file"):
        Rejects(path, len(before) // 3, one)

    assert (tmp_path / "rejects.jsonl").read_bytes() == before


@pytest.mark.parametrize("there", [b"", b"x" * 9])
def test_rejects_that_are_not_there_any_more_are_missed(tmp_path, there):
    (tmp_path / "rejects.jsonl").write_bytes(there)
    with pytest.raises(
        KeepingError, match=r"knows of 1,000 bytes, and \d are there; put them back"
    ):
        Rejects(str(tmp_path / "rejects.jsonl"), 1_000, "ab12")


def test_two_replays_cannot_write_to_the_same_file_at_once(tmp_path):
    path = str(tmp_path / "rejects.jsonl")
    first = Rejects(path)
    with pytest.raises(KeepingError, match="another replay is writing its rejects there"):
        Rejects(path)
    first.close()
    Rejects(path).close()


def test_rejects_are_on_the_disk_before_the_checkpoint_that_counts_them(tmp_path, monkeypatch):
    synced, sync = [], os.fsync

    def noted(descriptor):
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    monkeypatch.setattr("os.fsync", noted)
    rejects = Rejects(str(tmp_path / "rejects.jsonl"))
    places = {absolute("a.jsonl"): Place(Fingerprint(9, "ab"))}
    keeper = Keeper("shop", places, rejects=rejects, path=str(tmp_path / "replay.json"))
    keeper.keep(rejected(Fate.MAPPED, b"{}"))
    keeper.save()
    keeper.save()
    rejects.close()

    assert synced == ["rejects.jsonl", tmp_path.name, "replay.json.new", "replay.json.new"]
    assert load(str(tmp_path / "replay.json")).replay == rejects.replay


CHECKPOINT = Checkpoint(
    "shop",
    {"/a.gz": Place(Fingerprint(9, "ab"), 3, 8, finished=True)},
    Tally(),
    "/r.jsonl",
    5,
    "ab12",
)


def test_a_checkpoint_is_read_as_it_was_written(tmp_path):
    path = str(tmp_path / "replay.json")
    assert load(path) is None
    facts = (Aliased("a", "b", 5.5), Deleted("c", 6.0))
    for checkpoint in (CHECKPOINT, attrs.evolve(CHECKPOINT, facts=facts)):
        save(path, checkpoint)
        assert load(path) == checkpoint
    assert [file.name for file in tmp_path.iterdir()] == ["replay.json"]


def test_facts_are_in_the_checkpoint_first_and_then_in_the_ledger(tmp_path):
    def kept(number, *facts, **more):
        event = Event("-", number, 0, Fate.MAPPED, facts=facts, **more)
        book.read(facts)
        keeper.keep(event)

    path, ledger = str(tmp_path / "replay.json"), tmp_path / "ledger"
    file = LedgerFile(ledger)
    book = Book(file)
    keeper = Keeper("db", {}, path=path, book=book)
    problem = Problem(Verdict.REFUSED, "", "DeleteUser", "no", "")
    kept(1, Deleted("a", 5.0))
    kept(2, Deleted("b", 5.0), problems=(problem,))
    keeper.save()
    assert load(path).facts == (Deleted("a", 5.0),)
    assert file.known(["a", "b"]) == Ledger({}, {"a": Deleted("a", 5.0)})
    keeper.save()
    assert load(path).facts == ()

    for number in range(10_000):
        assert book.settled or not number
        kept(number, Deleted(f"u-{number}", 5.0))
    assert len(load(path).facts) == 10_000
    assert file.known(["u-0", "u-9999"]).deletions.keys() == {"u-0", "u-9999"}
    file.close()


def test_what_has_no_end_is_no_checkpoint(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in ("/dev/zero", tmp_path / "pipe"):
        with pytest.raises(CheckpointError, match="no file that can be kept"):
            load(str(path))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', "[" * 100_000, "null", "7"])
def test_what_is_no_checkpoint_is_refused(tmp_path, text):
    path = tmp_path / "replay.json"
    path.write_text(text)
    with pytest.raises(CheckpointError):
        load(str(path))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "version",
                        "database",
                        "files",
                        "tally",
                        "rejects",
                        "rejects_size",
                        "replay",
                        "complete",
                    ]
                ),
                inner,
                max_size=8,
            )
        ),
    )
)
def test_a_checkpoint_may_hold_anything_and_is_refused_in_one_way(found):
    try:
        Checkpoint.from_json(found)
    except CheckpointError:
        pass
    else:
        raise AssertionError(found)


@pytest.mark.parametrize("name", ["gone/replay.json", "."])
def test_a_checkpoint_that_cannot_be_written_says_so(tmp_path, name):
    with pytest.raises(KeepingError, match="cannot write the checkpoint"):
        save(str(tmp_path / name), CHECKPOINT)


def test_on_a_full_disk_rejects_say_so():
    rejects = Rejects("/dev/full")
    rejects.write(rejected(Fate.MAPPED, b"{}"))
    with pytest.raises(KeepingError, match="No space left on device"):
        rejects.flush()
    with pytest.raises(KeepingError, match="No space left on device"):
        rejects.close()


# --- When -----------------------------------------------------------------------------------------


@given(
    st.floats(0.1, 1e5),
    st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), min_size=1, max_size=30),
)
def test_no_span_of_time_holds_more_than_the_rate_and_a_portion(rate, steps):
    pace, now = Pace(rate), 100.0
    sent = []
    for idle, share in steps:
        now += idle
        now += pace.pause(now)
        count = max(1, int(pace.portion * share))
        sent.append((now, count))
        pace.sent(count, now)
    for first, (start, _) in enumerate(sent):
        total = 0
        for at, count in sent[first:]:
            total += count
            assert total <= rate * (at - start) * (1 + 1e-9) + pace.portion + 1e-6


def test_without_a_rate_nothing_waits():
    pace = Pace()
    pace.sent(10**9, 5.0)
    assert (pace.portion, pace.pause(5.0)) == (None, 0.0)


@given(st.integers(1, 12), st.floats(0, 1))
def test_pauses_grow_to_a_minute_and_then_it_is_enough(tries, chance):
    patience = Patience(tries, rand=lambda: chance)
    pauses = [patience.failed() for _ in range(tries)]
    assert patience.failed() is None
    longest = [min(60.0, 2.0**number) for number in range(tries)]
    assert pauses == [pause * (0.5 + chance / 2) for pause in longest]
    patience.went_well()
    assert patience.failed() == pauses[0]


def test_however_many_failures_are_borne_a_pause_is_a_minute_at_most():
    patience = Patience(2_000, rand=lambda: 1.0)
    assert {patience.failed() for _ in range(2_000)} == {*map(float, (1, 2, 4, 8, 16, 32, 60))}
