"""Servers that lose events are told apart by what they say of themselves."""

import pytest

from aiorecombee.delivery.broker.redis_perils import perils

SAFE = {"aof_enabled": 1, "maxmemory": 0, "maxmemory_policy": "noeviction"}


@pytest.mark.parametrize(
    ("settings", "remedies"),
    [
        ({}, []),
        ({"aof_enabled": 0}, ["set appendonly yes"]),
        ({"maxmemory": 10**9}, []),
        ({"maxmemory_policy": "allkeys-lru"}, []),
        (
            {"maxmemory": 10**9, "maxmemory_policy": "volatile-ttl"},
            ["set maxmemory-policy noeviction"],
        ),
        (
            {"aof_enabled": 0, "maxmemory": 1, "maxmemory_policy": "allkeys-lru"},
            ["set appendonly yes", "set maxmemory-policy noeviction"],
        ),
    ],
)
def test_each_peril_is_told_with_its_remedy(settings, remedies):
    assert [peril.rpartition(": ")[2] for peril in perils(SAFE | settings)] == remedies


def test_who_is_told_nothing_complains_of_nothing():
    assert perils({}) == []
