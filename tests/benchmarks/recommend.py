"""Times recommendations in a large database, without sockets.

    python tests/benchmarks/recommend.py [--items N] [--users N] [--interactions N] [--calls N]

The data are planted clusters; p50 and p99 are of single requests for 10 results, in milliseconds,
and so is the mean of processor time, which minds neighbours on the machine less.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator

from recombee_mock.planted import planted
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.store.scenarios import Scenario

NOW = 1_700_000_100.0
BATCH = 10_000
ASKED = {
    "items to user": ("/recomms/users/{user}/items/", {}),
    "items to item": ("/recomms/items/{item}/items/", {"targetUserId": None}),
    "items to item, user": (
        "/recomms/items/{item}/items/",
        {"targetUserId": "{user}", "userImpact": 0.5},
    ),
    "users to user": ("/recomms/users/{user}/users/", {}),
    "users to item": ("/recomms/items/{item}/users/", {}),
    "diversity": ("/recomms/users/{user}/items/", {"diversity": 0.5}),
    "rotation": ("/recomms/users/{user}/items/", {"rotationRate": 0.5}),
    "values": ("/recomms/users/{user}/items/", {"returnProperties": True}),
    "segments to user": (
        "/recomms/users/{user}/item-segments/",
        {"scenario": "recommendItemSegmentsToUser"},
    ),
    "items to segment": (
        "/recomms/item-segments/items/",
        {
            "scenario": "recommendItemsToItemSegment",
            "targetUserId": None,
            "contextSegmentId": "drama",
        },
    ),
    "filter": ("/recomms/users/{user}/items/", {"filter": "'price' < 50 and 'genre' == \"drama\""}),
    "booster": ("/recomms/users/{user}/items/", {"booster": "if 'price' < 50 then 2 else 1"}),
}


def batches(calls: Iterator[tuple[str, str, dict[str, object]]]) -> Iterator[bytes]:
    """The calls as bodies of batches."""
    held = []
    for method, path, params in calls:
        held.append({"method": method, "path": path, "params": params})
        if len(held) == BATCH:
            yield json.dumps({"requests": held}).encode()
            held = []
    yield json.dumps({"requests": held}).encode()


def measure(
    service: Service, path: str, params: dict[str, object], users: int, items: int, calls: int
) -> list[float]:
    """Seconds of each request."""
    dice = random.Random(1)
    took = []
    for _ in range(calls):
        names = {
            "user": f"user-{dice.randrange(users)}",
            "item": f"item-{int(items * dice.random() ** 2)}",
        }
        body = {
            key: value.format(**names) if key == "targetUserId" and value else value
            for key, value in params.items()
        }
        call = Call("POST", path.format(**names), body=json.dumps({"count": 10, **body}).encode())
        start = time.perf_counter()
        reply = service.apply(call, NOW)
        took.append(time.perf_counter() - start)
        if reply.status != 200:
            raise SystemExit(f"{call.path}: {reply.status} {reply.body.decode()}")
    return took


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=50_000)
    parser.add_argument("--interactions", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=500)
    asked = parser.parse_args()
    service = Service()
    start = time.perf_counter()
    for body in batches(
        planted(clusters=10, users=asked.users, items=asked.items, interactions=asked.interactions)
    ):
        service.apply(Call("POST", "/batch/", body=body), NOW)
    print(
        f"{asked.items} items, {asked.users} users, {asked.interactions} interactions in {time.perf_counter() - start:.1f} s"
    )
    service.apply(
        Call(
            "PUT",
            "/segmentations/property-based/genres",
            body=b'{"sourceType":"items","propertyName":"genre"}',
        ),
        NOW,
    )
    for name in ("recommendItemSegmentsToUser", "recommendItemsToItemSegment"):
        service.contents.scenarios.put(
            Scenario(id=name, endpoint=name, segmentation="genres", context_segmentation="genres")
        )
    start = time.perf_counter()
    for path in ("/recomms/users/user-0/items/", "/recomms/users/user-0/users/"):
        service.apply(Call("POST", path, body=b'{"count":10}'), NOW)
    print(f"first questions {time.perf_counter() - start:.3f} s")
    print(f"{'':22}{'p50':>8}{'p99':>8}{'max':>8}{'CPU':>8}  ms")
    for name, (path, params) in ASKED.items():
        calls = asked.calls if name not in {"booster", "items to segment"} else 20
        busy = time.process_time()
        took = sorted(measure(service, path, params, asked.users, asked.items, calls))
        busy = (time.process_time() - busy) / calls
        figures = (statistics.median(took), took[int(len(took) * 0.99)], took[-1], busy)
        print(f"{name:22}" + "".join(f"{figure * 1e3:8.2f}" for figure in figures))


if __name__ == "__main__":
    main()
