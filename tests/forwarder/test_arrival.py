"""When things happened, by our clock."""

import pytest

from aiorecombee.forwarder.arrival import Arrival

NOW = 1_767_607_201.25
RECEIVED = "2026-01-05T10:00:01.250Z"


def stamped(sent, **event):
    Arrival.at(NOW, sent).stamp(event)
    return event


@pytest.mark.parametrize(
    ("sent", "original", "timestamp"),
    [
        ("2026-01-05T10:00:01.250Z", "2026-01-05T09:00:00.000Z", "2026-01-05T09:00:00.000Z"),
        ("2026-01-05T11:00:01.250Z", "2026-01-05T11:00:00.000Z", "2026-01-05T10:00:00.000Z"),
        ("2026-01-05T10:00:01Z", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00.250Z"),
        ("2026-01-05T11:00:01.250+01:00", "2024-02-29", "2024-02-29T00:00:00.000Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:10Z", "2026-01-05T10:00:11.250Z"),
    ],
)
def test_a_clock_that_is_wrong_is_corrected(sent, original, timestamp):
    event = stamped(sent, timestamp=original)

    assert event == {
        "timestamp": timestamp,
        "originalTimestamp": original,
        "receivedAt": RECEIVED,
        "sentAt": sent,
    }


@pytest.mark.parametrize(
    ("sent", "original"),
    [
        (None, "2026-01-05T09:00:00.000Z"),
        ("yesterday", "2026-01-05T09:00:00.000Z"),
        (1_767_607_201, "2026-01-05T09:00:00.000Z"),
        ({}, "2026-01-05T09:00:00.000Z"),
        ("2026-01-05T10:00:01.250Z", "yesterday"),
        ("2026-01-05T10:00:01.250Z", 1_767_607_201),
        ("2026-01-05T10:00:01.250Z", ""),
        ("2026-01-05T10:00:01.250Z", ["2026"]),
        ("+275760-01-01T00:00:00Z", "2026-01-05T09:00:00.000Z"),
        ("2026-01-05T10:00:01.250Z", "-271000-01-01T00:00:00Z"),
    ],
)
def test_what_cannot_be_corrected_stays_as_it_came(sent, original):
    event = stamped(sent, timestamp=original)

    assert (event["timestamp"], event["originalTimestamp"]) == (original, original)


def test_an_event_without_a_timestamp_happened_when_it_came():
    assert stamped("2026-01-05T09:00:00Z")["timestamp"] == RECEIVED
    assert stamped(None, timestamp=None) == {"timestamp": RECEIVED, "receivedAt": RECEIVED}


def test_the_original_timestamp_is_the_clients_where_there_is_no_other():
    event = stamped(None, originalTimestamp="2020-01-01T00:00:00Z")

    assert event["timestamp"] == "2020-01-01T00:00:00Z"


def test_an_event_that_segment_stamped_only_gets_what_it_lacks():
    whole = {"timestamp": "a", "receivedAt": "b", "sentAt": "c", "originalTimestamp": "d"}
    bare = {"timestamp": None}
    for event in (whole, bare):
        Arrival.at(NOW).complete(event)

    assert whole == {"timestamp": "a", "receivedAt": "b", "sentAt": "c", "originalTimestamp": "d"}
    assert bare == {"timestamp": RECEIVED, "receivedAt": RECEIVED}
