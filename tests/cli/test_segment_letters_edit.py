"""`aiorecombee segment letters edit`: what was typed is kept, and the lanes follow the event."""

import io
import json
import shlex
import sys
from pathlib import Path

import pytest

from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.queue import Item


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Have an editor that runs some Python, with the name of the file as `path`."""

    def editor(python, variable="EDITOR"):
        script = tmp_path / f"{variable}.py"
        script.write_text(
            f"import sys\nfrom pathlib import Path\npath = Path(sys.argv[1])\n{python}"
        )
        monkeypatch.setenv(variable, shlex.join([sys.executable, str(script)]))

    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.setenv("TMPDIR", str(drafts(tmp_path)))
    monkeypatch.setattr("tempfile.tempdir", None)
    return editor


def drafts(tmp_path):
    folder = tmp_path / "drafts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def draft(tmp_path):
    """The text that was kept; `None` if nothing was."""

    def draft():
        kept = list(drafts(tmp_path).glob("*/*"))
        return kept[0].read_text() if kept else None

    return draft


def replace(old, new):
    return f"path.write_text(path.read_text().replace({old!r}, {new!r}))"


@pytest.fixture
def body(tmp_path):
    """Write a file for `--body`."""

    def body(event):
        file = tmp_path / "event.json"
        file.write_bytes(event if isinstance(event, bytes) else json.dumps(event).encode())
        return file

    return body


# --- In an editor ---------------------------------------------------------------------------------


def test_an_event_is_edited_and_stays_a_dead_letter(letters, page, run, editor, draft):
    letters.die((page("u-1", "no blanks"), "no"))
    editor(replace("no blanks", "no-blanks"))
    assert run("edit", 1) == (0, "letter 1 is edited\n", "")
    (found,) = letters.all()
    assert json.loads(found.item.body)["name"] == "no-blanks"
    assert (found.reason, found.item.key, found.item.origin) == ("no", "u-1/no blanks", "tracking")
    assert draft() is None


def test_what_is_edited_is_easy_to_read_and_for_its_owner_only(
    letters, page, run, editor, tmp_path
):
    letters.die((page("u-1"), "no"))
    copy = tmp_path / "copy"
    editor(
        f"Path({str(copy)!r}).write_text(oct(path.parent.stat().st_mode)[-3:] + path.read_text())"
    )
    assert run("edit", 1)[1] == "nothing is changed\n"
    expected = '700{\n  "type": "page",\n  "userId": "u-1",\n  "name": "Home"\n}\n'
    assert copy.read_text() == expected


def test_visual_comes_before_editor(letters, page, run, editor):
    letters.die((page("u-1"), "no"))
    editor("sys.exit(3)")
    editor(replace("Home", "Away"), "VISUAL")
    assert run("edit", 1)[0] == 0


def test_without_a_change_nothing_is_written(letters, page, run, editor, draft):
    letters.die((page("u-1"), "no"))
    before = letters.all()
    editor("")
    assert run("edit", 1) == (0, "nothing is changed\n", "")
    assert (letters.all(), draft()) == (before, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('{\n  "type": "page"\n  "name": 1}', r"line 3, column 3: it is not JSON"),
        ("[]", "an event is a JSON object"),
        ("", "line 1, column 1: it is not JSON"),
        ('{"type": "pgae", "userId": "u"}', 'its "type" is none that is taken here'),
        ('{"type": "page"}', 'it has neither "userId" nor "anonymousId"'),
        ('{"type": "page", "userId": "u", "n": NaN}', "NaN is no number"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_no_event_is_kept_and_said_where(letters, page, run, editor, draft, typed, said):
    letters.die((page("u-1"), "no"))
    before = letters.all()
    editor(f"path.write_text({typed!r})")
    with pytest.raises(UsageError, match=said) as found:
        run("edit", 1)
    assert (letters.all(), draft()) == (before, typed)
    *_, kept = str(found.value).split()
    Path(kept).write_text('{"type": "page", "userId": "u-1", "name": "mended"}')
    assert run("edit", 1, "--body", kept)[0] == 0
    assert letters.events()[0]["name"] == "mended"


def test_an_editor_that_fails_changes_nothing_and_keeps_what_was_typed(
    letters, page, run, editor, draft
):
    letters.die((page("u-1"), "no"))
    editor(f"{replace('Home', 'Away')}\nsys.exit(3)")
    with pytest.raises(UsageError, match="ended with status 3; nothing is changed"):
        run("edit", 1)
    assert '"name": "Away"' in draft()
    assert letters.events()[0]["name"] == "Home"


def test_an_editor_that_is_not_there_is_named(letters, page, run, editor, draft, monkeypatch):
    letters.die((page("u-1"), "no"))
    editor("")
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    with pytest.raises(
        UsageError, match=r"^editor no-such-editor --wait: No such file .*set EDITOR"
    ):
        run("edit", 1)
    monkeypatch.setenv("EDITOR", "'")
    with pytest.raises(UsageError, match=r"^editor ': No closing quotation; set EDITOR"):
        run("edit", 1)
    assert draft() is None


def test_without_terminal_and_editor_a_file_is_asked_for(letters, page, run, editor, monkeypatch):
    assert callable(editor)
    letters.die((page("u-1"), "no"))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(UsageError, match="give --body, or set EDITOR"):
        run("edit", 1)


def test_who_edits_at_the_same_time_is_not_overwritten(letters, page, run, editor, draft):
    letters.die((page("u-1"), "no"))
    command = ["edit", "1", "--spool", str(letters.path), "--body", "-"]
    editor(
        "import io\nfrom aiorecombee.cli.segment.letters import program\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b'"
        '{"type": "page", "userId": "u-1", "name": "theirs"}'
        f"'))\nprogram.run('letters', {command!r})\n" + replace("Home", "mine")
    )
    with pytest.raises(UsageError, match="letter 1: somebody else has edited it meanwhile"):
        run("edit", 1)
    assert letters.events()[0]["name"] == "theirs"
    assert '"name": "mine"' in draft()


def test_a_letter_that_is_not_there_is_status_1(run, editor, body):
    editor("sys.exit(3)")
    said = "aiorecombee: there is no dead letter 7\n"
    assert run("edit", 7) == (1, "", said)
    mended = body({"type": "page", "userId": "u", "name": "n"})
    assert run("edit", 7, "--body", mended) == (1, "", said)


def test_a_letter_that_went_away_meanwhile_is_status_1_and_what_was_typed_is_kept(
    letters, page, run, editor, draft
):
    letters.die((page("u-1"), "no"))
    command = ["drop", "1", "--spool", str(letters.path), "--yes"]
    editor(
        "from aiorecombee.cli.segment.letters import program\n"
        f"program.run('letters', {command!r})\n" + replace("Home", "Away")
    )
    status, _, err = run("edit", 1)
    assert status == 1
    assert err.startswith("aiorecombee: there is no dead letter 1\n")
    assert '"name": "Away"' in draft()


def test_a_body_that_is_no_json_can_be_mended(letters, run, editor):
    letters.die((Item(("u",), b'{"type": "page", "userId": "u", "name": "\xff'), "not JSON"))
    editor(replace(r"\xff", r'x"}'))
    assert run("edit", 1)[0] == 0
    assert letters.events() == [{"type": "page", "userId": "u", "name": "x"}]


def test_texts_that_a_terminal_might_obey_survive_an_edit(letters, page, run, editor):
    odd = "\x1b[2J\u202e\ud800\x9b ü"
    letters.die((page("u-1", "Home", odd=odd), "no"))
    editor(replace("Home", "Away"))
    with pytest.raises(UsageError, match="it has a number or a text that JSON cannot hold"):
        run("edit", 1)  # half a character, which came as \ud800, cannot be stored
    editor(replace(r"\ud800", ""))
    assert run("edit", 1)[0] == 0
    assert letters.events()[0]["odd"] == odd.replace("\ud800", "")


# --- From a file ----------------------------------------------------------------------------------


def test_whoever_the_event_is_about_now_has_the_letter(letters, page, run, body):
    letters.die((page("u-1"), "no"))
    mended = body({"type": "page", "userId": "u-2", "name": "Home"})
    assert run("edit", 1, "--body", mended) == (
        0,
        "letter 1 is edited; it is about u-2 now\n",
        "",
    )
    (found,) = letters.all()
    assert (found.item.lanes, found.item.barrier) == (("u-2",), False)
    assert run("list", "--json", "--user", "u-1")[1] == ""


def test_an_event_that_becomes_an_alias_keeps_the_order_of_both(letters, page, run, body):
    letters.die((page("u-1"), "no"))
    run("edit", 1, "--body", body({"type": "alias", "userId": "u-2", "previousId": "anna"}))
    (alias,) = letters.all()
    assert (alias.item.lanes, alias.item.barrier) == (("anna", "u-2"), True)
    run("edit", 1, "--body", body({"type": "page", "anonymousId": "anna", "name": "Home"}))
    (no_alias,) = letters.all()
    assert (no_alias.item.lanes, no_alias.item.barrier) == (("anna",), False)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (b"{", r"^--body .*event\.json, line 1, column 2: it is not JSON"),
        (b"{}", r'^--body .*event\.json: it has no "type"'),
        (b'{"\n\xff": 1}', "line 2: it is not UTF-8"),
        (b"1" * 5_000, "it is not JSON: Exceeds the limit"),
        (b" " * (4 * 2**20 + 1), "it is too large"),
        ({"type": "page", "userId": "u", "name": "x" * 2**20}, "it is too large"),
    ],
)
def test_a_file_that_holds_no_event_is_named(letters, page, run, body, event, said):
    letters.die((page("u-1"), "no"))
    with pytest.raises(UsageError, match=said):
        run("edit", 1, "--body", body(event))
    assert letters.events()[0]["name"] == "Home"


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    with pytest.raises(UsageError, match=r"^--body .*nowhere: No such file"):
        run("edit", 1, "--body", tmp_path / "nowhere")
