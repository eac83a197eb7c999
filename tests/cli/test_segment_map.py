"""`aiorecombee segment map`: one verdict per line, whatever the line holds."""

import gzip
import io
import json

import pytest

from aiorecombee.cli import main

PAGE = {"type": "page", "name": "Pricing", "userId": "u-1", "timestamp": "2024-01-05T10:00:00Z"}
SETTINGS = {"databaseId": "db", "privateToken": "s3cret-token", "databaseRegion": "eu-west"}

MINE = {
    "name": "Mine",
    "partnerAction": "addBookmark",
    "subscribe": 'type = "page"',
    "mapping": {"userId": {"@path": "$.userId"}, "itemId": {"@path": "$.name"}},
}


@pytest.fixture
def run(capsys, tmp_path):
    """Run the command on events and give status, verdicts and what went to stderr."""

    def run(*lines, options=()):
        events = tmp_path / "events.jsonl"
        events.write_text("".join(_text(line) + "\n" for line in lines))
        status = main(["segment", "map", *options, str(events)])
        captured = capsys.readouterr()
        return status, [json.loads(line) for line in captured.out.splitlines()], captured.err

    return run


def _text(line):
    return line if isinstance(line, str) else json.dumps(line)


def test_an_event_shows_its_requests(run):
    assert run(PAGE) == (
        0,
        [
            {
                "line": 1,
                "requests": [
                    {
                        "request": "AddDetailView",
                        "method": "POST",
                        "path": "/detailviews/",
                        "params": {
                            "userId": "u-1",
                            "itemId": "Pricing",
                            "timestamp": 1704448800,
                            "cascadeCreate": True,
                            "additionalData": {
                                "segmentEventType": "page",
                                "segmentEventName": "Pricing",
                            },
                        },
                    }
                ],
                "matched": ["Page - Viewed"],
                "rejected": [],
            }
        ],
        "",
    )


def test_a_rejection_shows_why_and_what_to_do(run):
    _, verdicts, _ = run({"type": "page", "userId": "u"})

    assert verdicts == [
        {
            "line": 1,
            "requests": [],
            "matched": ["Page - Viewed"],
            "rejected": [
                {
                    "subscription": "Page - Viewed",
                    "reason": "The root value is missing the required field 'itemId'.",
                    "remedy": "Send `name`, or map `itemId` to a field that the event has.",
                }
            ],
        }
    ]


def test_a_bad_line_has_its_own_verdict_and_stops_nothing(run):
    status, verdicts, _ = run("{bad", "", "[1]", PAGE)

    assert status == 0
    assert [
        (one["line"], len(one["requests"]), [why["reason"][:26] for why in one["rejected"]])
        for one in verdicts
    ] == [
        (1, 0, ["The line is not JSON: Expe"]),
        (3, 0, ["An event must be an object"]),
        (4, 1, []),
    ]


def test_what_the_client_would_not_send_is_shown_and_said(run):
    _, verdicts, _ = run({**PAGE, "name": "Our teas"})

    (request,) = verdicts[0]["requests"]
    assert request["params"]["itemId"] == "Our teas"
    assert request["refused"].startswith("AddDetailView.item_id = 'Our teas': ")


def test_a_path_that_would_lead_elsewhere_is_shown_as_a_template(run):
    _, verdicts, _ = run({"type": "delete", "userId": ".."})

    (request,) = verdicts[0]["requests"]
    assert request["path"] == "/users/{userId}"
    assert "refused" in request


def test_infinity_is_null_as_in_javascript(run):
    properties = {"sku": "s", "quantity": "Infinity"}

    _, verdicts, _ = run(
        {"type": "track", "event": "Product Added", "userId": "u", "properties": properties}
    )

    assert verdicts[0]["requests"][0]["params"]["amount"] is None


@pytest.mark.parametrize(
    "event", ["{bad", {"type": "page", "userId": "u"}, {**PAGE, "name": "Our teas"}]
)
def test_strict_makes_a_bad_event_status_1(run, event):
    assert run(PAGE, event, options=["--strict"])[0] == 1


def test_strict_is_content_with_events_that_nobody_listens_to(run):
    assert run(PAGE, {"type": "identify"}, options=["--strict"])[0] == 0


def test_the_profile_decides(run):
    event = {
        "type": "track",
        "event": "Video Playback Started",
        "userId": "u",
        "properties": {"asset_id": "a"},
    }

    assert len(run(event)[1][0]["requests"]) == 1
    assert len(run(event, options=["--profile", "main-2026-07"])[1][0]["requests"]) == 0


def test_mappings_take_the_place_of_the_presets(run, tmp_path):
    file = tmp_path / "mappings.json"
    file.write_text(json.dumps([MINE]))

    _, verdicts, _ = run(PAGE, options=["--mappings", str(file)])

    assert verdicts[0]["matched"] == ["Mine"]
    assert [one["request"] for one in verdicts[0]["requests"]] == ["AddBookmark"]


def test_presets_can_stay_beside_mappings(run, tmp_path):
    file = tmp_path / "mappings.json"
    gone = {"name": "Screen - Viewed", "enabled": False}
    file.write_text(json.dumps([gone, {**MINE, "name": "Page - Viewed"}, {**MINE, "name": "B"}]))
    screen = {**PAGE, "type": "screen"}
    alias = {"type": "alias", "userId": "a", "previousId": "b"}

    _, verdicts, _ = run(PAGE, screen, alias, options=["--mappings", str(file), "--with-presets"])

    assert [one["matched"] for one in verdicts] == [["Page - Viewed", "B"], [], ["Alias"]]
    assert [one["request"] for one in verdicts[0]["requests"]] == ["AddBookmark"] * 2


def test_mappings_can_be_as_the_public_api_exports_them(run, tmp_path):
    exported = {
        "name": "Mine",
        "trigger": MINE["subscribe"],
        "actionSlug": MINE["partnerAction"],
        "settings": MINE["mapping"],
        "enabled": True,
    }
    file = tmp_path / "mappings.json"
    file.write_text(json.dumps({"data": {"subscriptions": [exported]}}))

    assert run(PAGE, options=["--mappings", str(file)])[1][0]["matched"] == ["Mine"]


def test_in_a_batch_an_empty_id_is_sent(run):
    empty = {**PAGE, "name": ""}

    alone, in_batch = run(empty)[1], run(empty, options=["--batch"])[1]

    assert (len(alone[0]["requests"]), len(in_batch[0]["requests"])) == (0, 1)


def test_settings_of_the_older_destination_say_how_events_are_mapped(run, tmp_path):
    file = tmp_path / "settings.json"
    classic = {"Database ID": "db", "API Key": "s3cret-token", "Item ID Property Name": "slug"}
    file.write_text(json.dumps(classic))
    event = {**PAGE, "properties": {"slug": "prices"}}

    _, verdicts, _ = run(event, options=["--profile", "classic", "--settings", str(file)])

    assert verdicts[0]["requests"][0]["params"]["itemId"] == "prices"


def test_events_may_be_packed(capsys, tmp_path):
    events = tmp_path / "events.jsonl.gz"
    events.write_bytes(gzip.compress(json.dumps(PAGE).encode()))

    assert main(["segment", "map", str(events)]) == 0
    assert json.loads(capsys.readouterr().out)["matched"] == ["Page - Viewed"]


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"{}" * 5000, mtime=0)[:-9]])
def test_a_damaged_archive_is_status_2(capsys, tmp_path, content):
    events = tmp_path / "events.jsonl.gz"
    events.write_bytes(content)

    assert main(["segment", "map", str(events)]) == 2
    assert capsys.readouterr().err.startswith(f"aiorecombee: {events}: damaged")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "the file should be a JSON array of mappings"),
        ("[", "not JSON: line 1, column 2: expected a value, found the end of the text"),
        ("[1]", "/0 should be an object or the name of a preset"),
        ('["Page"]', "there is no preset 'Page'"),
        ('[{"partnerAction": "addBookmark", "subscribe": "("}]', "the mapping is missing"),
        ('[{"actionSlug": "addBookmark", "trigger": "(", "settings": {}}]', "subscription"),
    ],
)
def test_bad_mappings_are_status_2(run, tmp_path, text, said):
    file = tmp_path / "mappings.json"
    file.write_text(text)

    status, verdicts, complaint = run(PAGE, options=["--mappings", str(file)])

    assert (status, verdicts) == (2, [])
    assert complaint.startswith(f"aiorecombee: --mappings {file}: ")
    assert said in complaint


def test_good_settings_change_nothing(run, tmp_path):
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(SETTINGS))

    assert run(PAGE, options=["--settings", str(file)]) == run(PAGE)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({**SETTINGS, "databaseRegion": "mars"}),
        json.dumps({"privateToken": "s3cret-token"}),
        json.dumps({**SETTINGS, "privateToken": ["s3cret-token"]}),
        '{"privateToken": "s3cret-token"',
        '"s3cret-token"',
    ],
)
def test_bad_settings_are_status_2_and_keep_the_token(run, tmp_path, text):
    file = tmp_path / "settings.json"
    file.write_text(text)

    status, verdicts, complaint = run(PAGE, options=["--settings", str(file)])

    assert (status, verdicts) == (2, [])
    assert complaint.startswith(f"aiorecombee: --settings {file}: ")
    assert "s3cret" not in complaint


@pytest.mark.parametrize("option", [[], ["--settings", "gone"], ["--mappings", "gone"]])
def test_a_file_that_is_not_there_is_status_2(option, capsys):
    assert main(["segment", "map", *option, "missing.jsonl"]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_events_can_come_from_standard_input(capsys, monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(PAGE).encode()))
    monkeypatch.setattr("sys.stdin", stdin)

    assert main(["segment", "map", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["matched"] == ["Page - Viewed"]


def test_an_event_that_is_too_deep_to_be_sent_does_not_stop_the_others(run):
    deep = PAGE
    for _ in range(600):
        deep = {"a": deep}

    status, verdicts, _ = run(PAGE, {**PAGE, "event": deep}, PAGE)

    assert status == 0
    assert [verdict["line"] for verdict in verdicts] == [1, 2, 3]
    assert "levels deep" in verdicts[1]["requests"][0]["refused"]
    assert "refused" not in verdicts[2]["requests"][0]
