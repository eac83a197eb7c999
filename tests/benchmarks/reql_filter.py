"""What a filter costs per item: python reql_filter.py [ITEMS]"""

import random
import sys
from collections.abc import Callable
from time import perf_counter

from recombee_mock.reql import Place, Scene, booster_of, filter_of, values_of
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Property

NOW = 1_700_000_000.0
PROPERTIES = {
    "price": "double",
    "tags": "set",
    "genre": "string",
    "released": "timestamp",
    "stock": "int",
}
FILTERS = [
    "'price' < 50 and \"tag3\" in 'tags' and 'genre' == \"drama\"",
    "'genre' == \"drama\" and 10 <= 'price' < 50",
    '\'itemId\' not in {"item-1", "item-2", "item-3"}',
    "not ('genre' in {\"drama\", \"crime\"}) or 'stock' == null",
    "'released' > now() - 7*24*3600",
    "'genre' == context_user[\"genre\"]",
    "exists(lambda 't': 't' in {\"tag1\", \"tag2\"}, 'tags')",
    'size(\'tags\' & {"tag1", "tag2"}) >= 1',
    "num_item_detail_views('itemId') < 3",
    "random() < 0.1",
]


def catalogue(items: int) -> Contents:
    """Items with a value for every property, and a detail view each."""
    contents, draw = Contents(), random.Random(7)
    for name, kind in PROPERTIES.items():
        contents.items.define(Property(name, kind))
    contents.users.define(Property("genre", "string"))
    user = contents.users.add("user")
    contents.users.set_values(user, {"genre": "drama"})
    for number in range(items):
        item = contents.items.add(f"item-{number}")
        contents.items.set_values(
            item,
            {
                "price": draw.uniform(0, 100),
                "tags": draw.sample([f"tag{tag}" for tag in range(20)], 4),
                "genre": draw.choice(("drama", "crime", "comedy")),
                "released": NOW - draw.uniform(0, 30 * 24 * 3600),
                "stock": draw.randrange(5),
            },
        )
        contents.detail_views.add(user, item, NOW)
    return contents


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times)


def main(items: int) -> None:
    """Print a row per expression."""
    contents = catalogue(items)
    ids = contents.items.in_order()
    contexts, scene = frozenset({"user"}), Scene(NOW, user="user")
    place = Place("filter", "item", contexts)

    def row(source: str, work: Callable[[], object]) -> None:
        seconds = best(work)
        print(f"{seconds * 1e6 / items:6.2f} us/item  {seconds:6.3f} s  {source}")

    print(f"{items} items")
    for source in FILTERS:
        row(
            source,
            lambda source=source: list(filter(filter_of(contents, source, place, scene), ids)),
        )
    boost = "if 'price' < 10 then 2 else 1"
    row(boost, lambda: list(map(booster_of(contents, boost, place, scene), ids)))
    some = {"cheap": "'price' < 10"}
    row(str(some), lambda: list(map(values_of(contents, some, place, scene), ids)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
