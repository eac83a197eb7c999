"""`aiorecombee segment explain`: an account of each event, whatever it is."""

import io
import json

import pytest

from aiorecombee.cli import main

PAGE = {"type": "page", "name": "Pricing", "userId": "u-1", "timestamp": "2024-01-05T10:00:00Z"}
NAMELESS = {"type": "page", "userId": "u-1", "properties": {"path": "/tea"}}
IDENTIFY = {"type": "identify", "userId": "u-1"}


@pytest.fixture
def run(capsys, tmp_path):
    """Run the command on events and give status, lines of the output and what went to stderr."""

    def run(*lines, options=()):
        events = tmp_path / "events.jsonl"
        events.write_text("".join(_text(line) + "\n" for line in lines))
        status = main(["segment", "explain", *options, str(events)])
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err

    return run


def _text(line):
    return line if isinstance(line, str) else json.dumps(line)


def titles(lines):
    return [line for line in lines if line.startswith("line ")]


def test_each_event_has_its_account(run):
    status, lines, complaint = run(PAGE, "", IDENTIFY)

    assert (status, complaint) == (0, "")
    assert titles(lines) == [
        'line 1: page "Pricing" of user "u-1": 1 request',
        'line 3: identify of user "u-1": 0 requests',
    ]
    assert '  itemId                  name                  "Pricing"' in lines
    assert "  AddDetailView   POST /detailviews/" in lines


def test_a_rejection_says_what_the_event_has_instead(run):
    _, lines, _ = run(NAMELESS)

    assert "    remedy: Send `name`, or map `itemId` to a field that the event has." in lines
    assert any('It has `properties.path` ("/tea"): map `itemId` to' in line for line in lines)


def test_json_is_one_line_per_event(run):
    _, lines, _ = run(PAGE, NAMELESS, "{bad", options=["--json"])

    accounts = [json.loads(line) for line in lines]
    assert [(one["line"], one["matched"]) for one in accounts] == [
        (1, ["Page - Viewed"]),
        (2, ["Page - Viewed"]),
        (3, []),
    ]
    assert accounts[0]["requests"][0]["params"]["itemId"] == "Pricing"
    assert accounts[1]["rejected"][0]["kind"] == "schema"
    assert accounts[2]["rejected"][0]["reason"].startswith("The line is not JSON: ")


@pytest.mark.parametrize("before", ["", "\n\n", "\ufeff"])
def test_an_event_may_span_lines(run, before):
    status, lines, _ = run(before + json.dumps(PAGE, indent=2), options=["--strict"])

    assert status == 0
    assert titles(lines) == ['line 1: page "Pricing" of user "u-1": 1 request']


def test_a_bad_line_has_its_own_account_and_stops_nothing(run):
    status, lines, _ = run("{bad", "[1]", PAGE)

    assert status == 0
    assert titles(lines) == [
        "line 1: no event: 0 requests",
        "line 2: no event: 0 requests",
        'line 3: page "Pricing" of user "u-1": 1 request',
    ]


@pytest.mark.parametrize(
    ("only", "shown"), [("matched", [1]), ("rejected", [2, 4]), ("unmatched", [3])]
)
def test_only_some_are_shown_if_asked_for(run, only, shown):
    _, lines, _ = run(PAGE, NAMELESS, IDENTIFY, "[1]", options=["--only", only, "--json"])

    assert [json.loads(line)["line"] for line in lines] == shown


def test_an_event_of_a_batch_is_explained_as_one(run):
    event = {**PAGE, "userId": ""}

    alone, in_batch = (
        json.loads(run(event, options=["--profile", "main-2026-07", "--json", *options])[1][0])
        for options in ([], ["--batch"])
    )

    assert (len(alone["requests"]), len(in_batch["requests"])) == (0, 1)


@pytest.mark.parametrize("event", ["{bad", NAMELESS, {**PAGE, "name": "Our teas"}])
def test_strict_makes_a_bad_event_status_1(run, event):
    assert run(PAGE, event, options=["--strict"])[0] == 1
    assert run(PAGE, event)[0] == 0


def test_strict_is_content_with_events_that_nobody_listens_to(run):
    assert run(PAGE, IDENTIFY, options=["--strict"])[0] == 0


def test_mappings_and_presets_are_explained_together(run, tmp_path):
    file = tmp_path / "mappings.json"
    mapping = {
        "name": "Mine",
        "partnerAction": "addBookmark",
        "subscribe": 'type = "page"',
        "mapping": {"userId": {"@path": "$.userId"}, "itemId": {"@path": "$.name"}},
    }
    file.write_text(json.dumps([mapping]))

    _, lines, _ = run(PAGE, options=["--mappings", str(file), "--with-presets"])

    assert [line for line in lines if line.startswith("✓")] == [
        "✓ Page - Viewed → addDetailView",
        "✓ Mine → addBookmark",
    ]


def test_what_cannot_start_is_status_2(run):
    status, lines, complaint = run(PAGE, options=["--mappings", "no-such-file.json"])

    assert (status, lines) == (2, [])
    assert complaint.startswith("aiorecombee: --mappings no-such-file.json: ")


def test_events_may_come_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(PAGE).encode())))

    assert main(["segment", "explain", "-"]) == 0
    assert titles(capsys.readouterr().out.splitlines()) == [
        'line 1: page "Pricing" of user "u-1": 1 request'
    ]


def test_help_teaches_with_an_example(capsys):
    assert main(["segment", "explain", "--help"]) == 0
    assert "  $ echo '" in capsys.readouterr().out
