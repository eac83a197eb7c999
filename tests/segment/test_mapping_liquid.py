"""`@liquid`: the templates of Shopify's language that Segment allows."""

import subprocess
import sys

import pytest

from aiorecombee.segment.mapping import MappingFailedError, compile_mapping

EVENT = {
    "name": "Blue Chair",
    "price": 19.5,
    "amount": "3",
    "nothing": None,
    "no": False,
    "tags": ["x", "y"],
    "size": {"empty": "no", "limit": 5, "cm": 40},
    "sold": "2024-01-05T10:07:08.045Z",
}


def render(template):
    return compile_mapping({"out": {"@liquid": template}})(EVENT)["out"]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ name | upcase }} {{ price | times: 2 }}", "BLUE CHAIR 39"),
        ("{{ missing }}{{ nothing }}{{ missing.deeper }}|{{ no }}", "|false"),
        ("{{ tags }} {{ tags | join: '-' }} {{ tags.size }} {{ tags[1] }}", "xy x-y 2 y"),
        ("{{ size.empty }} {{ size.limit }} {{ size['cm'] }}", "no 5 40"),
        ("{{ name | truncate: 7 }} {{ name | slice: 0, 4 }}", "Blue... Blue"),
        ("{{ name | replace: 'Chair', 'Sofa' | downcase }}", "blue sofa"),
        ("{{ sold | date: '%Y-%m-%d %-H:%M:%S.%L' }}", "2024-01-05 10:07:08.045"),
        ("{{ sold | date: '%A, %B %e, %j %p %z' }}", "Friday, January  5, 005 AM +0000"),
        ("{{ 0 | date: '%s' }} {{ 'soon' | date: '%Y' }}", "0 soon"),
        ("{{ 1 | divided_by: 0 }} {{ 0 | divided_by: 0 }}", "Infinity NaN"),
        ("{{ 7 | divided_by: 2 }} {{ -7 | modulo: 3 }} {{ 2.345 | round: 2 }}", "3.5 2 2.35"),
        ("{{ 10000000000000 | times: 1000000000 }}", "1e+22"),
        ("{{ name | no_such_filter: 1 }}", "Blue Chair"),
        ("{{ size | json }}", '{"empty":"no","limit":5,"cm":40}'),
        ("{{ 'it\\'s' }} {{ \"a\\tb\" }}", "it's a\tb"),
        ("{{ name == 'Blue Chair' }}", "true"),
        ("{% assign a = price | plus: 1 %}{{ a }}", "20.5"),
        ("{% capture a %}[{{ name }}]{% endcapture %}{{ a }}", "[Blue Chair]"),
        ("{% comment %}{{ x }}{% endcomment %}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("a {{- name -}} b", "aBlue Chairb"),
        ("{% unless no %}open{% endunless %}", "open"),
    ],
)
def test_a_template_is_rendered(template, text):
    assert render(template) == text


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("name", True),
        ("nothing", False),
        ("no", False),
        ("price > 19", True),
        ("amount > 2", True),
        ("amount == 3", False),
        ("nothing == nil", True),
        ("missing == nil", True),
        ("missing > 1", False),
        ("nil < 1", False),
        ("tags contains 'x'", True),
        ("name contains 'Chair'", True),
        ("missing contains 'x'", False),
        ("missing == blank", True),
        ("tags != empty", True),
        ("not no", True),
        ("no and no or name", False),
    ],
)
def test_conditions_are_javascripts(condition, holds):
    assert render(f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}") == (
        "yes" if holds else "no"
    )


@pytest.mark.parametrize(
    ("template", "name", "message"),
    [
        ("{% for a in b %}", "ParseError", 'tag "for" is disabled, line:1, col:1'),
        ("a\n {% case a %}", "ParseError", 'tag "case" is disabled, line:2, col:2'),
        ("{% nope %}", "ParseError", 'tag "nope" not found, line:1, col:1'),
        ("{% if a %}b", "ParseError", "tag {% if a %} not closed, line:1, col:1"),
        ("{{ tags | sort }}", "RenderError", 'filter "sort" is disabled, line:1, col:1'),
        ("{{ name | append }}", "RenderError", "append expect 2 arguments, line:1, col:1"),
        ("{{ a", "TokenizationError", 'output "{{ a" not closed, line:1, col:1'),
        ("{{ }}", "TokenizationError", 'invalid value expression: "", line:1, col:4'),
        (
            "{% if tags | size > 1 %}x{% endif %}",
            "TokenizationError",
            'expected ":" after filter name, line:1, col:19',
        ),
        ("{{ a ! }}", "TokenizationError", 'expected "|" before filter, line:1, col:7'),
    ],
)
def test_a_wrong_template_fails_in_the_engines_words(template, name, message):
    with pytest.raises(MappingFailedError) as caught:
        render(template)

    error = caught.value
    assert (error.kind, error.name, str(error)) == ("liquid", name, message)


def test_a_wrong_template_fails_only_where_it_is_needed():
    mapping = {"@if": {"exists": {"@path": "$.x"}, "then": {"@liquid": "{{"}, "else": 1}}

    assert compile_mapping({"out": mapping})({}) == {"out": 1}


def test_a_template_may_have_1000_characters():
    assert render("x" * 1000) == "x" * 1000
    with pytest.raises(MappingFailedError, match="limited to 1000 characters"):
        render("x" * 1001)


def run(program):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


def test_the_engine_is_loaded_for_mappings_that_need_it():
    done = run(
        "import sys; from aiorecombee.segment import compile_mapping; "
        "engine = 'aiorecombee.segment.mapping.liquid'; "
        "compile_mapping({'a': {'@template': '{{b}}'}}); assert engine not in sys.modules; "
        "compile_mapping({'a': {'@liquid': '{{b}}'}}); assert engine in sys.modules"
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("levels", [81, 480])
def test_values_are_nested_80_deep_at_most(levels):
    with pytest.raises(MappingFailedError, match="the template is nested too deeply"):
        render("{{ " + "a[" * levels + "1" + "]" * (980 - 2 * levels) + " }}")


@pytest.mark.parametrize(
    "template",
    [
        "{{" + "a<" * 490 + "a}}",
        "{{" + "not " * 240 + "a}}",
        "{{a" + "|raw" * 240 + "}}",
        "{%liquid\n" + "if 1\n" * 90 + "endif\n" * 85 + "%}",
        "{%if 1%}" * 120,
    ],
)
def test_a_template_of_the_longest_kind_renders_or_says_why_not(template):
    try:
        assert isinstance(render(template), str)
    except MappingFailedError as error:
        assert error.name in {"ParseError", "Error"}  # noqa: PT017


def test_where_the_machine_has_no_time_zones_the_error_says_what_to_install():
    done = run(
        "import sys, zoneinfo; zoneinfo.reset_tzpath(()); "
        "sys.modules['tzdata'] = None; from aiorecombee.segment import compile_mapping;"
        "find = compile_mapping({'a': {'@liquid': \"{{ 0 | date: '%H', 'Europe/Prague' }}\"}});"
        "find({})"
    )

    assert done.stderr.strip().endswith(
        "MappingFailedError: this machine has no data about time zones: pip install tzdata"
    )


def test_counting_leaves_the_event_as_it_was():
    event = {"n": 1}

    assert compile_mapping({"a": {"@liquid": "{% increment n %}{{ n }}"}, "b": {"@path": "$.n"}})(
        event
    ) == {"a": "12", "b": 1}
    assert event == {"n": 1}
