"""`aiorecombee send`: one request, or a file of them."""

import asyncio
import gzip
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aiorecombee import AddDetailView, Batch
from aiorecombee.cli import main
from aiorecombee.cli.send.input import LONGEST, bounded, items, portions
from aiorecombee.cli.send.tally import Tally
from aiorecombee.requests import ALL_REQUESTS

TOKEN = "Gh0stT0ken"


@pytest.fixture
def run(capsys):
    """Run the command and give status, stdout and stderr."""

    def run(*arguments):
        status = main(["send", *arguments])
        return (status, *capsys.readouterr())

    return run


@pytest.fixture
def on_mock(recombee_mock, monkeypatch):
    """The options that lead to the database on the mock."""
    monkeypatch.setenv("RECOMBEE_TOKEN", recombee_mock.token)
    monkeypatch.setenv("RECOMBEE_DATABASE", recombee_mock.database_id)
    return ["--base-uri", recombee_mock.base_uri, "--protocol", "http"]


@pytest.fixture
def write(tmp_path):
    """Write a file of lines and give its name."""

    def write(*lines):
        file = tmp_path / "requests.jsonl"
        texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        file.write_text("".join(f"{text}\n" for text in texts))
        return str(file)

    return write


@pytest.fixture
def send_file(run, on_mock, write):
    """Send lines as a file, and give status, the lines that came out, and stderr."""

    def send_file(*lines, options=()):
        status, out, err = run(*on_mock, *options, "--file", write(*lines))
        return status, [json.loads(line) for line in out.splitlines()], err

    return send_file


def view(user, item, **more):
    params = {"userId": user, "itemId": item, "cascadeCreate": True, **more}
    return {"request": "AddDetailView", "params": params}


# --- One request ----------------------------------------------------------------------------------


def test_a_request_is_sent_and_its_answer_printed(run, on_mock):
    assert run("AddDetailView", "u", "i", "--cascade-create", *on_mock) == (0, '"ok"\n', "")
    assert run(*on_mock, "ListUserDetailViews", "u")[0] == 0


def test_answers_are_json_in_the_names_of_the_api(run, on_mock):
    arguments = ["u", "i", "--timestamp", "1700000000", "--amount", "2", "--cascade-create"]
    run(*on_mock, "AddPurchase", *arguments, "--additional-data", '{"a": [1]}')

    _, out, _ = run(*on_mock, "ListUserPurchases", "u")

    assert json.loads(out) == [
        {
            "userId": "u",
            "itemId": "i",
            "timestamp": 1700000000.0,
            "amount": 2,
            "additionalData": {"a": [1]},
        }
    ]


def test_items_are_printed_with_their_properties(run, on_mock):
    run(*on_mock, "AddItemProperty", "tags", "set")
    run(*on_mock, "SetItemValues", "i", '{"tags": ["x"]}', "--cascade-create")

    _, out, _ = run(
        *on_mock, "ListItems", "--return-properties", "--included-properties", '["tags"]'
    )

    assert json.loads(out) == [{"itemId": "i", "tags": ["x"]}]


def test_a_refusal_is_status_1_in_one_line(run, on_mock):
    assert run(*on_mock, "AddDetailView", "u", "i") == (
        1,
        "",
        'aiorecombee: AddDetailView: 404: User "u" does not exist!\n',
    )


def test_a_refused_token_leads_to_the_doctor(run, on_mock, monkeypatch):
    monkeypatch.setenv("RECOMBEE_TOKEN", TOKEN)

    status, _, err = run(*on_mock, "ListScenarios")

    assert (status, err.endswith("; `aiorecombee doctor` tells why\n")) == (1, True)
    assert TOKEN not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give a request or --file; see aiorecombee send --help"),
        (["AddRatin", "u"], "there is no request 'AddRatin'. Did you mean AddRating?"),
        (["Qqqq"], "there is no request 'Qqqq'. --list shows all there are."),
        (["Batch"], "a Batch is sent with --file: one request a line"),
        (["AddRating", "u"], "the following arguments are required: ITEM_ID, RATING"),
        (["AddRating", "u", "i", "x"], "argument RATING: must be a number, not 'x'"),
        (["AddRating", "u", "i", "7"], "AddRating.rating = 7: must be between -1.0 and 1.0"),
        (["ListItems", "--count", "1.5"], "--count: must be a whole number, not '1.5'"),
        (["ListItems", "--included-properties", "a"], "must be a JSON list, like"),
        (["SetItemValues", "i", "[1]"], "argument VALUES: must be a JSON object, like"),
        (["SetItemValues", "i", "{"], "argument VALUES: must be a JSON object, like"),
        (["ListItems", "--colour"], "unrecognized arguments: --colour"),
        (["RecommendItemsToUser", "u", "1", "--logic", '{"nam": 1}'], "has a member 'nam'"),
        (["AddItemProperty", "p", "int", "--role", "{}"], "lacks its name"),
        (["ListItems", "--timeout", "0"], "0 is no number of seconds above 0"),
        (["--batch-size", "10001", "--file", "x"], "10001 is not between 1 and 10,000"),
        (["--file", "gone.jsonl"], "--file gone.jsonl: No such file or directory"),
        (["--file", "-", "--token-file", "-"], "cannot both be standard input"),
        (
            ["--region", "us-west", "ListItems", "--base-uri", "h"],
            "--region and --base-uri contradict each other",
        ),
        (["ListItems", "--token", TOKEN], "no token on the command line"),
    ],
)
def test_a_wrong_call_is_status_2_and_says_why(run, monkeypatch, arguments, said):
    monkeypatch.setenv("RECOMBEE_DATABASE", "db")
    monkeypatch.setenv("RECOMBEE_TOKEN", TOKEN)

    status, out, err = run(*arguments)

    assert (status, out) == (2, "")
    assert said in err
    assert TOKEN not in err


def test_without_a_database_nothing_is_sent(run):
    assert run("ListItems")[2].startswith("aiorecombee: no database: give --database, or set")


def test_a_dry_run_needs_no_database_and_shows_no_signature(run):
    status, out, err = run("MergeUsers", "a", "b", "--cascade-create", "--dry-run")

    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "request": "MergeUsers",
        "method": "PUT",
        "path": "/users/a/merge/b",
        "params": {"cascadeCreate": True},
    }


@pytest.mark.parametrize(
    ("arguments", "params"),
    [
        (["AddRating", "u", "i", "-0.5"], {"userId": "u", "itemId": "i", "rating": -0.5}),
        (["AddItem", "--", "-i"], None),
        (["AddDetailView", "u", "--", "-i"], {"userId": "u", "itemId": "-i"}),
        (["AddSeries", "s", "--no-cascade-create"], {"cascadeCreate": False}),
        (["addseries", "s", "--cascade-create"], {"cascadeCreate": True}),
        (["RecommendItemsToItem", "i", "null", "3"], {"targetUserId": None, "count": 3}),
        (
            ["RecommendItemsToUser", "u", "3", "--logic", "recombee:popular"],
            {"count": 3, "logic": "recombee:popular"},
        ),
        (
            ["RecommendItemsToUser", "u", "3", "--logic", '{"name": "a", "settings": {"b": 1}}'],
            {"count": 3, "logic": {"name": "a", "settings": {"b": 1}}},
        ),
        (
            ["CompositeRecommendation", "s", "3", "--source-settings", '{"minRelevance": "low"}'],
            {"scenario": "s", "count": 3, "sourceSettings": {"minRelevance": "low"}},
        ),
        (
            ["DeleteDetailView", "u", "i", "--timestamp", "2024-01-05T10:00:00Z"],
            {"userId": "u", "itemId": "i", "timestamp": "2024-01-05T10:00:00Z"},
        ),
        (
            ["AddItemProperty", "p", "set", "--metadata", '["a", {"name": "b"}]'],
            {"type": "set", "metadata": ["a", {"name": "b"}]},
        ),
    ],
)
def test_values_are_written_by_their_types(run, arguments, params):
    status, out, _ = run("--dry-run", *arguments)

    assert (status, json.loads(out).get("params")) == (0, params)


def test_the_token_may_come_from_a_file(run, on_mock, recombee_mock, monkeypatch, tmp_path):
    monkeypatch.delenv("RECOMBEE_TOKEN")
    file = tmp_path / "token"
    file.write_text(f"{recombee_mock.token}\n")

    assert run(*on_mock, "--token-file", str(file), "ListUsers")[:2] == (0, "[]\n")


# --- Help -----------------------------------------------------------------------------------------


ALONE = [cls for cls in ALL_REQUESTS if cls is not Batch]


@pytest.mark.parametrize("cls", ALONE, ids=lambda cls: cls.__name__)
def test_every_request_explains_itself(run, cls):
    status, out, _ = run(cls.__name__, "--help")

    assert status == 0
    assert f"example:\n  aiorecombee send {cls.__name__}" in out
    assert f"{cls.method} {cls.path}" in out
    assert "Args:" not in out


def test_a_request_is_explained_by_its_own_documentation(run):
    _, out, _ = run("AddPurchase", "--help")

    assert "Record that a user bought an item." in out
    assert "Price of the **whole** amount, not of one piece" in out
    assert "Unix seconds, or ISO 8601" in out


def test_recommendations_are_explained_by_what_their_section_shares(run):
    _, out, _ = run("RecommendItemsToUser", "--help")

    assert "ReQL that is true for what may be recommended" in out
    assert "one of low, medium, high" in out


def test_the_list_has_every_request_but_the_batch(run):
    status, out, _ = run("--list")

    listed = [line.split()[0] for line in out.splitlines() if line[:2] == "  " != line[2:4]]
    assert (status, listed) == (0, [cls.__name__ for cls in ALONE])
    assert "  AddRating USER_ID ITEM_ID RATING\n" in out


def test_the_help_has_examples(run):
    assert "\nexamples:\n  $ aiorecombee send AddDetailView" in run("--help")[1]


# --- Files ----------------------------------------------------------------------------------------


def test_each_line_has_its_answer_whatever_form_it_has(send_file):
    status, lines, err = send_file(
        view("u", "i", timestamp=1),
        {"method": "PUT", "path": "/users/new"},
        {"method": "post", "path": "/items/i", "params": {"!cascadeCreate": True}},
        {"method": "PUT", "path": "/users/new/merge/u?cascadeCreate=true"},
        {"method": "GET", "path": "/users/new/detailviews"},
        {"request": "AddItem", "params": {"item_id": "j"}},
        "",
        {
            "line": 1,
            "requests": [
                {"request": "AddItem", "method": "PUT", "path": "/items/k"},
                {"request": "DeleteItem", "method": "DELETE", "path": "/items/k"},
            ],
        },
        {"line": 2, "requests": [], "matched": [], "rejected": []},
    )

    assert (status, err) == (0, "8 requests: 8 done, none failed\n")
    assert [(one["line"], one["request"], one["status"]) for one in lines] == [
        (1, "AddDetailView", 200),
        (2, "AddUser", 201),
        (3, "SetItemValues", 200),
        (4, "MergeUsers", 200),
        (5, "ListUserDetailViews", 200),
        (6, "AddItem", 201),
        (8, "AddItem", 201),
        (8, "DeleteItem", 200),
    ]
    assert [(view["itemId"], view["timestamp"]) for view in lines[4]["answer"]] == [("i", 1.0)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{bad", "The line is not JSON: "),
        ("[1]", "a request is an object with method and path, or request and params"),
        ("{}", "a request has method and path, or request and params"),
        ({"requests": [1]}, "a request is an object"),
        ({"request": 1}, "request should be the name of a request"),
        ({"request": "AdItem"}, "there is no request 'AdItem'. Did you mean AddItem?"),
        ({"request": "Batch"}, "a Batch is sent with --file"),
        ({"request": "AddItem"}, "AddItem lacks itemId"),
        ({"request": "AddItem", "params": [1]}, "params should be an object"),
        ({"request": "AddItem", "path": "/users/u"}, "the path of AddItem is /items/{itemId}, not"),
        ({"request": "AddItem", "params": {"itemId": "a b"}}, "AddItem.item_id = 'a b': may have"),
        (view("u", "i", colour="red"), "AddDetailView has no parameter 'colour'"),
        (view("u", 7), "AddDetailView.item_id = 7: must be text (str); use '7'"),
        ({"method": "GET", "path": "/nothing"}, "no request of the API has method 'GET'"),
        ({"method": "PATCH", "path": "/items/i"}, "no request of the API has method 'PATCH'"),
        ({"method": "POST", "path": "/batch/", "params": {"requests": []}}, "no request of the"),
        ({"request": "X", "refused": "X.item_id is odd"}, "X.item_id is odd"),
        (
            {
                "request": "RecommendItemsToUser",
                "params": {"userId": "u", "count": 1, "logic": {"nam": 1}},
            },
            "RecommendItemsToUser.logic has a member 'nam'",
        ),
        ({"method": "GET", "path": "/items/list/?count=x"}, "must be a whole number, not 'x'"),
    ],
)
def test_a_line_that_is_no_request_stops_nothing(send_file, line, said):
    status, lines, err = send_file(view("u", "i"), line, view("u", "j"))

    assert status == 1
    assert [(one["line"], one["status"]) for one in lines] == [(1, 200), (2, None), (3, 200)]
    assert said in lines[1]["error"]
    assert err == "3 requests: 2 done, 1 failed (not sent: 1)\n"


def test_a_refused_request_stops_nothing(send_file):
    missing = {"request": "AddDetailView", "params": {"userId": "nobody", "itemId": "i"}}

    status, lines, err = send_file(missing, view("u", "i"))

    assert (status, err) == (1, "2 requests: 1 done, 1 failed (404: 1)\n")
    assert lines[0] == {
        "line": 1,
        "request": "AddDetailView",
        "status": 404,
        "error": 'User "nobody" does not exist!',
    }


def test_lines_keep_their_order_over_batches(send_file, recombee_mock):
    status, lines, _ = send_file(
        *(view("u", f"i{at}") for at in range(25)), options=["--batch-size", "10"]
    )

    batches = [entry.operation for entry in recombee_mock.journal()]
    assert (status, batches) == (0, ["Batch"] * 3)
    assert [one["line"] for one in lines] == [*range(1, 26)]


@pytest.mark.parametrize(
    ("broken", "sent"),
    [
        ("{bad", 2),
        ({"request": "DeleteItem", "params": {"itemId": "none"}}, 4),
    ],
)
def test_fail_fast_stops_with_the_batch_in_which_something_failed(send_file, broken, sent):
    lines = [view("u", "a"), view("u", "b"), broken, view("u", "c"), view("u", "d")]

    status, told, err = send_file(*lines, options=["--fail-fast", "--batch-size", "4"])

    assert status == 1
    assert len([one for one in told if one["status"]]) == sent
    assert f"stopped after line {told[-1]['line']}\n" in err


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ({"kind": "status", "status": 400}, 400, "400: 2"),
        ({"kind": "reset"}, None, "no answer: 2"),
    ],
)
def test_a_batch_without_an_answer_stops_all_and_says_where(
    send_file, recombee_mock, fault, status, said
):
    recombee_mock.add_fault(fault, after=1)
    lines = [view("u", f"i{at}") for at in range(6)]

    code, told, err = send_file(*lines, options=["--batch-size", "2"])

    assert (code, [one["status"] for one in told]) == (1, [200, 200, status, status])
    assert err.startswith(f"4 requests: 2 done, 2 failed ({said})\nstopped at line 3: Batch: ")
    assert "`aiorecombee doctor` tells why" in err
    assert err.endswith("the rest can be sent with: tail -n +3 FILE\n")


def test_a_dry_run_of_a_file_sends_nothing(run, write, recombee_mock):
    status, out, err = run("--dry-run", "--file", write(view("u", "i"), "{bad"))

    first, second = map(json.loads, out.splitlines())
    assert (status, err) == (1, "2 requests: 1 done, 1 failed (not sent: 1)\n")
    assert first == {
        "line": 1,
        "request": "AddDetailView",
        "method": "POST",
        "path": "/detailviews/",
        "params": {"userId": "u", "itemId": "i", "cascadeCreate": True},
    }
    assert (second["line"], "error" in second) == (2, True)
    assert recombee_mock.journal() == []


def test_a_file_may_be_packed_or_come_from_standard_input(run, on_mock, tmp_path, monkeypatch):
    text = json.dumps(view("u", "i")).encode()
    packed = tmp_path / "requests.jsonl.gz"
    packed.write_bytes(gzip.compress(text))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))

    assert [run(*on_mock, "--file", name)[0] for name in (str(packed), "-")] == [0, 0]


def test_nothing_is_read_ahead_of_what_is_sent():
    read = []

    def lines():
        for at in range(10):
            read.append(at)
            yield json.dumps(view("u", f"i{at}")).encode()

    first = next(portions(items(lines()), 3))

    assert (len(first), len(read)) == (3, 3)


def test_long_lines_make_small_portions():
    line = json.dumps(view("u", "i", additionalData={"a": "x" * (LONGEST // 2)})).encode()

    assert [len(one) for one in portions(items([line] * 9), 1000)] == [4, 4, 1]


def test_a_line_without_an_end_is_not_kept():
    file = io.BytesIO(b"x" * (LONGEST * 3) + b"\n" + b"{}\n" + b"y" * (LONGEST + 1))

    found = [(item.line, item.wrong[:18]) for item in items(bounded(file))]

    assert found == [
        (1, "the line is longer"),
        (2, "a request has meth"),
        (3, "the line is longer"),
    ]


def test_a_tally_reads_like_a_sentence():
    assert Tally(done=1).text() == "1 request: 1 done, none failed"
    assert Tally(done=1234, stopped="why").text() == "1,234 requests: 1,234 done, none failed\nwhy"


# --- The real command -----------------------------------------------------------------------------


def command(*arguments):
    return [sys.executable, "-W", "error", "-m", "aiorecombee.cli", *arguments]


@pytest.fixture
def environ(recombee_mock):
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {
        **kept,
        "RECOMBEE_TOKEN": recombee_mock.token,
        "RECOMBEE_DATABASE": recombee_mock.database_id,
        "RAPI_URI": recombee_mock.base_uri,
    }


def test_what_segment_map_prints_can_be_sent(environ, recombee_mock, tmp_path):
    events = tmp_path / "events.jsonl"
    page = {"type": "page", "name": "Pricing", "userId": "u-1"}
    events.write_text("".join(json.dumps(one) + "\n" for one in (page, {"type": "identify"})))

    mapped = subprocess.run(
        command("segment", "map", str(events)), capture_output=True, env=environ, check=True
    )
    sent = subprocess.run(
        command("send", "--protocol", "http", "--file", "-"),
        input=mapped.stdout,
        capture_output=True,
        env=environ,
        check=False,
    )

    assert (sent.returncode, sent.stderr) == (0, b"1 request: 1 done, none failed\n")
    recombee_mock.expect(AddDetailView, user_id="u-1", item_id="Pricing")


def test_a_full_disk_is_told_and_what_was_sent_before(environ, write):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("send", "--protocol", "http", "--file", write(view("u", "i"))),
            stdout=full,
            stderr=subprocess.PIPE,
            env=environ,
            check=False,
        )
    told = (
        b"1 request: 1 done, none failed\n"
        b"aiorecombee: cannot write the output: No space left on device\n"
    )
    assert (done.returncode, done.stderr) == (2, told)


def test_a_reader_that_leaves_early_ends_it_quietly(environ, write):
    lines = [view("u", f"i{at}") for at in range(5000)]
    arguments = ["send", "--protocol", "http", "--file", write(*lines)]

    with subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
    ) as process:
        assert process.stdout.readline().startswith(b'{"line": 1, ')
        process.stdout.close()
        told = process.stderr.read()
    assert process.returncode == 141
    assert b"Traceback" not in told


async def started(*arguments, environ):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return await asyncio.create_subprocess_exec(
        *command("send", "--protocol", "http", *arguments), env=environ, **pipes
    )


async def test_ctrl_c_while_a_batch_is_under_way_says_which(environ, write):
    asked = asyncio.Event()

    async def accept(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    environ["RAPI_URI"] = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    file = write(view("u", "i"), view("u", "j"))
    process = await started("--file", file, environ=environ)
    await asked.wait()
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()
    server.close()

    assert (process.returncode, out) == (130, b"")
    assert err.decode() == (
        "0 requests: 0 done, none failed\n"
        "interrupted: lines 1 to 2 may have been carried out or not\n"
    )


async def test_ctrl_c_while_it_waits_for_a_pipe_is_heard_at_once(environ):
    process = await started("--batch-size", "1", "--file", "-", environ=environ)
    process.stdin.write(json.dumps(view("u", "i")).encode() + b"\n")
    assert json.loads(await process.stdout.readline())["status"] == 200
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()

    assert (process.returncode, err) == (130, b"1 request: 1 done, none failed\n")
