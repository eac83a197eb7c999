"""Lines as events: which are wanted, what they become, what is wrong with them."""

import json
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import AddDetailView
from aiorecombee.delivery.replaying.duplicates import Duplicates
from aiorecombee.delivery.replaying.events import Event, Fate
from aiorecombee.delivery.replaying.lines import LONGEST, Line
from aiorecombee.delivery.replaying.rejects import reject_lines
from aiorecombee.delivery.replaying.sifting import Sifter, Span, read_event, read_reject
from aiorecombee.segment import Destination

DESTINATION = Destination()
PAGE = {"type": "page", "name": "Pricing", "userId": "u-1", "timestamp": "2024-01-05T10:00:00Z"}
MOMENT = 1_704_448_800


def sifter(read=read_event, **more):
    stamps = count(1_000)
    return Sifter(DESTINATION.map, lambda: float(next(stamps)), read, **more)


def sift(*events, by=None, **more):
    by = by or sifter(**more)
    lines = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in events)
    whole = (Line(number, 0, line) for number, line in enumerate(lines, 1))
    return [next(by.sift("f", [line]), None) for line in whole]


def test_an_event_becomes_requests_that_wait():
    (event,) = sift(PAGE)
    assert (event.fate, event.waiting, event.problems, event.stamped) == (Fate.MAPPED, 1, (), ())
    assert event.requests == DESTINATION.map(PAGE).requests


@pytest.mark.parametrize("line", [b"", b" \t\r", b"\xef\xbb\xbf "])
def test_blank_lines_are_no_events(line):
    assert sift(line) == [None]


def test_a_mark_before_the_first_line_does_no_harm():
    (event,) = sift(b"\xef\xbb\xbf" + json.dumps(PAGE).encode())
    assert event.fate is Fate.MAPPED


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "The line is not JSON: "),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'"\xff"', "The line is not UTF-8."),
        (b"[" * 100_000, "The line is nested too deeply."),
        (b'"' + b"x" * LONGEST + b'"', "The line is longer than 4,194,304 bytes."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_reason(line, reason):
    (event,) = sift(line)
    assert (event.fate, event.waiting) == (Fate.UNREADABLE, 0)
    assert reason in event.problems[0].reason


def test_halves_of_characters_are_read():
    (event,) = sift(b'{"type": "page", "name": "\\ud800", "userId": "u"}')
    assert event.fate is Fate.MAPPED


def test_what_the_mapping_rejects_has_reason_and_remedy():
    (event,) = sift({"type": "page", "userId": "u-1"})
    (problem,) = event.problems
    assert (event.fate, problem.subscription) == (Fate.MAPPED, "Page - Viewed")
    assert problem.reason == "The root value is missing the required field 'itemId'."


def test_what_nobody_listens_to_is_told_apart():
    assert [event.fate for event in sift({"type": "group"})] == [Fate.UNHEARD]
    assert [event.fate for event in sift(7, None)] == [Fate.MAPPED] * 2  # rejected as no objects


def test_a_message_that_came_before_is_left_out():
    first, other = {**PAGE, "messageId": "a"}, {**PAGE, "messageId": "b"}
    fates = [event.fate for event in sift(first, other, first, PAGE, PAGE)]
    assert fates == [Fate.MAPPED, Fate.MAPPED, Fate.DUPLICATE, Fate.MAPPED, Fate.MAPPED]
    nothing_remembered = sift(first, first, duplicates=Duplicates(0))
    assert [event.fate for event in nothing_remembered] == [Fate.MAPPED] * 2


def test_an_interaction_without_a_time_gets_one_that_stays():
    untimed = {name: value for name, value in PAGE.items() if name != "timestamp"}
    first, second = sift(untimed, untimed)
    assert [event.stamped for event in (first, second)] == [first.requests, second.requests]
    assert [event.requests[0].timestamp for event in (first, second)] == [1_000.0, 1_001.0]


TIMES = [
    ("2024-01-05T10:00:00Z", True),
    ("2024-01-05T09:59:59.999Z", False),
    ("2024-01-05T11:00:00Z", False),
    (MOMENT, True),
    (MOMENT * 1_000, True),
    (str(MOMENT), True),
    ("yesterday", False),
    (True, False),
    (-1, False),
    (10**400, False),
    (None, False),
]


@pytest.mark.parametrize(("timestamp", "wanted"), TIMES)
def test_only_events_of_the_time_are_wanted(timestamp, wanted):
    (event,) = sift({**PAGE, "timestamp": timestamp}, span=Span(MOMENT, MOMENT + 3_600))
    assert (event.fate is not Fate.OUTSIDE) is wanted


@given(st.floats(0, 1e9) | st.none(), st.floats(0, 1e9) | st.none(), st.floats(0, 1e9))
def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(since, until, moment):
    expected = (since is None or since <= moment) and (until is None or moment < until)
    assert Span(since, until).holds({"timestamp": moment}) is expected


@given(
    st.binary(max_size=40)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "userId", "event", "text", "file", "line", "timestamp", "messageId"]
                ),
                inner,
                max_size=5,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
@pytest.mark.parametrize("read", [read_event, read_reject])
def test_whatever_stands_on_a_line_it_gets_a_fate(read, line):
    (event,) = sift(line.replace(b"\n", b""), read=read, span=Span(0.0))
    assert event is None or (event.fate in Fate and event.waiting == len(event.requests))


# --- Rejects --------------------------------------------------------------------------------------


def rejects_of(*events):
    return [line for event in events for line in reject_lines(event, "r")]


def test_rejects_are_events_again_and_keep_where_they_came_from():
    first = sift(b"", {"type": "page", "userId": "u-1"})[1]
    (line,) = rejects_of(first)
    mended = json.loads(line)
    mended["event"]["name"] = "Pricing"

    (again,) = sift(json.dumps(mended).encode(), read=read_reject)

    assert (again.where, again.number, again.waiting) == (("f", 2), 1, 1)
    assert isinstance(again.requests[0], AddDetailView)


def test_a_text_that_was_mended_is_an_event():
    (line,) = rejects_of(*sift(json.dumps(PAGE)[:-1].encode()))
    mended = json.loads(line)
    (still_broken,) = sift(line, read=read_reject)
    mended["text"] += "}"
    (again,) = sift(json.dumps(mended).encode(), read=read_reject)

    assert (still_broken.fate, still_broken.where) == (Fate.UNREADABLE, ("f", 1))
    assert again.requests == DESTINATION.map(PAGE).requests


@pytest.mark.parametrize("line", [b"{}", b"7", b'{"type": "page", "userId": "u", "name": "n"}'])
def test_what_is_no_line_of_rejects_is_not_readable(line):
    (event,) = sift(line, read=read_reject)
    assert event.fate is Fate.UNREADABLE


def test_the_end_of_a_file_is_no_event():
    assert Event("f", 1, 1, Fate.END).requests == ()
