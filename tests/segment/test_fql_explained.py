"""Why a subscription held or did not, and where it does not do what it seems to."""

import pytest

from aiorecombee.segment.fql import SubscriptionError, explain, parse, remarks
from aiorecombee.segment.javascript import UNDEFINED


def told(text, event):
    return [str(one) for one in explain(parse(text), event)]


def test_one_condition_is_explained_by_what_was_found():
    (checked,) = explain(parse("properties.price >= 10"), {"properties": {"price": 7}})

    assert str(checked) == "`properties.price >= 10`: no, found 7"
    assert (checked.held, checked.found, checked.connector) == (False, 7, "")


def test_groups_come_after_their_conditions_and_the_whole_last():
    text = 'type = "track" and (event = "X" or name = null)'

    assert told(text, {"type": "track", "event": "Y"}) == [
        '`type = "track"`: yes, found "track"',
        '`event = "X"`: no, found "Y"',
        "`name = null`: yes, found nothing",
        '`(event = "X" or name = null)`: yes, by `or`: one is enough',
        f"`{text}`: yes, by `and`: all must hold",
    ]


def test_what_is_missing_is_not_what_is_null():
    query = parse("traits.a = null and traits.b = null")

    checked = explain(query, {"traits": {"b": None}})

    assert [one.found for one in checked[:2]] == [UNDEFINED, None]


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("é" * 90, '"' + "é" * 79 + '…"'),
        (1e21, "1e+21"),
        (True, "true"),
        (None, "null"),
        ([1, 2], "an array"),
        ({"a": 1}, "an object"),
    ],
)
def test_what_was_found_is_shown_briefly(found, shown):
    assert told("properties.x = y", {"properties": {"x": found}}) == [
        f"`properties.x = y`: no, found {shown}"
    ]


def test_what_javascript_provides_is_called_so():
    assert told("traits.toString != null", {"traits": {}}) == [
        "`traits.toString != null`: yes, found what every value has in JavaScript"
    ]


def test_where_the_engine_fails_is_told():
    assert told('type = "a" or ()', {"type": "b"}) == [
        '`type = "a"`: no, found "b"',
        "`()`: Segment's engine fails on it",
        '`type = "a" or ()`: Segment\'s engine fails on it',
    ]


@pytest.mark.parametrize(
    ("text", "meant", "said", "remedy"),
    [
        ("type = 'a'", "type = 'a'", "the single quotes are part of the text", 'Write "a".'),
        (
            'type = "a" and anonymousId = "z"',
            'anonymousId = "z"',
            "`anonymousId` is no field that can be tested",
            "Test `type`, `event`, `name`, `userId`, `properties.…`, `traits.…` or `context.…`.",
        ),
        (
            'type = "a" and name = "n" or event = "e"',
            'type = "a" and name = "n" or event = "e"',
            (
                "`and` and `or` side by side: the last one, `or`, counts for all, so one of the"
                " 3 conditions is enough"
            ),
            "Put those that belong together in parentheses.",
        ),
        ('type = "a" OR type = "b"', "OR", "`OR` connects nothing", "Write `or`."),
        (
            '!type = "a"',
            "!",
            "`!` has no effect here: what follows counts as if it were not there",
            "Write `!=`, or `!` directly before contains( or match(.",
        ),
        (
            "type in a",
            "type in a",
            "`in` is no operator, so this never holds",
            "Write a condition for each value, joined by `or`.",
        ),
        (
            'properties.n = "10"',
            'properties.n = "10"',
            "this compares with a text: no number equals it",
            "Write 10 for numbers.",
        ),
        (
            "properties.n != 10",
            "properties.n != 10",
            "where the value is missing or no number, this does not hold either",
            "Add a condition for these, joined by `or`, if they count.",
        ),
        (
            "properties.b != true",
            "properties.b != true",
            'this compares with the text "true", so it holds for true and for false',
            "Write `= false`.",
        ),
        (
            "properties.n > many",
            "properties.n > many",
            "`many` is no number, so this never holds",
            "Write a number.",
        ),
        ("userId = 5", "userId = 5", 'this compares with the text "5"', 'Write "5".'),
        (
            "event != null",
            "event != null",
            'this compares with the text "null"',
            'match(event, "*") holds for any name.',
        ),
        (
            "event > 5",
            "event > 5",
            "this holds for numbers only",
            "`event` is a text: use = or !=.",
        ),
        ("contains(event, 5)", "contains(event, 5)", "`5` is taken for a text", 'Write "5".'),
        (
            '!contains(event, "x")',
            '!contains(event, "x")',
            "where the value is missing or no text, this does not hold either",
            "Add a condition for these, joined by `or`, if they count.",
        ),
        (
            'match(event, "Order")',
            'match(event, "Order")',
            "without `*`, the first character is dropped and the rest is looked for at the end",
            'Write "text*" for a beginning and "*text" for an end.',
        ),
        (
            'match(event, "*Order*")',
            'match(event, "*Order*")',
            "only one `*` counts, the other stands for itself",
            "Use contains() for a middle.",
        ),
        (
            "type =",
            "type =",
            'there is no value: it is compared with the text "eos"',
            "Write a value.",
        ),
        ('event.x = "a"', 'event.x = "a"', "only `event` is looked at", "Write `event`."),
        (
            "traits = null",
            "traits = null",
            "this looks for `traits.traits`",
            "Test a key of it: `traits.…`.",
        ),
        (
            "contains(traitsx, a)",
            "contains(traitsx, a)",
            "this looks for `traits.traitsx`",
            "Write a dot after `traits`.",
        ),
        (
            "traits.a\\.b = c",
            "traits.a\\.b = c",
            "a dot divides keys with a backslash, too",
            "Rename the key: it cannot be reached.",
        ),
        ("type = no", "no", "`no` is read as `n`", 'Write "no".'),
        (
            'type = "a" or ()',
            "()",
            "there is no condition in these parentheses: an event that comes to it fails",
            "Remove it.",
        ),
    ],
)
def test_a_subscription_that_misleads_is_remarked_on(text, meant, said, remedy):
    found = [(one.span.of(text), one.text, one.remedy) for one in remarks(text)]

    assert (meant, said, remedy) in found


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("properties.n >=5", "Put a blank after `>=`."),
        ("type == track", "Write one `=`."),
        ("properties.list.0 = a", "Keys that begin with a digit, `and`, `or` and `null` need a"),
        ('type = "a"\r\nand event = "b"', "End lines with a line feed alone"),
        ('event = "say "hi""', "Write values without quotes in them"),
        ('(contains(event, "a") or event = "b") and type = "c"', "Put contains() and match() last"),
        ('type = "a", event = "b"', "Write `and` or `or`."),
    ],
)
def test_a_remark_says_what_to_write_instead(text, remedy):
    assert [one for one in remarks(text) if one.remedy.startswith(remedy)]


@pytest.mark.parametrize(
    "text",
    [
        'type = "track" and event = "Order Completed"',
        'type = "track" and (event = "Cart" or contains(event, "Order"))',
        '(type = "page" or type = "screen") and properties.price >= 10',
        "userId != null and properties.paid = true and traits.age = 30",
        'properties.\\0 = "first" or properties.sp\\ ace != "x"',
    ],
)
def test_a_subscription_that_says_what_it_means_needs_no_remark(text):
    assert remarks(text) == ()


def test_remarks_stand_from_left_to_right():
    spans = [one.span for one in remarks("NOT type = 'a' AND x = 5 and event = null")]

    assert [span.start for span in spans] == [0, 4, 15, 19, 29]


def test_there_are_no_remarks_on_what_cannot_be_read():
    with pytest.raises(SubscriptionError, match="there is no condition in the subscription"):
        remarks(" ")
