"""`aiorecombee segment diff`: two destinations over the same events."""

import gzip
import json

import pytest

from aiorecombee.cli import main

PAGE = {"type": "page", "name": "Pricing", "userId": "u", "timestamp": "2024-01-05T10:00:00Z"}
VIDEO = {
    "type": "track",
    "event": "Video Playback Started",
    "userId": "u",
    "properties": {"asset_id": "a"},
}
ORDER = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u",
    "properties": {"products": [{"sku": "x", "recomm_id": "r"}, {"sku": "y"}]},
}
MINE = {
    "name": "Mine",
    "partnerAction": "addBookmark",
    "subscribe": 'type = "page"',
    "mapping": {"userId": {"@path": "$.userId"}, "itemId": {"@path": "$.name"}},
}
BOTH = ("--profile", "main-2026-07", "--profile", "documented")


@pytest.fixture
def run(capsys, tmp_path):
    """Run the command on events and give status, lines and what went to stderr."""

    def run(*events, options=BOTH):
        file = tmp_path / "events.jsonl"
        texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
        file.write_text("".join(text + "\n" for text in texts))
        status = main(["segment", "diff", *options, str(file)])
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err

    return run


def test_the_same_is_status_0(run):
    assert run(PAGE, PAGE) == (0, ["2 events, 0 different"], "")


def test_what_each_sends_and_where_that_differs_is_told_then_how_often(run):
    status, lines, _ = run(PAGE, VIDEO, "nope", VIDEO, ORDER)

    assert status == 1
    assert lines[:4] == [
        'line 2: track "Video Playback Started"',
        (
            "  A  rejected by Video - Playback Started: The root value is missing the required"
            " field 'itemId'."
        ),
        (
            '  B  SetViewPortion POST /viewportions/ {"userId": "u", "itemId": "a", "portion": 0,'
            ' "cascadeCreate": true, "additionalData": {"segmentEventType": "track",'
            ' "segmentEventName": "Video Playback Started"}}'
        ),
        "  only B sends SetViewPortion: userId u, itemId a",
    ]
    assert lines[-5:] == [
        '  AddPurchase recommId differs: /params/recommId: A nothing, B "r"',
        "1 not JSON, passed over",
        "4 events, 3 different",
        '          2  track "Video Playback Started": only B sends SetViewPortion',
        '          1  track "Order Completed": AddPurchase recommId differs',
    ]


def test_differences_can_be_json(run):
    _, lines, _ = run(ORDER, options=[*BOTH, "--json"])

    told, summary = map(json.loads, lines)
    assert (told["line"], told["type"], told["event"]) == (1, "track", "Order Completed")
    assert [len(told[side]["requests"]) for side in "ab"] == [2, 2]
    assert told["differences"] == [
        {
            "kind": "AddPurchase recommId differs",
            "at": "/params/recommId",
            "a": "nothing",
            "b": '"r"',
        }
    ]
    assert summary == {
        "events": 1,
        "unreadable": 0,
        "different": 1,
        "kinds": [
            {
                "event": 'track "Order Completed"',
                "kind": "AddPurchase recommId differs",
                "count": 1,
            }
        ],
    }


def test_only_so_many_are_shown_and_all_are_counted(run):
    _, lines, _ = run(VIDEO, VIDEO, VIDEO, options=[*BOTH, "--limit", "1"])

    assert [line for line in lines if line.startswith("line")] == [
        'line 1: track "Video Playback Started"'
    ]
    assert "3 events, 3 different" in lines


def test_a_rejection_for_another_reason_is_a_difference(run):
    event = {"type": "page", "userId": "u", "timestamp": "soon"}

    _, lines, _ = run(event, options=["--profile", "npm-3.497.0", "--profile", "main-2026-07"])

    assert lines[-1] == "          1  page: rejected differently"


def test_mappings_are_compared_with_presets(run, tmp_path):
    file = tmp_path / "mappings.json"
    file.write_text(json.dumps([MINE]))

    status, lines, _ = run(PAGE, options=["--mappings-b", str(file)])

    assert status == 1
    assert lines[-3:] == [
        "1 events, 1 different",
        "          1  page: only A sends AddDetailView",
        "          1  page: only B sends AddBookmark",
    ]


def test_mappings_may_stay_beside_presets_and_be_called_otherwise(run, tmp_path):
    file = tmp_path / "mappings.json"
    file.write_text(json.dumps([{**MINE, "subscribe": 'type = "identify"'}]))
    options = ["--mappings-b", str(file), "--with-presets"]

    assert run(PAGE, ORDER, VIDEO, options=options)[0] == 0


def test_it_can_look_at_events_as_in_a_batch(run, tmp_path):
    file = tmp_path / "mappings.json"
    file.write_text(json.dumps([MINE]))
    empty = {**PAGE, "name": ""}
    options = ["--mappings-b", str(file)]

    assert run(empty, options=options)[1] == ["1 events, 0 different"]
    assert run(empty, options=[*options, "--batch"])[1][-1].endswith("only B sends AddBookmark")


def test_an_archive_may_be_packed(capsys, tmp_path):
    file = tmp_path / "events.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(VIDEO).encode()))

    assert main(["segment", "diff", *BOTH, str(file)]) == 1
    assert "1 events, 1 different" in capsys.readouterr().out


def test_an_order_of_many_products_takes_no_more_than_its_length(run):
    products = [{"product_id": "same", "recomm_id": str(n)} for n in range(20_000)]

    _, lines, _ = run({**ORDER, "properties": {"products": products}}, options=[*BOTH, "--json"])

    assert len(json.loads(lines[0])["differences"]) == 20_000


def test_names_of_events_do_not_fill_the_memory(run, tmp_path):
    file = tmp_path / "mappings.json"
    file.write_text(json.dumps([{**MINE, "subscribe": 'type = "track"'}]))
    events = [{"type": "track", "event": f"E{n}", "userId": "u", "name": "n"} for n in range(1200)]

    _, lines, _ = run(*events, options=["--mappings-b", str(file), "--limit", "0"])

    assert "        200  all others: only B sends AddBookmark" in lines


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "there is nothing to compare"),
        (("--profile", "documented", "--profile", "documented"), "there is nothing to compare"),
        ((*BOTH, "--profile", "classic"), "two can be compared, not more"),
        ((*BOTH, "--mappings-a", "gone.json"), "--mappings-a gone.json: No such file"),
        ((*BOTH, "--settings", "gone.json"), "--settings gone.json: No such file"),
        ((*BOTH, "--limit", "-1"), "--limit"),
    ],
)
def test_a_wrong_call_is_status_2(run, options, said):
    status, lines, complaint = run(PAGE, options=options)

    assert (status, lines) == (2, [])
    assert said in complaint


def test_the_settings_of_one_need_not_do_for_the_other(tmp_path, capsys):
    settings = tmp_path / "settings.json"
    settings.write_text('{"Item ID Property Name": "asset_id"}')
    events = tmp_path / "events.jsonl"
    events.write_text(json.dumps(VIDEO) + "\n")
    profiles = ("--profile", "classic", "--profile", "documented")

    status = main(["segment", "diff", *profiles, "--settings", str(settings), str(events)])

    assert status == 1
    assert "additionalData differs" in capsys.readouterr().out


def test_no_event_is_nothing_to_compare(tmp_path, capsys):
    events = tmp_path / "events.jsonl"
    events.write_text("no JSON\n")

    assert main(["segment", "diff", *BOTH, str(events)]) == 2
    assert "there is no event in it" in capsys.readouterr().err
