"""What is measured on the client's side: each scenario is one process, alone on its core.

    python clients.py SCENARIO PORT [--tls]

Prints one line of JSON: `rate` (requests or interactions a second) and `cpu` (microseconds of
processor time each). The work is the same for all: an `AddDetailView` with timestamp and
`cascade_create`, signed; objects are made inside the measured time, as a program would.
"""

import argparse
import asyncio
import gc
import io
import json
import sys
import time

SECONDS = 2.0
DATABASE, TOKEN = "bench-db", "bench-token-0123456789abcdef"
WHEN = 1_700_000_000.5


def measure(unit, run_for):
    """Warm up, then run for a while; `run_for(seconds)` returns how many it did."""
    run_for(0.3)
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    done = run_for(SECONDS)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"unit": unit, "rate": done / wall, "cpu": cpu / done * 1e6}


def until(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        yield


# --- One request after another, or 64 in flight --------------------------------------------------


def flights(send, in_flight):
    """Run `await send(n)` from `in_flight` tasks at once."""

    async def task(seconds):
        done = 0
        for _ in until(seconds):
            await send(done)
            done += 1
        return done

    async def all_tasks(seconds):
        return sum(await asyncio.gather(*(task(seconds) for _ in range(in_flight))))

    return all_tasks


def in_loop(loop, make):
    """A `run_for` that keeps one event loop, and what `make` opens, for warm-up and measurement."""
    with asyncio.Runner(loop_factory=loop) as runner:
        tasks, close = runner.run(make())
        result = measure("requests", lambda seconds: runner.run(tasks(seconds)))
        runner.run(close())
        return result


def sdk_singles(port, tls, in_flight, loop=None):
    from aiorecombee import AddDetailView, RecombeeClient

    async def make():
        client = RecombeeClient(
            DATABASE, TOKEN, base_uri=f"localhost:{port}", protocol="https" if tls else "http"
        )

        def send(number):
            return client.send(
                AddDetailView(f"user-{number}", "item-1", timestamp=WHEN, cascade_create=True)
            )

        return flights(send, in_flight), client.aclose

    return in_loop(loop, make)


def raw_singles(port, tls, in_flight, loop=None):
    import aiohttp
    from yarl import URL

    url = URL(
        f"{'https' if tls else 'http'}://localhost:{port}/{DATABASE}/detailviews/"
        "?hmac_timestamp=1700000000&hmac_sign=0123456789abcdef0123456789abcdef01234567",
        encoded=True,
    )
    body = json.dumps(
        {"userId": "user-1", "itemId": "item-1", "timestamp": WHEN, "cascadeCreate": True}
    ).encode()

    async def make():
        session = aiohttp.ClientSession()

        async def send(_):
            headers = {"Content-Type": "application/json"}
            async with session.post(url, data=body, headers=headers) as response:
                await response.read()

        return flights(send, in_flight), session.close

    return in_loop(loop, make)


def official_singles(port, tls):
    from recombee_api_client.api_client import RecombeeClient
    from recombee_api_client.api_requests import AddDetailView

    client = RecombeeClient(
        DATABASE,
        TOKEN,
        protocol="https" if tls else "http",
        options={"base_uri": f"localhost:{port}"},
    )

    def run_for(seconds):
        done = 0
        for _ in until(seconds):
            client.send(
                AddDetailView(f"user-{done}", "item-1", timestamp=WHEN, cascade_create=True)
            )
            done += 1
        return done

    return measure("requests", run_for)


def uvloop_factory():
    import uvloop

    return uvloop.new_event_loop()


# --- Explicit batches ----------------------------------------------------------------------------


def names(size):
    return [(f"user-{number}", f"item-{number % 997}") for number in range(size)]


def sdk_batches(port, size, codec=None):
    import aiorecombee
    from aiorecombee import AddDetailView, Batch, RecombeeClient

    async def make():
        client = RecombeeClient(
            DATABASE,
            TOKEN,
            base_uri=f"localhost:{port}",
            protocol="http",
            codec=getattr(aiorecombee, codec)() if codec else None,
        )
        pairs = names(size)

        async def tasks(seconds):
            done = 0
            for _ in until(seconds):
                result = await client.send(
                    Batch(
                        [
                            AddDetailView(user, item, timestamp=WHEN, cascade_create=True)
                            for user, item in pairs
                        ]
                    )
                )
                done += len(result)
            return done

        return tasks, client.aclose

    return in_loop(None, make)


def raw_batches(port, size):
    import aiohttp
    import orjson
    from yarl import URL

    url = URL(f"http://localhost:{port}/{DATABASE}/batch/?hmac_timestamp=1", encoded=True)

    async def make():
        session = aiohttp.ClientSession()
        pairs = names(size)

        async def tasks(seconds):
            done = 0
            for _ in until(seconds):
                body = orjson.dumps(
                    {
                        "requests": [
                            {
                                "method": "POST",
                                "path": "/detailviews/",
                                "params": {
                                    "userId": user,
                                    "itemId": item,
                                    "timestamp": WHEN,
                                    "cascadeCreate": True,
                                },
                            }
                            for user, item in pairs
                        ]
                    }
                )
                async with session.post(
                    url, data=io.BytesIO(body), headers={"Content-Type": "application/json"}
                ) as response:
                    done += len(orjson.loads(await response.read()))
            return done

        return tasks, session.close

    return in_loop(None, make)


def official_batches(port, size):
    from recombee_api_client.api_client import RecombeeClient
    from recombee_api_client.api_requests import AddDetailView, Batch

    client = RecombeeClient(
        DATABASE, TOKEN, protocol="http", options={"base_uri": f"localhost:{port}"}
    )
    pairs = names(size)

    def run_for(seconds):
        done = 0
        for _ in until(seconds):
            batch = Batch(
                [
                    AddDetailView(user, item, timestamp=WHEN, cascade_create=True)
                    for user, item in pairs
                ]
            )
            batch.ensure_https = False
            done += len(client.send(batch))
        return done

    return measure("interactions", run_for)


SCENARIOS = {
    "sdk-1": lambda port, tls: sdk_singles(port, tls, 1),
    "sdk-64": lambda port, tls: sdk_singles(port, tls, 64),
    "sdk-64-uvloop": lambda port, tls: sdk_singles(port, tls, 64, uvloop_factory),
    "raw-1": lambda port, tls: raw_singles(port, tls, 1),
    "raw-64": lambda port, tls: raw_singles(port, tls, 64),
    "raw-64-uvloop": lambda port, tls: raw_singles(port, tls, 64, uvloop_factory),
    "official": official_singles,
    "sdk-batch-10000": lambda port, _: sdk_batches(port, 10_000),
    "sdk-batch-1000": lambda port, _: sdk_batches(port, 1_000),
    "sdk-batch-100": lambda port, _: sdk_batches(port, 100),
    "sdk-batch-10000-stdlib": lambda port, _: sdk_batches(port, 10_000, "JsonCodec"),
    "raw-batch-10000": lambda port, _: raw_batches(port, 10_000),
    "official-batch-10000": lambda port, _: official_batches(port, 10_000),
    "official-batch-1000": lambda port, _: official_batches(port, 1_000),
    "official-batch-100": lambda port, _: official_batches(port, 100),
}


if __name__ == "__main__":
    from batcher import SCENARIOS as OF_BATCHER  # it measures with what is here

    SCENARIOS |= OF_BATCHER
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("port", type=int)
    parser.add_argument("--tls", action="store_true")
    given = parser.parse_args()
    json.dump(SCENARIOS[given.scenario](given.port, given.tls), sys.stdout)
