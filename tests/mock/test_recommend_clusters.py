"""What goes together is found: data with planted tastes, and whether they come out again."""

import json
import os
import subprocess
import sys

import pytest

from recombee_mock.data.dump import dump, load
from recombee_mock.planted import cluster_of, genre, planted
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.settings import Settings

NOW = 1_700_000_100.0
CLUSTERS = 5
SIZES = {"clusters": CLUSTERS, "users": 150, "items": 100, "interactions": 3_000}


def grown(**settings):
    service = Service(Settings(**settings))
    requests = [
        {"method": method, "path": path, "params": params}
        for method, path, params in planted(**SIZES)
    ]
    reply = service.apply(
        Call("POST", "/batch/", body=json.dumps({"requests": requests}).encode()), NOW
    )
    assert {entry["code"] for entry in json.loads(reply.body)} == {200, 201}
    return service


@pytest.fixture(scope="module")
def service():
    return grown()


def ask(service, path, now=NOW, **params):
    body = json.dumps({"count": 10, **params}).encode()
    reply = service.apply(Call("POST", f"/recomms/{path}/", body=body), now)
    assert (reply.status, reply.body if reply.status != 200 else b"") == (200, b"")
    return [one["id"] for one in json.loads(reply.body)["recomms"]]


def share_found(service, kind, results, **params):
    """Share of the results of the same cluster as what was asked for; all of ten questions."""
    found = [
        cluster_of(one) == number % CLUSTERS
        for number in range(20)
        for one in ask(service, f"{kind}s/{kind}-{number}/{results}", **params)
    ]
    assert len(found) == 200
    return sum(found) / len(found)


@pytest.mark.parametrize(
    ("kind", "results", "params"),
    [
        ("user", "items", {}),
        ("item", "items", {"targetUserId": None}),
        ("user", "users", {}),
        ("item", "users", {}),
        ("user", "items", {"diversity": 0.3}),
        ("user", "items", {"minRelevance": "medium"}),
        ("item", "items", {"targetUserId": "user-3", "userImpact": 0.1}),
    ],
)
def test_the_planted_taste_is_found(service, kind, results, params):
    assert share_found(service, kind, results, **params) >= 0.9


def test_popularity_alone_does_not_find_it(service):
    share = share_found(service, "user", "items", logic="recombee:popular")
    assert share < 0.4


def test_it_is_found_as_well_without_what_was_had():
    service = grown(exclude_interacted=True)
    found = [
        cluster_of(one) == number % CLUSTERS
        for number in range(20)
        for one in ask(service, f"users/user-{number}/items", count=5)
    ]
    assert sum(found) / len(found) >= 0.7


def test_the_target_users_taste_pulls(service):
    path, foreign = "items/item-1/items", {"targetUserId": "user-3"}
    shares = [
        sum(cluster_of(one) == 3 for one in ask(service, path, userImpact=impact, **foreign))
        for impact in (0.0, 0.5, 1.0)
    ]
    assert shares[0] <= 1
    assert shares[2] >= 9
    assert shares == sorted(shares)


def test_the_same_calls_give_the_same_answers(service):
    again = grown()
    for path in PATHS:
        assert ask(service, path) == ask(again, path)


PATHS = ("users/user-7/items", "items/item-7/users", "users/user-7/users")


def test_contents_that_were_dumped_and_loaded_recommend_the_same():
    service, copy = grown(), Service()
    copy.contents = load(dump(service.contents))
    for options in ({}, {"diversity": 0.5, "rotationRate": 0.5}, {"booster": "1"}):
        for path in PATHS:
            assert ask(service, path, **options) == ask(copy, path, **options)
    ids = [one.contents.served.dump() for one in (service, copy)]
    assert ids[0] == ids[1]


IN_A_PROCESS = """
import json
from recombee_mock.planted import planted
from recombee_mock.protocol import Call
from recombee_mock.service import Service
service = Service()
def ask(method, path, params):
    return service.apply(Call(method, path, body=json.dumps(params).encode()), 1.7e9).body
for call in planted(users=50, items=60, interactions=500):
    ask(*call)
for number in range(0, 50, 7):
    print(ask("POST", f"/recomms/users/user-{number}/items/", {"count": 20, "diversity": 0.5}))
    print(ask("POST", f"/recomms/items/item-{number}/users/", {"count": 20}))
"""


def test_answers_do_not_depend_on_the_process():
    said = [
        subprocess.run(
            [sys.executable, "-c", IN_A_PROCESS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1] != b""


def test_the_seed_decides_only_between_equals():
    newcomers = []
    for seed in (1, 2):
        service = grown(seed=seed)
        for number in range(20):
            service.apply(Call("PUT", f"/items/new-{number}"), NOW)
        newcomers.append(ask(service, "users/user-1/items", count=120)[100:])
    assert sorted(newcomers[0]) == sorted(newcomers[1])
    assert newcomers[0] != newcomers[1]
    assert newcomers[0] != sorted(newcomers[0])


def test_planted_data_are_the_same_every_time_and_of_the_size_asked_for():
    calls = list(planted(**SIZES))
    assert calls == list(planted(**SIZES))
    assert calls != list(planted(**SIZES, seed=1))
    made = [path for _, path, _ in calls]
    assert sum(path.startswith("/items/item-") for path in made) == 100
    assert sum(path.startswith("/users/user-") for path in made) == 150
    assert sum(params.get("timestamp") is not None for _, _, params in calls) == 3_000


def test_planted_genres_have_names_of_their_own():
    assert len({genre(cluster) for cluster in range(50)}) == 50


def test_planted_data_need_somebody_in_each_cluster():
    with pytest.raises(ValueError, match="for each of one or more clusters"):
        list(planted(clusters=5, users=3))
