"""`aiorecombee segment replay`: archives are sent, and every line is accounted for."""

import asyncio
import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys

import pytest

from aiorecombee.cli.segment import replay
from aiorecombee.cli.segment.replay_progress import shown
from aiorecombee.cli.usage import UsageError
from aiorecombee.delivery.ledger import Aliased, Deleted, Ledger
from aiorecombee.delivery.replaying.sifting import Sifter, read_event
from aiorecombee.delivery.replaying.supply import Supply
from aiorecombee.delivery.replaying.tally import Tally
from aiorecombee.delivery.spool import LedgerFile, Spool
from aiorecombee.segment import Destination

PROG = "aiorecombee segment replay"
NOON = 1_700_000_000
SEED = int(os.environ.get("REPLAY_SEED", "20240601"))
KILLS = int(os.environ.get("REPLAY_KILLS", "5"))
COMMAND = """
import sys
from aiorecombee.cli.segment.replay import run
sys.exit(run("aiorecombee segment replay", sys.argv[1:]))
"""


@pytest.fixture
def run(capsys):
    """Run the command and give status, stdout and stderr."""

    def run(*arguments):
        status = replay.run(PROG, list(map(str, arguments)))
        return (status, *capsys.readouterr())

    return run


@pytest.fixture
def on_mock(recombee_mock, monkeypatch):
    """The options that lead to the database on the mock."""
    return lead_to(recombee_mock, monkeypatch)


def lead_to(database, monkeypatch):
    monkeypatch.setenv("RECOMBEE_TOKEN", database.token)
    monkeypatch.setenv("RECOMBEE_DATABASE", database.database_id)
    return ["--base-uri", database.base_uri, "--protocol", "http"]


@pytest.fixture
def archive(tmp_path):
    def archive(*events, name="events.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(one if isinstance(one, str) else f"{json.dumps(one)}\n" for one in events)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return archive


def page(number, **more):
    return {
        "type": "page",
        "messageId": f"m-{number}",
        "userId": f"u-{number % 7}",
        "name": f"item-{number}",
        "timestamp": NOON + number,
        **more,
    }


def cart(number, event="Product Added"):
    properties = {"product_id": f"product-{number % 5}"}
    return {**page(number), "type": "track", "event": event, "properties": properties}


def login(number):
    return {
        "type": "alias",
        "messageId": f"m-{number}",
        "previousId": f"anon-{number % 3}",
        "userId": f"u-{number % 7}",
        "timestamp": NOON + number,
    }


def story(count, dice):
    """Events of users who look, buy, log in, and are deleted."""
    made = []
    for number in range(count):
        kinds = [page(number)] * 6 + [cart(number), cart(number, "Product Removed"), login(number)]
        kinds += [page(number, userId=f"anon-{number % 3}")] * 2
        kinds += [page(number, type="delete")]
        made.append(dice.choice(kinds))
    return made


def held(database):
    """What a database holds, whatever order it came in."""
    return sorted(database.export_lines().splitlines())


def numbers(out):
    found = json.loads(out)
    return {name: count for name, count in found["requests"].items() if count}


# --- What arrives ---------------------------------------------------------------------------------


def test_events_arrive_and_a_table_tells_of_them(run, on_mock, archive, recombee_mock):
    events = archive(page(1), page(1), {"type": "group"}, {"type": "page", "userId": "u"}, "{\n")

    status, out, err = run(*on_mock, events)

    assert (status, err) == (1, "")
    first, *lines = out.splitlines()
    assert first.lstrip().startswith("5  events (5 in ")
    assert lines == [
        "            1    not readable",
        "            1    there before (same messageId)",
        "            1    that nobody listens to",
        "            1  requests done",
        "            2  rejected by the mapping",
        "most frequent reasons:",
        "            1  rejected: Page - Viewed: The root value is missing the required field ….",
        (
            "            1  rejected: event: The line is not JSON: Expecting property name enclosed"
            " in double quotes: line … column … (char …)."
        ),
    ]
    assert any("item-1" in line for line in held(recombee_mock))


def test_a_second_replay_finds_everything_there_and_succeeds(run, on_mock, archive):
    events = archive(*map(page, range(30)), cart(50), cart(51, "Product Removed"), name="e.gz")

    assert [run(*on_mock, "--json", events)[0] for _ in range(2)] == [0, 0]
    status, out, _ = run(*on_mock, "--json", events)
    assert (status, numbers(out)) == (0, {"already_there": 32})


def test_what_is_refused_is_written_down_mended_and_replayed(
    run, on_mock, archive, tmp_path, recombee_mock
):
    rejects, again = tmp_path / "rejects.jsonl", tmp_path / "again.jsonl"
    events = archive(
        page(1), page(2, name="Home Page"), page(3, name=None), json.dumps(page(4))[:-1]
    )

    status, out, _ = run(*on_mock, "--json", "--rejects", rejects, events)
    assert (status, numbers(out)) == (1, {"done": 1, "rejected": 2, "refused": 1})
    lines = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(one["line"], one["verdict"]) for one in lines] == [
        (2, "refused"),
        (3, "rejected"),
        (4, "rejected"),
    ]
    assert "only letters A-Z" in lines[0]["reason"]
    lines[0]["event"]["name"] = "Home"
    lines[2]["text"] += "}"
    rejects.write_text("".join(f"{json.dumps(line)}\n" for line in lines))

    status, out, _ = run(*on_mock, "--json", "--only-failed", rejects, "--rejects", again)

    assert (status, numbers(out)) == (1, {"done": 2, "rejected": 1})
    (line,) = map(json.loads, again.read_text().splitlines())
    assert (line["file"], line["line"]) == (str(events), 3)
    assert [
        name for name in ("Home", "item-1", "item-4") if name not in str(held(recombee_mock))
    ] == []


def test_a_dry_run_needs_no_database_and_sends_nothing(run, archive, tmp_path):
    rejects = tmp_path / "rejects.jsonl"
    events = archive(page(1), page(2, name="Home Page"), page(3, name=None))

    status, out, _ = run("--dry-run", "--json", "--rejects", rejects, events)

    assert (status, numbers(out)) == (1, {"would_be_sent": 1, "refused": 1, "rejected": 1})
    assert len(rejects.read_text().splitlines()) == 2


def test_a_bucket_is_replayed_by_day(run, archive, tmp_path):
    later = archive(page(2), name="logs/source/1429333200000/1.gz")
    archive(page(1), name="logs/source/1429246800000/2.gz")

    _, out, _ = run(
        "--dry-run", "--json", "--limit", 1, "--rejects", tmp_path / "r", tmp_path / "logs"
    )

    assert numbers(out) == {"would_be_sent": 1}
    later.write_bytes(b"not gzip")
    _, out, _ = run("--dry-run", "--json", tmp_path / "logs")
    assert numbers(out) == {"would_be_sent": 1, "rejected": 1}


def test_only_events_of_a_time_are_sent(run, archive):
    events = archive(*map(page, range(10)), page(99, timestamp=None))
    since, until = "2023-11-14T22:13:22", str(NOON + 5)

    _, out, _ = run("--dry-run", "--json", "--since", since, "--until", until, events)

    assert numbers(out) == {"would_be_sent": 3}
    assert json.loads(out)["events"]["outside_the_time"] == 8


def test_what_has_no_time_is_told_of(run, on_mock, archive):
    event = page(1)
    del event["timestamp"]

    status, out, _ = run(*on_mock, archive(event))

    assert status == 0
    assert "1 of the requests had no timestamp and got that of this replay" in out


def test_standard_input_is_read_as_it_comes(recombee_mock, monkeypatch):
    options = lead_to(recombee_mock, monkeypatch)
    with start(*options, "--json", "-", stdin=subprocess.PIPE) as process:
        for number in range(3):
            process.stdin.write(json.dumps(page(number)).encode() + b"\n")
            process.stdin.flush()
        out, _ = process.communicate(timeout=60)

    assert (process.returncode, numbers(out)) == (0, {"done": 3})


# --- Stopping and going on ------------------------------------------------------------------------


def start(*arguments, **options):
    command = [sys.executable, "-W", "error", "-c", COMMAND, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, **options)


def test_a_checkpoint_is_gone_on_with_only_when_asked(run, on_mock, archive, tmp_path):
    checkpoint = tmp_path / "replay.json"
    options = [*on_mock, "--json", "--checkpoint", checkpoint]
    events = archive(*map(page, range(10)))

    found = [run(*options, "--resume", "--limit", 4, events)[1] for _ in range(4)]

    assert [numbers(out) for out in found] == [{"done": 4}, {"done": 8}, {"done": 10}, {}]
    assert [json.loads(out)["complete"] for out in found] == [False, False, True, True]
    with pytest.raises(UsageError, match="there is one already; give --resume to go on from it"):
        run(*options, events)


def test_a_changed_file_and_another_database_are_refused(
    run, on_mock, archive, tmp_path, monkeypatch
):
    checkpoint = tmp_path / "replay.json"
    options = [*on_mock, "--checkpoint", checkpoint, "--resume"]
    run(*options, "--limit", 1, archive(page(1), page(2)))

    changed = archive(page(1), page(3), page(4))
    with pytest.raises(UsageError, match="it is not the file that was replayed up to here"):
        run(*options, changed)
    monkeypatch.setenv("RECOMBEE_DATABASE", "another")
    with pytest.raises(UsageError, match="it is of the database "):
        run(*options, changed)


def test_rejects_that_somebody_took_away_are_missed_until_all_is_replayed(
    run, on_mock, archive, tmp_path
):
    rejects = tmp_path / "rejects.jsonl"
    options = [*on_mock, "--checkpoint", tmp_path / "c", "--resume", "--rejects", rejects]
    events = archive(*(page(number, name="Not An ID") for number in range(3)))
    run(*options, "--limit", 1, events)

    (tmp_path / "mended.jsonl").write_bytes(rejects.read_bytes())
    rejects.unlink()
    with pytest.raises(UsageError, match=r"^\S+rejects.jsonl: rejects are missing: .* 0 are there"):
        run(*options, events)
    rejects.write_bytes((tmp_path / "mended.jsonl").read_bytes())
    assert run(*options, events)[0] == 1
    assert len(rejects.read_text().splitlines()) == 3

    rejects.unlink()
    assert run(*options, events)[0] == 0
    assert rejects.read_text() == ""


def test_a_checkpoint_that_cannot_be_written_is_nothing_to_go_on_from(
    run, on_mock, archive, tmp_path
):
    path = tmp_path / "gone" / "c.json"
    status, out, _ = run(*on_mock, "--checkpoint", path, archive(page(1)))
    assert status == 3
    assert f"Stopped: cannot write the checkpoint {path}" in out
    assert "--resume" not in out
    assert "Replay it again: what has arrived is met there." in out


def test_a_malformed_proxy_is_named_before_anything_is_sent(run, archive, monkeypatch):
    monkeypatch.setenv("RECOMBEE_DATABASE", "my-db")
    monkeypatch.setenv("RECOMBEE_TOKEN", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "user:pa55word:proxy")
    with pytest.raises(UsageError, match=r"^HTTPS_PROXY should be http://HOST:PORT"):
        run(archive(page(1)))


def test_a_refused_token_stops_it_at_once(run, on_mock, archive, monkeypatch, tmp_path):
    monkeypatch.setenv("RECOMBEE_TOKEN", "Gh0stT0ken")

    status, out, err = run(*on_mock, "--checkpoint", tmp_path / "c", archive(page(1)))

    assert status == 3
    assert "Stopped: Batch: 401: " in out
    assert "The same command with --resume goes on from here. `aiorecombee doctor` tells why" in out
    assert "Gh0stT0ken" not in out + err + (tmp_path / "c").read_text()


KILLABLE = """
import asyncio, sys
from pathlib import Path
from aiorecombee import RecombeeClient
from aiorecombee.clock import SystemClock
from aiorecombee.delivery.replaying.account import Account
from aiorecombee.delivery.replaying.book import Book
from aiorecombee.delivery.replaying.checkpoint import load
from aiorecombee.delivery.replaying.keeping import Keeper
from aiorecombee.delivery.replaying.pacing import Pace, Patience
from aiorecombee.delivery.replaying.rejects import Rejects
from aiorecombee.delivery.replaying.run import Effort, Replay
from aiorecombee.delivery.replaying.sifting import Sifter, read_event
from aiorecombee.delivery.replaying.supply import Supply
from aiorecombee.delivery.replaying.tally import Tally
from aiorecombee.delivery.spool import LedgerFile
from aiorecombee.segment import Destination

async def main(base_uri, database, token, checkpoint, rejects, *paths):
    def say(_):
        sys.stdout.write("answered\\n")
        sys.stdout.flush()

    known = load(checkpoint)
    book = Book(LedgerFile(Path(checkpoint + ".ledger")))
    if known is not None:
        book.read(known.facts)
        book.settle(known.facts, delivered=True)
    places, tally, before = ({}, Tally(), ()) if known is None else (
        known.places, known.tally, (known.rejects_size, known.replay)
    )
    clock = SystemClock()
    sifter = Sifter(Destination().map, clock.time, read_event, book=book)
    supply = Supply(paths, sifter, places)
    rejects = Rejects(rejects, *before)
    keeper = Keeper(database, supply.places, tally, rejects, checkpoint, 0.0, book)
    async with RecombeeClient(
        database, token, base_uri=base_uri, protocol="http", hooks=[say]
    ) as client:
        await Replay(client, supply, keeper, Account(8), clock, Pace(), Patience(8),
                     Effort(20, 3)).run()

asyncio.run(main(*sys.argv[1:]))
"""


def told(rejects):
    """What was rejected and why, by whichever replay."""
    lines = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert len({line.pop("replay") for line in lines}) == 1
    return lines


@pytest.mark.parametrize("seed", [SEED + number for number in range(KILLS)])
def test_whoever_is_killed_at_any_moment_goes_on_as_if_nothing_had_been(
    run, recombee_mock_server, archive, tmp_path, monkeypatch, seed
):
    dice = random.Random(seed)
    events = story(1_500, dice)
    for at in range(0, 1_500, 50):
        events[at] = page(at, name="Not An ID")
    files = [archive(*events[:700], name="a.gz"), archive(*events[700:], name="b.jsonl")]
    checkpoint, rejects = tmp_path / "replay.json", tmp_path / "rejects.jsonl"
    with recombee_mock_server.fresh_database() as expected:
        calm = tmp_path / "calm.jsonl"
        status, _, _ = run(*lead_to(expected, monkeypatch), "--rejects", calm, *files)
        assert status == 1
        with recombee_mock_server.fresh_database() as found:
            arguments = [
                found.base_uri,
                found.database_id,
                found.token,
                checkpoint,
                rejects,
                *files,
            ]
            command = [sys.executable, "-W", "error", "-c", KILLABLE, *map(str, arguments)]
            for _ in range(dice.randrange(1, 4)):
                with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                    for _ in range(dice.randrange(25)):
                        assert process.stdout.readline() == b"answered\n"
                    process.send_signal(signal.SIGKILL)
            status, out, _ = run(
                *lead_to(found, monkeypatch),
                *["--json", "--resume", "--checkpoint", checkpoint, "--rejects", rejects],
                *["--ledger", f"{checkpoint}.ledger"][: 2 * (seed % 2)],
                *files,
            )
            assert status == 1
            assert held(found) == held(expected)
    assert json.loads(out)["events"]["read"] == 1_500
    assert told(rejects) == told(calm)


def test_whoever_is_told_to_stop_writes_a_checkpoint_first(
    recombee_mock, archive, tmp_path, monkeypatch
):
    checkpoint = tmp_path / "replay.json"
    recombee_mock.add_fault({"kind": "latency", "delay": 60.0}, operation="Batch")
    options = lead_to(recombee_mock, monkeypatch)
    events = archive(*map(page, range(10)))

    with start(*options, "--checkpoint", checkpoint, events) as process:
        while not recombee_mock.faults()[0]["hits"]:
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)

    assert process.returncode == 3
    assert out.endswith(
        b"Stopped: interrupted\nThe same command with --resume goes on from here.\n"
    )
    assert json.loads(checkpoint.read_text())["complete"] is False


# --- Who became whom ------------------------------------------------------------------------------


def rename(previous, user, at):
    more = {"type": "alias", "previousId": previous, "userId": user}
    return page(at, **more)


def erase(user, at):
    return page(at, type="delete", userId=user)


STORY = [
    page(1, userId="rd1"),
    rename("rd1", "rd2", 2),
    page(3, userId="rd1"),
    erase("rd2", 4),
    page(5, userId="rd2", timestamp=NOON + 2),
    page(6, userId="rd1", timestamp=NOON + 1),
]


def users(database):
    lines = map(json.loads, database.export_lines().splitlines())
    paths = (line["path"] for line in lines)
    return {path.removeprefix("/users/") for path in paths if path.startswith("/users/")}


def test_events_of_a_merged_user_follow_it_and_those_of_a_deleted_one_stay_deleted(
    run, on_mock, archive, recombee_mock
):
    events = archive(*STORY)
    status, out, _ = run("--dry-run", events)
    assert (status, out.splitlines()[1:]) == (
        0,
        [
            "            2    of deleted users, from before that, left out",
            "            1    for the users whom theirs became",
            "            4  requests would be sent",
        ],
    )

    status, out, _ = run(*on_mock, "--json", events)
    found = json.loads(out)
    assert (status, found["events"]["erased"], found["redirected"]) == (0, 2, 1)
    assert users(recombee_mock) == set()

    status, out, _ = run(*on_mock, archive(*STORY, page(7, userId="rd1"), name="back.jsonl"))
    assert (status, users(recombee_mock)) == (0, {"rd2"})


def test_it_is_otherwise_if_asked(run, on_mock, archive, recombee_mock):
    status, out, _ = run(*on_mock, "--json", "--no-ledger", archive(*STORY))
    assert (status, json.loads(out)["events"]["erased"]) == (0, 0)
    assert users(recombee_mock) == {"rd1", "rd2"}


async def test_what_serve_has_learnt_counts_and_what_a_replay_learns_serve_knows(
    on_mock, archive, recombee_mock, tmp_path
):
    def replayed(*arguments):
        arguments = [*on_mock, "--ledger", path, *arguments]
        return asyncio.to_thread(replay_in_thread, list(map(str, arguments)))

    path = tmp_path / "events.spool"
    async with Spool(path) as spool:  # as serve has it open
        facts = [Aliased("rd1", "rd2", NOON + 2.0), Deleted("gone", NOON + 5.0)]
        await spool.settle(await spool.lease(1, 60.0), {}, facts=facts)
        events = archive(page(1, userId="rd1"), page(4, userId="gone"), erase("rd9", 5))
        assert await replayed(events) == 0
        assert users(recombee_mock) == {"rd2"}
        known = await spool.ledger(["rd1", "gone", "rd9"])
    assert known.deletions == {user: Deleted(user, NOON + 5.0) for user in ("gone", "rd9")}

    assert await replayed(archive(page(6, userId="rd9", timestamp=NOON), name="old.jsonl")) == 0
    assert users(recombee_mock) == {"rd2"}


def test_a_ledger_of_another_database_or_of_requests_is_refused(run, on_mock, archive, tmp_path):
    events = archive(page(1))
    for number, purpose in enumerate(
        ["events for the database other", "requests for the database x"]
    ):
        path = tmp_path / f"{number}.spool"
        file = LedgerFile(path)
        file.dedicate(purpose)
        file.close()
        with pytest.raises(
            UsageError, match=f"^--ledger: the queue is there for {purpose}, and not"
        ):
            run(*on_mock, "--ledger", path, events)
    for _ in range(2):
        assert run(*on_mock, "--ledger", tmp_path / "ours", events)[0] == 0


def replay_in_thread(arguments):
    with start(*arguments) as process:
        return process.wait(timeout=60)


def test_a_dry_run_leaves_the_ledger_as_it_is(run, archive, tmp_path):
    path = tmp_path / "ledger"
    events = archive(*STORY)
    run("--dry-run", "--ledger", path, events)
    assert not path.exists()
    file = LedgerFile(path)
    file.learn([Deleted("rd9", NOON + 1.0)])
    _, out, _ = run(
        "--dry-run",
        "--json",
        "--ledger",
        path,
        events,
        archive(page(0, userId="rd9"), name="more.jsonl"),
    )
    assert json.loads(out)["events"]["erased"] == 3
    assert file.known(["rd1", "rd2", "rd9"]) == Ledger({}, {"rd9": Deleted("rd9", NOON + 1.0)})
    file.close()


@pytest.mark.parametrize("named", [True, False])
def test_whoever_goes_on_knows_what_was_learnt_before(
    run, on_mock, archive, recombee_mock, tmp_path, named
):
    options = [*on_mock, "--checkpoint", tmp_path / "c", "--resume"]
    options += ["--ledger", tmp_path / "c.ledger"] if named else []
    events = archive(*STORY)
    for _ in STORY:
        status, _, _ = run(*options, "--limit", 1, events)
        assert status == 0
    assert users(recombee_mock) == set()
    file = LedgerFile(tmp_path / "c.ledger")
    assert set(file.known(["rd1"]).deletions) == {"rd2"}
    file.close()


# --- How it is called -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give files or directories to replay, or --only-failed REJECTS"),
        (["a", "--only-failed", "b"], "give files or directories to replay, or --only-failed"),
        (["--dry-run", "gone.jsonl"], "gone.jsonl: No such file or directory"),
        (["--resume", "-"], "--resume goes on from a checkpoint: say with --checkpoint which"),
        (["--checkpoint", "c", "-"], "standard input cannot be read again, so it has no"),
        (["--checkpoint", "c", "--dry-run", __file__], "a dry run has no --checkpoint"),
        (["--token-file", "-", "-"], "events and --token-file cannot both be standard input"),
        (["--only-failed", __file__, "--rejects", __file__], "it is read, so it cannot be written"),
        (["--ledger", __file__, __file__], "it is read, so it cannot be written"),
        (["--dry-run", "--ledger", "c", "--rejects", "c", "-"], "--ledger are different files"),
        (["--dry-run", "--ledger", replay.__file__, "-"], r"--ledger: \S+ this is no spool"),
        ([__file__], "no database: give --database"),
        (["--dry-run", "--rejects", "gone/r", __file__], "cannot write the rejects to gone/r"),
    ],
)
def test_a_wrong_call_says_why(run, arguments, said):
    with pytest.raises(UsageError, match=said):
        run(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--rate", "0"],
        ["--rate", "nan"],
        ["--limit", "-1"],
        ["--batch-size", "10001"],
        ["--since", "yesterday"],
        ["--remember", "x"],
    ],
)
def test_a_wrong_value_is_refused(run, arguments):
    with pytest.raises(SystemExit) as stop:
        run(*arguments, "-")
    assert stop.value.code == 2


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_a_bar_shows_rate_and_rejects(archive):
    supply = Supply([str(archive(page(1)))], Sifter(Destination().map, lambda: 1.0, read_event))
    terminal, tally, times = Terminal(), Tally(), iter([0.0, 2.0])

    with shown(supply, tally, terminal, lambda: next(times)) as look:
        tally.events["mapped"] += 5_000
        tally.requests["refused"] += 3
        look()

    assert "5,000 events, 2,500/s, 3 rejected" in terminal.getvalue()
    assert list(supply.events()) != []


def test_elsewhere_there_is_no_bar(archive):
    supply = Supply([str(archive(page(1)))], Sifter(Destination().map, lambda: 1.0, read_event))
    out = io.StringIO()
    with shown(supply, Tally(), out) as look:
        look()
    assert out.getvalue() == ""
