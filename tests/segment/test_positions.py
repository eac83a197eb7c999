"""JSON text with the places of its parts."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.segment.checking.positions import DEEPEST, JsonTextError, Place, locate, step

TEXTS = st.text(st.characters(exclude_categories=[]) | st.sampled_from('"\\/~\n\t'))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def _pointers(value, at=""):
    yield at, value
    members = dict(enumerate(value)) if isinstance(value, list) else value
    for key, inner in members.items() if isinstance(members, dict) else ():
        yield from _pointers(inner, step(at, key))


def _refuse(constant):
    raise ValueError(constant)


def _offset(place, text):
    return sum(len(line) + 1 for line in text.split("\n")[: place.line - 1]) + place.column - 1


@given(VALUES, st.sampled_from([None, 0, 1]), st.booleans())
def test_every_value_is_read_as_json_does_and_found_where_it_stands(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    located = locate(text)

    assert located.value == json.loads(text)
    decode = json.JSONDecoder().raw_decode
    for pointer, inner in _pointers(located.value):
        assert decode(text, _offset(located.place(pointer), text))[0] == inner


@given(st.text('{}[]:,"\\ab01-.eE \n\t/\x00') | st.text())
def test_a_text_is_json_for_it_exactly_when_it_is_for_json(text):
    try:
        expected = json.loads(text, parse_constant=_refuse)
    except ValueError:
        with pytest.raises(JsonTextError):
            locate(text)
    else:
        assert locate(text).value == expected


@given(TEXTS, st.data())
def test_a_character_of_a_string_is_found_behind_whatever_escapes(text, data):
    written = json.dumps(text, ensure_ascii=data.draw(st.booleans()))
    read = json.loads(written)
    index = data.draw(st.integers(0, len(read)))

    column = locate(written).place_within("", index).column

    assert json.loads(written[: column - 1] + '"') == read[:index]


def test_keys_have_places_of_their_own():
    located = locate('{\n  "a": {"b/c": 1}\n}')

    assert located.place_of_key("/a") == Place(2, 3)
    assert located.place("/a") == Place(2, 8)
    assert located.place_of_key("/a/b~1c") == Place(2, 9)
    assert located.place("/a/b~1c") == Place(2, 16)


def test_the_key_of_an_element_is_the_element():
    assert locate("[1, 2]").place_of_key("/1") == Place(1, 5)


def test_a_repeated_key_is_known_and_the_last_one_counts():
    located = locate('{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}')

    assert (located.value, located.repeated) == ({"a": 3, "b": {"c": 2}}, ("/b/c", "/a"))
    assert located.place("/a") == Place(1, 38)


@pytest.mark.parametrize(
    ("text", "place", "said", "remedy"),
    [
        ("", (1, 1), "expected a value, found the end", "complete it"),
        ('{"a": 1,\n}', (2, 1), "expected a key in double quotes, found `}`", "Remove the comma"),
        ("[1,\n 2,]", (2, 4), "expected a value, found `]`", "Remove the comma"),
        ('{"a": 1\n "b": 2}', (2, 2), 'expected a comma or `}`, found `"`', "Add a comma"),
        ('{"a" 1}', (1, 6), "expected a colon, found `1`", "Add a colon"),
        ("{'a': 1}", (1, 2), "expected a key in double quotes", "double quotes"),
        ("[True]", (1, 2), "expected a value, found `True`", "Write `true`"),
        ("[NaN]", (1, 2), "`NaN` is not a JSON value", "null"),
        ('{// x\n"a": 1}', (1, 2), "found `//`", "no comments"),
        ('["a\nb"]', (1, 4), "invalid control character", "\\n"),
        ('["a', (1, 2), "unterminated string", "double quote"),
        ("[1] 2", (1, 5), "goes on after its value", "one JSON value"),
        ("[" * 300, (1, DEEPEST + 1), "nested more than 200 levels", "flatter"),
        ("[" + "1" * 5000 + "]", (1, 2), "a number of thousands of digits", "usual size"),
    ],
)
def test_what_is_wrong_is_told_with_place_and_remedy(text, place, said, remedy):
    with pytest.raises(JsonTextError, match=re.escape(said)) as caught:
        locate(text)

    assert caught.value.place == Place(*place)
    assert remedy in caught.value.remedy
