"""`aiorecombee segment test`: cases, each with its verdict, whatever a line holds."""

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.cli import main
from aiorecombee.cli.segment.cases import judge_lines
from aiorecombee.cli.segment.rewriting import with_expectation
from aiorecombee.segment.profiles import PROFILES

SETTINGS = {"databaseId": "db", "privateToken": "t", "databaseRegion": "eu-west"}
FQL = {
    "id": "pages",
    "tags": ["type"],
    "fql": 'type = "page"',
    "event": {"type": "page"},
    "expect": {"match": True},
}
MAPPING = {
    "id": "path",
    "tags": ["path"],
    "mapping": {"a": {"@path": "$.b"}},
    "data": {"b": 1},
    "expect": {"value": {"a": 1}},
}
VIDEO = {
    "id": "video",
    "tags": ["video", "asset"],
    "mode": "event",
    "event": {
        "type": "track",
        "event": "Video Playback Started",
        "userId": "u",
        "properties": {"asset_id": "a"},
    },
    "mappings": None,
    "settings": SETTINGS,
    "expect": {
        "error": {
            "subscription": "Video - Playback Started",
            "kind": "schema",
            "name": "AggregateAjvError",
            "message": "The root value is missing the required field 'itemId'.",
            "status": 400,
            "details": [["", "The root value is missing the required field 'itemId'."]],
        },
        "matched": ["Video - Playback Started"],
    },
}
WRONG = {**FQL, "id": "wrong", "expect": {"match": False}}


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run the command on cases; give status and what it says."""
    monkeypatch.chdir(tmp_path)

    def run(*cases, options=()):
        _write(tmp_path / "cases.jsonl", *cases)
        status = main(["segment", "test", *options, "cases.jsonl"])
        return status, capsys.readouterr().out.splitlines()

    return run


def _write(file, *cases):
    lines = [case if isinstance(case, str) else json.dumps(case) for case in cases]
    file.write_bytes("".join(line + "\n" for line in lines).encode())


def test_cases_of_all_kinds_pass(run):
    options = ["--profile", "main-2026-07"]

    assert run(FQL, MAPPING, "", VIDEO, options=options) == (0, ["3 passed, 0 failed"])


def test_a_failure_says_what_it_is_called_and_where_it_differs(run):
    assert run(FQL, WRONG) == (
        1,
        [
            "cases.jsonl:2: failed: wrong [type]",
            "  /match:",
            "    expected  false",
            "    found     true",
            "failed by kind: fql 1 of 2",
            "failed by tag: type 1",
            "1 passed, 1 failed",
        ],
    )


def test_what_would_pass_as_segments_cloud_does_it_is_said(run):
    status, lines = run(VIDEO, WRONG)

    assert status == 1
    assert lines[-4:] == [
        "failed by kind: destination 1 of 1, fql 1 of 1",
        "failed by tag: asset 1, type 1, video 1",
        "1 of them pass with --profile main-2026-07",
        "0 passed, 2 failed",
    ]


def test_a_case_may_name_its_profile(run):
    assert run({**VIDEO, "profile": "main-2026-07"})[0] == 0
    assert run({**VIDEO, "profile": "none"})[1][1].startswith("  there is no profile 'none'")


def test_only_some_cases_can_be_run_by_id_or_tag(run):
    assert run(FQL, MAPPING, WRONG, "{", options=["--only", "pages"])[1] == ["1 passed, 0 failed"]
    assert run(FQL, MAPPING, WRONG, options=["--only", "type"])[1][-1] == "1 passed, 1 failed"
    assert run(FQL, MAPPING, options=["--only", "pages", "--only", "path"])[1] == [
        "2 passed, 0 failed"
    ]


def test_an_id_or_tag_that_no_case_has_is_status_2(run):
    assert run(FQL, options=["--only", "nothing"])[0] == 2


def test_the_report_can_be_json(run):
    status, lines = run(VIDEO, WRONG, options=["--json"])

    assert status == 1
    assert json.loads(lines[1]) == {
        "file": "cases.jsonl",
        "line": 2,
        "id": "wrong",
        "kind": "fql",
        "tags": ["type"],
        "differences": [{"at": "/match", "expected": "false", "found": "true"}],
    }
    assert json.loads(lines[2]) == {
        "passed": 0,
        "failed": 2,
        "failed_by_kind": {"destination": 1, "fql": 1},
        "failed_by_tag": {"asset": 1, "type": 1, "video": 1},
        "pass_with_main-2026-07": 1,
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{bad", "The line is not JSON"),
        ("[1]", "a case is an object but it is an array"),
        ("{}", "a case has `fql`, or `mapping`, or a `mode`"),
        ({**FQL, "event": 5}, "a case has an `event`, which is an object"),
        ({**VIDEO, "mode": ["event"]}, "`mode` should be a string but it is an array"),
        ({**VIDEO, "mappings": "all"}, "`mappings` should be an array or null"),
        ({**VIDEO, "mappings": ["none"]}, "there is no preset 'none'"),
        ({**VIDEO, "settings": None}, "`settings` should be an object but it is null"),
        ({**VIDEO, "respond": {"headers": {"content-type": 5}}}, "an object of strings"),
        ({key: FQL[key] for key in ("id", "fql", "event")}, "the case has no `expect`"),
        (
            '{"fql": "type", "event": ' + '{"a":' * 100_000 + "1" + "}" * 100_001,
            "nested too deeply",
        ),
    ],
)
def test_a_line_that_is_no_case_is_a_failure_and_stops_nothing(run, line, said):
    status, lines = run(line, FQL)

    assert status == 1
    assert lines[0].startswith("cases.jsonl:1: failed:")
    assert said in lines[1]
    assert lines[-1] == "1 passed, 1 failed"


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "x", "page", "\ud800"]),
    lambda of: st.lists(of, max_size=2) | st.dictionaries(st.sampled_from([*VIDEO, "a"]), of),
    max_leaves=5,
)


@given(
    st.sampled_from([FQL, MAPPING, VIDEO]),
    st.dictionaries(
        st.sampled_from([*FQL, *MAPPING, *VIDEO, "events", "respond", "batch", "profile"]), ODD
    ),
    st.sampled_from([*PROFILES]),
)
def test_whatever_a_case_holds_it_gets_a_verdict(case, changed, profile):
    line = json.dumps({**case, **changed}).encode()

    ((_, verdict),) = judge_lines([line], profile)

    if verdict.found is not None:
        updated = with_expectation(line, verdict.found)
        ((_, again),) = judge_lines([updated], profile)
        assert again.passed


def test_an_update_changes_expectations_and_nothing_else(run, tmp_path):
    file = tmp_path / "cases.jsonl"
    lines = [
        (
            '{ "id" : "ü",  "expect":{"match":true} , "fql": "type = \\"page\\"",'
            ' "event": {"type":"page"}}'
        ),
        "",
        "{broken",
        (
            '{"note": "\\u00fc", "expect": {"match": false, "note": "why"},'
            ' "fql": "type = \\"page\\"", "event": {"type": "page"}, "n": 1e400}'
        ),
        '{"fql":"type = \\"page\\"","event":{"type":"page"}}',
    ]

    status, said = run(*lines, options=["--update"])

    assert status == 1
    assert said[-2:] == ["failed by kind: unreadable 1 of 1", "3 passed, 1 failed"]
    assert "cases.jsonl: 2 updated" in said
    assert file.read_text().splitlines() == [
        *lines[:3],
        (
            '{"note": "\\u00fc", "expect": {"match": true, "note": "why"},'
            ' "fql": "type = \\"page\\"", "event": {"type": "page"}, "n": 1e400}'
        ),
        '{"fql":"type = \\"page\\"","event":{"type":"page"},"expect":{"match":true}}',
    ]


def test_an_update_keeps_line_ends_mode_and_links(tmp_path):
    file, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(WRONG).encode() + b"\r\n" + b"\r\n{")
    file.chmod(0o640)
    link.symlink_to(file)

    assert main(["segment", "test", "--update", str(link)]) == 1
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    expected = json.dumps({**WRONG, "expect": {"match": True}}).encode()
    assert file.read_bytes() == b"\xef\xbb\xbf" + expected + b"\r\n" + b"\r\n{"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.jsonl", "real.jsonl"]


def test_an_update_of_some_leaves_the_others(run, tmp_path):
    other = {**WRONG, "id": "other"}

    run(WRONG, other, options=["--update", "--only", "wrong"])

    lines = (tmp_path / "cases.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {**WRONG, "expect": {"match": True}},
        other,
    ]


def test_a_file_whose_cases_all_pass_is_not_touched(run, tmp_path):
    run(FQL)
    file = tmp_path / "cases.jsonl"
    before = file.stat().st_ino

    assert main(["segment", "test", "--update", str(file)]) == 0
    assert file.stat().st_ino == before


@pytest.mark.parametrize("name", ["-", "cases.jsonl.gz"])
def test_what_cannot_be_rewritten_is_not_updated(capsys, name):
    assert main(["segment", "test", "--update", name]) == 2
    assert "cannot be rewritten" in capsys.readouterr().err


def test_of_a_key_that_is_there_twice_the_last_is_updated():
    line = b'{"fql": "x", "expect": 1, "expect": 2}'

    assert with_expectation(line, {"match": True}) == (
        b'{"fql": "x", "expect": 1, "expect": {"match": true}}'
    )


def test_half_a_character_is_written_as_an_escape():
    assert with_expectation(b'{"expect":1}', {"value": "\ud800\u00fc"}) == (
        b'{"expect":{"value":"\\ud800\\u00fc"}}'
    )


def test_all_files_must_be_there_before_the_first_is_run(tmp_path, capsys):
    file = tmp_path / "a.jsonl"
    _write(file, FQL)

    assert main(["segment", "test", str(file), str(tmp_path / "gone.jsonl")]) == 2
    assert capsys.readouterr().out == ""


def test_files_may_be_several_packed_or_standard_input(capsys, tmp_path, monkeypatch):
    packed = tmp_path / "cases.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(FQL).encode()))
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(MAPPING).encode()))
    monkeypatch.setattr("sys.stdin", stdin)

    assert main(["segment", "test", str(packed), "-"]) == 0
    assert capsys.readouterr().out == "2 passed, 0 failed\n"


def test_a_file_without_cases_proves_nothing(tmp_path, capsys):
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n")

    assert main(["segment", "test", str(cases)]) == 2
    assert "there is no case in it" in capsys.readouterr().err
