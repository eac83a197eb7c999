"""Whatever the mapping and whatever the event, there is an answer or a mapping error."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from aiorecombee import MappingError
from aiorecombee.segment.javascript import UNDEFINED
from aiorecombee.segment.mapping import compile_fields, compile_mapping

DIRECTIVES = [
    *("@path", "@template", "@literal", "@if", "@case", "@replace", "@arrayPath", "@json"),
    *("@flatten", "@merge", "@transform", "@excludeWhenNull", "@liquid", "@nope"),
]
KEYS = st.sampled_from(
    [
        *("a", "b", "0", "10", "value", "mode", "exists", "blank", "then", "else", "operator"),
        *("pattern", "replacement", "pattern2", "separator", "direction", "objects", "apply"),
        *("mapping", "_metadata", "__segment_internal_directive", "global", "ignorecase", ""),
    ]
)
TEXTS = st.one_of(
    st.sampled_from(
        [
            *("$.a", "a.b", "a[0]", "$.", "{{a}}", "{{{b}}}", "{{ a | upcase }}", "encode"),
            *("decode", "left", "right", "lower", "upper", ".", "$&", "{% if a %}x{% endif %}"),
            *("{{ a | times: b }}", "{{ a | date: '%Y' }}", "{{ a | slice: b, a }}", "[1]"),
        ]
    ),
    st.text(max_size=8),
)
SCALARS = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True, allow_infinity=True)
)


def json_values(keys):
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)
        ),
        max_leaves=12,
    )


def mappings():
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(KEYS, inner, max_size=4),
            st.dictionaries(st.sampled_from(DIRECTIVES), inner, min_size=1, max_size=1),
        ),
        max_leaves=16,
    )


EVENTS = json_values(KEYS)


@given(mapping=mappings(), event=EVENTS)
@settings(max_examples=300, deadline=None)
def test_a_mapping_resolves_or_says_why_not(mapping, event):
    with contextlib.suppress(MappingError):
        compile_mapping(mapping)(event)


@given(mapping=st.dictionaries(KEYS, mappings(), max_size=3), event=st.dictionaries(KEYS, EVENTS))
@settings(max_examples=200, deadline=None)
def test_fields_are_what_the_mapping_makes(mapping, event):
    try:
        fields = compile_fields(mapping)
        whole = compile_mapping(mapping)(event)
    except MappingError:
        return
    if fields is None:
        return
    found = {key: resolve(event) for key, resolve in fields.items()}
    assert repr({key: v for key, v in found.items() if v is not UNDEFINED}) == repr(whole)


@given(template=st.text(alphabet="{}%|-'\"()[].: \nabif<=0_", max_size=60), event=EVENTS)
@settings(max_examples=300, deadline=None)
def test_a_liquid_template_renders_or_says_why_not(template, event):
    with contextlib.suppress(MappingError):
        rendered = compile_mapping({"out": {"@liquid": template}})({"a": event})
        assert isinstance(rendered["out"], str)
