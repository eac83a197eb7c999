"""The replay: whatever the service does, all is sent, each once, in its user's order."""

import asyncio
import contextlib
import json
import random
from collections import Counter, defaultdict

import attrs
import pytest

from aiorecombee import ConnectionFailedError, HttpReply, NoRetry, RecombeeClient
from aiorecombee.delivery.replaying.account import Account
from aiorecombee.delivery.replaying.checkpoint import load
from aiorecombee.delivery.replaying.errors import ArchiveError, KeepingError
from aiorecombee.delivery.replaying.keeping import Keeper
from aiorecombee.delivery.replaying.pacing import Pace, Patience
from aiorecombee.delivery.replaying.rehearsal import rehearse
from aiorecombee.delivery.replaying.rejects import Rejects
from aiorecombee.delivery.replaying.run import Effort, Replay, Stopped
from aiorecombee.delivery.replaying.sifting import Sifter, read_event
from aiorecombee.delivery.replaying.supply import Supply
from aiorecombee.delivery.replaying.tally import Tally
from aiorecombee.delivery.replaying.verdicts import Verdict
from aiorecombee.segment import Destination

DESTINATION = Destination()
NOON = 1_700_000_000


@attrs.define
class SkippingClock:
    """Whoever sleeps wakes at once, and it is as late as they wanted."""

    now: float = float(NOON)
    pauses: list[float] = attrs.field(factory=list)

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        await asyncio.sleep(0)
        if seconds:
            self.pauses.append(seconds)
            self.now += seconds


def nothing(_):
    return None


@attrs.define
class Service:
    """Keeps interactions by their keys, and fails as it is told to.

    A fault is a status for the batch, "lost" if it is carried out but never answered, "garbled",
    or "items" if some of its requests are to come again.
    """

    fault: object = nothing
    kept: set = attrs.field(factory=set)
    order: dict = attrs.field(factory=lambda: defaultdict(list))
    sizes: list = attrs.field(factory=list)
    dice: random.Random = attrs.field(factory=lambda: random.Random(1))

    async def send(self, seal, _, /):
        requests = json.loads(seal().body)["requests"]
        self.sizes.append(len(requests))
        fault = self.fault(requests)
        await asyncio.sleep(0)
        if isinstance(fault, int):
            return HttpReply(fault, {}, b'{"message": "not now"}')
        if fault == "away":
            raise ConnectionFailedError("nobody there")
        codes = [self.carry_out(request, fault) for request in requests]
        if fault == "lost":
            raise ConnectionFailedError("the line went dead")
        if fault == "garbled":
            return HttpReply(200, {}, b"<html>")
        answers = [
            {"code": code, "json": "ok" if code == 200 else {"message": f"no {code}"}}
            for code in codes
        ]
        return HttpReply(200, {}, json.dumps(answers).encode())

    def carry_out(self, request, fault):
        params = request["params"]
        if fault == "items" and self.dice.random() < 0.2:
            return 503
        if params["itemId"] == "forbidden":
            return 400
        if params["itemId"] == "cursed":
            return 500
        key = (params["userId"], params["itemId"], params["timestamp"])
        if key in self.kept:
            return 409
        self.kept.add(key)
        self.order[params["userId"]].append(params["timestamp"])
        return 200


def page(number, item=None, **more):
    return {
        "type": "page",
        "messageId": f"m-{number}",
        "userId": f"u-{number * 7 % 11}",
        "name": item or f"item-{number}",
        "timestamp": NOON + number,
        **more,
    }


@pytest.fixture
def archive(tmp_path):
    def archive(*events, name="events.jsonl"):
        path = tmp_path / name
        path.write_text("".join(f"{json.dumps(event)}\n" for event in events))
        return str(path)

    return archive


@attrs.define
class Outcome:
    stopped: str
    keeper: Keeper
    clock: SkippingClock
    end: Stopped | None


@pytest.fixture
def replay(tmp_path):
    """Replay files into a service, with a checkpoint and rejects."""

    async def replay(
        service, *paths, limit=None, rate=float("inf"), tries=4, batch_size=10, **more
    ):
        clock = SkippingClock()
        known = load(str(tmp_path / "replay.json"))
        supply = Supply(
            paths,
            Sifter(DESTINATION.map, clock.time, read_event),
            None if known is None else known.places,
            limit,
        )
        before = () if known is None else (known.rejects_size, known.replay)
        rejects = Rejects(str(tmp_path / "rejects.jsonl"), *before)
        keeper = Keeper(
            "db",
            supply.places,
            Tally() if known is None else known.tally,
            rejects,
            str(tmp_path / "replay.json"),
            0.0,
        )
        client = RecombeeClient("db", "token", transport=service, retry=NoRetry(), clock=clock)
        run = Replay(
            client,
            supply,
            keeper,
            Account(tries),
            clock,
            Pace(rate),
            Patience(tries, rand=lambda: 1.0),
            Effort(batch_size, 3),
            **more,
        )
        try:
            stopped = await run.run()
            return Outcome("" if stopped is None else stopped.reason, keeper, clock, stopped)
        finally:
            with contextlib.suppress(KeepingError):
                rejects.close()

    return replay


def counted(keeper):
    return {str(verdict): count for verdict, count in keeper.tally.requests.items() if count}


def keys(events):
    return {(one["userId"], one["name"], one["timestamp"]) for one in events}


def is_ordered(service):
    return all(times == sorted(times) for times in service.order.values())


async def test_everything_is_sent_and_counted(replay, archive, tmp_path):
    events = [page(number) for number in range(95)]
    service = Service()

    outcome = await replay(service, archive(*events))

    assert (outcome.stopped, counted(outcome.keeper)) == ("", {"done": 95})
    assert service.kept == keys(events)
    assert is_ordered(service)
    known = load(str(tmp_path / "replay.json"))
    assert known.complete
    (place,) = known.places.values()
    assert (place.line, place.offset, place.finished) == (95, place.fingerprint.size, True)


@pytest.mark.parametrize("seed", range(12))
async def test_after_any_faults_each_is_there_once_in_its_users_order(replay, archive, seed):
    dice = random.Random(seed)
    kinds = [503, 500, 429, "lost", "away", "garbled", *[None] * dice.choice([3, 10])]
    service = Service(lambda _: dice.choice(kinds))
    events = [page(number) for number in range(300)]

    outcome = await replay(service, archive(*events), tries=40)

    assert outcome.stopped == ""
    assert service.kept == keys(events)
    assert is_ordered(service)
    assert sum(counted(outcome.keeper).values()) == 300
    assert counted(outcome.keeper).keys() <= {"done", "already there"}


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_to_come_again_by_itself_does(replay, archive, seed):
    dice = random.Random(seed)
    service = Service(lambda _: dice.choice(["items", None, 503]), dice=dice)
    events = [page(number) for number in range(300)]

    outcome = await replay(service, archive(*events), tries=40)

    assert (outcome.stopped, service.kept) == ("", keys(events))
    assert counted(outcome.keeper) == {"done": 300}


async def test_a_request_that_always_fails_is_given_up_and_stops_no_other(
    replay, archive, tmp_path
):
    events = [page(number, "cursed" if number == 5 else None) for number in range(50)]
    service = Service()

    outcome = await replay(service, archive(*events))

    assert (outcome.stopped, counted(outcome.keeper)) == ("", {"done": 49, "failed": 1})
    (line,) = map(json.loads, (tmp_path / "rejects.jsonl").read_text().splitlines())
    assert (line["line"], line["reason"], line["verdict"]) == (6, "500: no 500", "failed")


async def test_without_an_answer_it_says_so_waits_longer_and_longer_and_then_stops(
    replay, archive, caplog
):
    outcome = await replay(Service(lambda _: "away"), archive(page(1)), tries=4)

    assert [pause for pause in outcome.clock.pauses if pause >= 1.0] == [1.0, 2.0, 4.0, 8.0]
    assert outcome.end == Stopped("Batch: nobody there", by_service=True)
    assert counted(outcome.keeper) == {}
    assert caplog.messages == ["trying again: Batch: nobody there"]


async def test_what_will_not_pass_is_not_tried_again(replay, archive):
    service = Service(lambda _: 401)
    outcome = await replay(service, archive(page(1)))
    assert outcome.end == Stopped("Batch: 401: not now", by_service=True)
    assert len(service.sizes) == 1


@pytest.mark.parametrize("status", [400, 413])
async def test_of_a_batch_that_is_refused_as_a_whole_only_the_guilty_are(
    replay, archive, tmp_path, status
):
    guilty = {7, 8, 40, 95}
    events = [page(number, "guilty" if number in guilty else None) for number in range(96)]
    service = Service(
        lambda requests: status if "guilty" in {r["params"]["itemId"] for r in requests} else None
    )

    outcome = await replay(service, archive(*events), batch_size=40)

    assert (outcome.stopped, counted(outcome.keeper)) == ("", {"done": 92, "refused": 4})
    assert service.kept == keys(event for event in events if event["name"] != "guilty")
    assert is_ordered(service)
    lines = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert [one["line"] - 1 for one in lines] == sorted(guilty)
    assert {one["reason"] for one in lines} == {f"{status}: not now"}


@pytest.mark.parametrize("seed", range(8))
async def test_while_the_guilty_are_looked_for_other_faults_are_borne(replay, archive, seed):
    dice = random.Random(seed)

    def fault(requests):
        if "guilty" in {request["params"]["itemId"] for request in requests}:
            return 413
        return dice.choice([503, "lost", "items", None, None, None])

    events = [page(number, "guilty" if number % 31 == 5 else None) for number in range(150)]
    service = Service(fault)

    outcome = await replay(service, archive(*events), tries=40)

    assert outcome.stopped == ""
    assert service.kept == keys(event for event in events if event["name"] != "guilty")
    assert counted(outcome.keeper)["refused"] == 5


async def test_untimed_requests_are_counted_if_they_arrive(replay, archive):
    names = ("arrives", "forbidden", "arrives-too")
    events = [{**page(number, name), "timestamp": None} for number, name in enumerate(names)]

    outcome = await replay(Service(), archive(*events))

    assert (outcome.keeper.tally.untimed, outcome.keeper.tally.bad) == (2, 1)


@pytest.mark.parametrize("stop_after", range(0, 40, 3))
async def test_a_replay_that_stopped_is_gone_on_with(replay, archive, stop_after, tmp_path):
    events = [page(number, "forbidden" if number % 9 == 0 else None) for number in range(150)]
    path = archive(*events[:70]), archive(*events[70:], name="more.jsonl")
    batches = iter(range(1_000))
    service = Service(lambda _: None if next(batches) < stop_after else "lost")
    first = await replay(service, *path, tries=1, batch_size=4)
    service.fault = nothing

    second = await replay(service, *path)

    assert (second.stopped, stop_after > 40 or first.stopped != "") == ("", True)
    assert service.kept == keys(event for event in events if event["name"] != "forbidden")
    assert is_ordered(service)
    total = counted(second.keeper)
    assert (sum(total.values()), total["refused"]) == (150, 17)
    lines = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert [one["event"]["messageId"] for one in lines] == [f"m-{n}" for n in range(0, 150, 9)]


async def test_a_limit_ends_it_and_it_can_be_gone_on_with(replay, archive):
    path = archive(*[page(number) for number in range(30)])
    service = Service()

    for done in (12, 24, 30, 30):
        outcome = await replay(service, path, limit=12)
        assert counted(outcome.keeper) == {"done": done}


async def test_a_file_that_has_changed_is_refused(replay, archive):
    path = archive(page(1))
    await replay(Service(), path)
    archive(page(1), page(2))

    with pytest.raises(ArchiveError, match="it is not the file that was replayed"):
        await replay(Service(), path)


async def test_a_file_that_is_gone_stops_it_behind_those_before(replay, archive, tmp_path):
    there, gone = archive(page(1)), archive(page(2), name="gone.jsonl")

    class Removing(Service):
        def carry_out(self, request, fault):
            (tmp_path / "gone.jsonl").unlink(missing_ok=True)
            return super().carry_out(request, fault)

    full = archive(*[page(number) for number in range(200)], name="full.jsonl")
    outcome = await replay(Removing(), there, full, gone)

    assert outcome.stopped == f"{gone}: No such file or directory"
    assert counted(outcome.keeper) == {"done": 200}  # one message is in two files


async def test_a_damaged_file_is_told_of_and_the_next_one_read(replay, archive, tmp_path):
    broken = tmp_path / "broken.gz"
    broken.write_bytes(b"no gzip")

    outcome = await replay(Service(), str(broken), archive(page(1)))

    assert (outcome.stopped, counted(outcome.keeper)) == ("", {"rejected": 1, "done": 1})
    (line,) = map(json.loads, (tmp_path / "rejects.jsonl").read_text().splitlines())
    assert line["reason"] == (
        "The file is not gzip as its name says; nothing behind line 0 can be read."
    )


async def test_a_rate_is_kept(replay, archive):
    events = [page(number) for number in range(100)]
    service = Service()

    outcome = await replay(service, archive(*events), rate=20.0)

    assert (max(service.sizes), len(service.sizes)) == (5, 20)
    assert outcome.clock.now - NOON == pytest.approx(19 * 0.25, abs=0.1)


async def test_events_without_requests_are_settled_as_they_come(replay, archive):
    many = archive(*[{"type": "group", "userId": "u"}] * 2_000)
    looks = []

    outcome = await replay(Service(), many, tell=lambda: looks.append(1))

    assert outcome.keeper.tally.events == Counter({"nobody listens": 2_000})
    assert len(looks) > 5


async def test_whoever_cancels_it_finds_the_checkpoint_up_to_date(replay, archive, tmp_path):
    holding = asyncio.Event()
    batches = iter(range(1_000))

    class Holding(Service):
        async def send(self, seal, timeout, /):
            if next(batches) > 4:
                holding.set()
                await asyncio.Event().wait()
            return await super().send(seal, timeout)

    service = Holding()
    task = asyncio.create_task(replay(service, archive(*[page(number) for number in range(200)])))
    await holding.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    known = load(str(tmp_path / "replay.json"))
    assert task.cancelled()
    assert 0 < known.tally.requests[Verdict.DONE] <= len(service.kept)
    assert not known.complete


async def test_a_full_disk_stops_it_with_a_reason(replay, archive, tmp_path):
    (tmp_path / "rejects.jsonl").symlink_to("/dev/full")
    events = [page(number, "forbidden") for number in range(50)]

    outcome = await replay(Service(), archive(*events))

    assert outcome.stopped.startswith("cannot write the rejects to ")
    assert outcome.stopped.endswith("No space left on device")
    assert not outcome.end.by_service


async def test_no_room_for_the_checkpoint_stops_it_with_a_reason(replay, archive, tmp_path):
    (tmp_path / "replay.json.new").mkdir()

    outcome = await replay(Service(), archive(page(1)))

    assert outcome.stopped.startswith("cannot write the checkpoint ")


def test_a_rehearsal_counts_and_sends_nothing(archive):
    path = archive(page(1), page(2, "Not An ID"), {"type": "page", "userId": "u"})
    supply = Supply([path], Sifter(DESTINATION.map, lambda: 1.0, read_event))
    keeper = Keeper("", supply.places)

    rehearse(supply, keeper, lambda request: "no" if " " in request.item_id else "")

    assert counted(keeper) == {"would be sent": 1, "refused": 1, "rejected": 1}


def test_a_rehearsal_waits_for_standard_input_without_asking_again_and_again(pipe):
    parts = [json.dumps(page(number)).encode() + b"\n" for number in range(3)] + [b""]
    waits = []

    class Waiting(Supply):
        def events(self):
            for number, event in enumerate(super().events()):
                assert number < 100, "asks again and again"
                yield event

        def wait(self):
            waits.append(self.waits_for)
            pipe(parts.pop(0))
            super().wait()

    supply = Waiting(["-"], Sifter(DESTINATION.map, lambda: 1.0, read_event))
    keeper = Keeper("", supply.places)

    rehearse(supply, keeper, lambda _: "")

    assert (counted(keeper), len(waits), parts) == ({"would be sent": 3}, 4, [])
