"""`aiorecombee segment validate`: all that is wrong with files of mappings, and where."""

import io
import json

import pytest

from aiorecombee.cli import main

GOOD = """\
[
  {
    "name": "Mine",
    "subscribe": "type = \\"page\\"",
    "partnerAction": "addBookmark",
    "mapping": {
      "userId": {"@path": "$.userId"},
      "itemId": {"@path": "$.name"}
    }
  }
]
"""


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run the command on texts, named a.json and so on; give status and what it says."""
    monkeypatch.chdir(tmp_path)

    def run(*texts, options=()):
        names = [f"{chr(ord('a') + index)}.json" for index in range(len(texts))]
        for name, text in zip(names, texts, strict=True):
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        status = main(["segment", "validate", *options, *names])
        return status, capsys.readouterr().out.splitlines()

    return run


def test_good_mappings_are_status_0(run):
    assert run(GOOD) == (0, ["a.json: 0 errors, 0 warnings"])


def test_everything_wrong_is_told_in_the_order_of_the_file(run):
    text = GOOD.replace("partnerAction", "partnerAcion").replace('{"@path": "$.n', '{"@pth": "$.n')

    assert run(text) == (
        1,
        [
            'a.json:2:3: error: "partnerAction" is missing: it says what an event becomes',
            (
                "  There are: addBookmark, addCartAddition, addDetailView, addPurchase, addRating,"
                " deleteBookmark, deleteCartAddition, mergeUsers, setViewPortion,"
                " setViewPortionFromWatchTime."
            ),
            'a.json:5:5: error: the key "partnerAcion" is not known',
            '  Did you mean "partnerAction"?',
            "a.json:8:18: error: it has an invalid directive: @pth",
            '  Did you mean "@path"?',
            "a.json: 3 errors, 0 warnings",
        ],
    )


def test_every_file_is_looked_at(run):
    status, lines = run("[", GOOD, "{")

    assert status == 1
    assert lines == [
        "a.json:1:2: error: not JSON: expected a value, found the end of the text",
        "  The file seems to be cut off: complete it.",
        "a.json: 1 error, 0 warnings",
        "b.json: 0 errors, 0 warnings",
        "c.json:1:2: error: not JSON: expected a key in double quotes, found the end of the text",
        "  The file seems to be cut off: complete it.",
        "c.json: 1 error, 0 warnings",
    ]


def test_a_subscription_is_pointed_into_behind_its_escapes(run):
    _, lines = run(GOOD.replace('\\"page\\"', '\\"page\\" and \\u0065vent = é'))

    column = '    "subscribe": "type = \\"page\\" and \\u0065vent = é'.index("é") + 1
    assert lines[0].startswith(f"a.json:4:{column}: error: the subscription cannot be read: ")


def test_a_warning_is_status_1_only_if_asked_for(run):
    text = GOOD.replace("$.name", "name")

    status, lines = run(text)

    assert (status, run(text, options=["--strict"])[0]) == (0, 1)
    assert lines == [
        'a.json:8:27: warning: the path "name" does not begin with "$."',
        '  Write "$.name".',
        "a.json: 0 errors, 1 warning",
    ]


def test_problems_can_be_json(run):
    status, lines = run(GOOD.replace("addBookmark", "addBookmrk"), options=["--json"])

    assert status == 1
    assert [json.loads(line) for line in lines] == [
        {
            "file": "a.json",
            "line": 5,
            "column": 22,
            "pointer": "/0/partnerAction",
            "severity": "error",
            "text": 'there is no action "addBookmrk": Segment would pass over every event',
            "remedy": 'Did you mean "addBookmark"?',
        }
    ]


def test_what_is_not_utf_8_is_told_with_its_place(run):
    assert run(GOOD.encode().replace(b"Mine", b"M\xe4r"))[1][:2] == [
        "a.json:3:15: error: not JSON: the file is not UTF-8",
        "  Save it as UTF-8.",
    ]


def test_a_mark_in_front_of_utf_8_is_passed_over(run):
    assert run(b"\xef\xbb\xbf" + GOOD.encode())[0] == 0


def test_the_profile_says_what_actions_and_presets_there_are(run):
    assert run('["Video Playback Started"]')[0] == 1
    assert run('["Video Playback Started"]', options=["--profile", "classic"])[0] == 0


def test_a_file_that_is_not_there_is_status_2(capsys):
    assert main(["segment", "validate", "missing.json"]) == 2
    assert capsys.readouterr().err == "aiorecombee: missing.json: No such file or directory\n"


def test_mappings_can_come_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))

    assert main(["segment", "validate", "-"]) == 0
    assert capsys.readouterr().out == "-: 0 errors, 0 warnings\n"
