"""`aiorecombee segment presets`: what is printed can be passed back."""

import json

import pytest

from aiorecombee.cli import main
from aiorecombee.segment.profiles import PROFILES, find_profile

EVENTS = [
    {"type": "page", "name": "Pricing", "userId": "u", "timestamp": "2024-01-05T10:00:00Z"},
    {"type": "alias", "userId": "u", "previousId": "v"},
    *(
        {
            "type": "track",
            "event": event,
            "userId": "u",
            "timestamp": "2024-01-05T10:00:00Z",
            "properties": {
                "product_id": "p",
                "content_asset_id": "c",
                "asset_id": "a",
                "quantity": 2,
                "price": 1.5,
                "position": 3,
                "total_length": 10,
                "session_id": "s",
                "products": [{"sku": "x", "product_id": "y", "recomm_id": "r", "price": 2}],
            },
        }
        for event in (
            "Product Viewed",
            "Product Added",
            "Product Removed",
            "Order Completed",
            "Product Added to Wishlist",
            "Video Playback Started",
            "Video Content Playing",
            "Seen",
        )
    ),
]
CLASSIC = {
    "Database ID": "db",
    "API Key": "key",
    "Item ID Property Name": "slug",
    "Track Events Mapping": {"Detail View": "Seen"},
}


def _output(capsys, *arguments):
    assert main(["segment", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_printed_maps_as_the_profile_does_and_is_valid(capsys, tmp_path, profile):
    events, mappings = tmp_path / "events.jsonl", tmp_path / "mappings.json"
    events.write_text("".join(json.dumps(event) + "\n" for event in EVENTS))
    mappings.write_text(_output(capsys, "presets", "--profile", profile))
    expected = _output(capsys, "map", "--profile", profile, str(events))

    mapped = _output(capsys, "map", "--profile", profile, "--mappings", str(mappings), str(events))

    assert mapped == expected
    assert main(["segment", "validate", "--strict", "--profile", profile, str(mappings)]) == 0


def test_settings_have_a_say_in_the_older_destination(capsys, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(CLASSIC))
    given = ["--profile", "classic", "--settings", str(settings)]

    printed = json.loads(_output(capsys, "presets", *given))

    assert printed == find_profile("classic").presets(CLASSIC)
    assert 'type = "track" and event = "Seen"' in [one["subscribe"] for one in printed]


def test_one_can_be_printed_by_name(capsys):
    printed = json.loads(_output(capsys, "presets", "--name", "Alias", "--name", "Page - Viewed"))

    assert [one["name"] for one in printed] == ["Page - Viewed", "Alias"]


def test_a_name_that_is_not_there_is_status_2_and_the_nearest_is_told(capsys):
    assert main(["segment", "presets", "--name", "Page - Viewd"]) == 2
    assert capsys.readouterr().err == (
        "aiorecombee: --name: there is no preset 'Page - Viewd'\n"
        '  Did you mean "Page - Viewed"?\n'
    )
