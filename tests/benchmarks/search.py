"""What a search costs: `python tests/benchmarks/search.py [items]`.

Texts are made of words as frequent as in natural language: few are everywhere, most are rare.
"""

import json
import random
import statistics
import sys
import time
from itertools import accumulate

from recombee_mock.protocol import Call
from recombee_mock.service import Service

NOW = 1_700_000_000.0


def vocabulary(chance, size):
    """Words of two to four syllables, the most frequent first."""
    syllables = [a + b for a in "bcdfghjklmnprstvz" for b in "aeiou"]
    words = ("".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(size))
    return list(dict.fromkeys(words))


def filled(items, words, chance):
    """A service whose items have a title of 4 words, a text of 20, and 3 tags."""
    weights = list(accumulate(1 / (place + 5) for place in range(len(words))))
    service = Service()
    table = service.contents.items
    for name, kind in (("title", "string"), ("text", "string"), ("tags", "set")):
        body = {"type": kind, **({"role": "title"} if name == "title" else {})}
        ask(service, "PUT", f"/items/properties/{name}", body)
    for at in range(items):
        said = chance.choices(words, cum_weights=weights, k=27)
        values = {"title": " ".join(said[:4]), "text": " ".join(said[4:24]), "tags": said[24:]}
        table.set_values(table.add(f"item-{at}"), values)
    ask(service, "PUT", "/users/u")
    return service


def ask(service, method, path, body=None):
    """The decoded answer to a call."""
    raw = b"" if body is None else json.dumps(body).encode()
    return json.loads(service.apply(Call(method, path, "", raw, "", public=False), NOW).body)


def timed(service, query, times=20):
    """Median milliseconds of a search, and how many items match."""
    body = {"searchQuery": query, "count": 20}
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        ask(service, "POST", "/search/users/u/items/", body)
        spent.append((time.perf_counter() - start) * 1e3)
    contents = service.contents
    return statistics.median(spent), len(
        contents.search.items(query, contents.items, contents.synonyms)
    )


def main(items=100_000):
    """Print the figures."""
    chance = random.Random(1)
    words = vocabulary(chance, 20_000)
    service = filled(items, words, chance)
    start = time.perf_counter()
    ask(service, "POST", "/search/users/u/items/", {"searchQuery": words[500], "count": 20})
    print(
        f"first search over {items:,} items (the index is made): {time.perf_counter() - start:.2f} s"
    )
    for label, query in (
        ("a rare word", words[3000]),
        ("a usual word", words[200]),
        ("two usual words", f"{words[200]} {words[40]}"),
        ("three letters typed", words[200][:3]),
        ("a word in a tenth of all items", words[20]),
        ("a word in half of all items", words[0]),
        ("one letter typed", words[0][:1]),
    ):
        spent, matches = timed(service, query)
        print(f"{label:32} {matches:7,} matches {spent:7.2f} ms")
    start = time.perf_counter()
    for at in range(1000):
        service.contents.items.set_values(f"item-{at}", {"text": words[at]})
    ask(service, "POST", "/search/users/u/items/", {"searchQuery": words[3000], "count": 20})
    print(f"a search after 1,000 changes     {'':15} {(time.perf_counter() - start) * 1e3:7.2f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
