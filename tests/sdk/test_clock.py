"""The service's time: learnt from a refusal, and given to interactions."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from aiorecombee.core.clock import ServiceTime, parse_http_date

NOON = 1_700_000_000.0


def http_date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
)
def test_all_three_formats_of_http_dates_are_utc(text: str):
    assert parse_http_date(text) == 784111777.0


NO_DATES = [
    "",
    " ",
    ",",
    "soon",
    "Mon, 99 Xyz 2030 00:00:00 GMT",
    "Mon, 01 Jan 99999999999999 00:00:00 GMT",
    "Mon, 01 Jan 2030 00:00:00 +99999999999999999999",
    "Mon, 01 Jan 2030 99:99:99 GMT",
    "\x00",
    "Thu, 01 Jan 1970 00:00:00 +9959",
]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_a_value_error(text: str):
    with pytest.raises(ValueError, match=r"."):
        parse_http_date(text)


@pytest.mark.parametrize("date", [None, *NO_DATES])
def test_a_refusal_without_a_readable_date_explains_nothing(date: str | None):
    time = ServiceTime(lambda: NOON)
    assert time.correct(NOON, date) is False
    assert time.now() == NOON


def test_a_date_far_from_the_signed_time_corrects_the_clock():
    time = ServiceTime(lambda: NOON)
    assert time.correct(NOON, http_date(NOON + 3600)) is True
    assert time.now() == NOON + 3600


@pytest.mark.parametrize("seconds", [-4, -1, 0, 1, 4])
def test_a_date_near_the_signed_time_does_not(seconds: int):
    time = ServiceTime(lambda: NOON)
    assert time.correct(NOON, http_date(NOON + seconds)) is False
    assert time.now() == NOON


def test_corrections_do_not_add_up():
    time = ServiceTime(lambda: NOON)
    for _ in range(50):
        assert time.correct(NOON, http_date(NOON - 7200)) is True
    assert time.now() == NOON - 7200


def test_stamps_never_repeat_even_on_a_clock_that_stands_still():
    time = ServiceTime(lambda: NOON)
    stamps = [time.stamp() for _ in range(1000)]
    assert sorted(set(stamps)) == stamps
    assert stamps[0] == NOON
    assert stamps[-1] == pytest.approx(NOON + 0.000999, abs=1e-7)


def test_stamps_follow_the_clock_to_the_microsecond():
    now = NOON
    time = ServiceTime(lambda: now)
    now += 0.123456789
    assert time.stamp() == 1_700_000_000.123457


def test_stamps_follow_a_correction_to_an_earlier_time():
    time = ServiceTime(lambda: NOON)
    time.stamp()
    time.correct(NOON, http_date(NOON - 3600))
    assert time.stamp() == pytest.approx(NOON - 3600, abs=0.001)


def test_stamps_follow_a_correction_to_a_later_time():
    time = ServiceTime(lambda: NOON)
    time.stamp()
    time.correct(NOON, http_date(NOON + 3600))
    assert time.stamp() == pytest.approx(NOON + 3600, abs=0.001)


def test_stamps_stay_apart_across_a_correction():
    time = ServiceTime(lambda: NOON)
    stamps = []
    for turn in range(20):
        stamps += [time.stamp() for _ in range(50)]
        time.correct(0.0, http_date(NOON + (3600 if turn % 2 else 7200)))
    assert len(set(stamps)) == len(stamps)
