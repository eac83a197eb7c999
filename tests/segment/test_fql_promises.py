"""What holds for any subscription and any event, however odd."""

from hypothesis import example, given
from hypothesis import strategies as st

from aiorecombee.segment.fql import (
    SubscriptionError,
    compile_query,
    explain,
    parse,
    remarks,
    required,
)

FIELDS = ("type", "event", "name", "userId", "properties.a", "traits.a.b", "context", "foo")
WORDS = st.sampled_from(
    [
        *FIELDS,
        *("=", "!=", "<", ">=", "in", "starts_with", "exists"),
        *('"track"', "'x'", "5", "-0.5", "true", "null", "no", "an", '"5"', '"😀"'),
        *(" and ", " or ", " AND ", "!", "(", ")", ",", "contains(", "match(", '"a*"'),
        *(" ", "\n", "\r", "\\", ".", "[", "'", '"', "é", "😀"),
    ]
)
CONDITIONS = st.tuples(
    st.sampled_from(FIELDS),
    st.sampled_from(["=", "!=", "<", ">=", "in", "contains"]),
    st.sampled_from(['"track"', '"page"', "x", "5", "true", "null", "'x'", ">"]),
).map(" ".join)
LEVELS = st.lists(CONDITIONS, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([" and ", " or ", " and x or "]).map(lambda by: by.join(parts))
)
GROUPS = st.one_of(
    LEVELS,
    LEVELS.map("({})".format),
    st.sampled_from(['type = "track"', 'event = "page"', "()"]),
)
QUERIES = st.lists(GROUPS, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([" and ", " or "]).map(lambda by: by.join(parts))
)
TEXTS = st.one_of(QUERIES, st.lists(WORDS, max_size=12).map("".join), st.text(max_size=20))
SCALARS = st.one_of(
    st.sampled_from(["track", "page", "x", "5", 5, -0.5, "", 0, True, False, None]),
    st.floats(),
    st.text(max_size=3),
    st.just(object()),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=5,
)
KEYS = st.sampled_from(["type", "event", "name", "userId", "properties", "traits", "context"])
EVENTS = st.dictionaries(KEYS, VALUES)


def understood(text):
    try:
        return parse(text)
    except SubscriptionError:
        return None


def answer(query, event):
    try:
        return compile_query(query)(event)
    except SubscriptionError:
        return None


@given(TEXTS, EVENTS)
def test_an_answer_is_yes_no_or_an_error_of_ours(text, event):
    query = understood(text)

    assert query is None or answer(query, event) in {True, False, None}


@given(TEXTS)
def test_remarks_can_be_made_on_all_that_can_be_read(text):
    found = remarks(text) if understood(text) else ()

    assert all(0 <= one.span.start <= one.span.end <= len(text) for one in found)


@given(QUERIES, EVENTS)
def test_an_explanation_ends_in_the_answer(text, event):
    query = understood(text)

    assert query is None or explain(query, event)[-1].held is answer(query, event)


@given(QUERIES, EVENTS)
@example('() and type = "track"', {"type": "page"})
@example("(type = x or traits.\\] = 1) and event = track", {"event": "page"})
def test_an_event_that_lacks_what_is_required_is_turned_down(text, event):
    query = understood(text)
    for key, value in (required(query) if query else {}).items():
        if event.get(key) != value:
            assert answer(query, event) is False
