"""Profiles and their presets, as data."""

import json

import pytest

from aiorecombee.segment import PROFILES, Destination


def test_the_presets_are_the_fourteen_of_the_destination():
    assert [
        (preset["name"], preset["subscribe"], preset["partnerAction"])
        for preset in PROFILES["main-2026-07"].presets()
    ] == [
        ("Page - Viewed", 'type = "page"', "addDetailView"),
        ("Screen - Viewed", 'type = "screen"', "addDetailView"),
        _track("Ecommerce - Product Viewed", "Product Viewed", "addDetailView"),
        _track("Ecommerce - Product Added", "Product Added", "addCartAddition"),
        _track("Ecommerce - Product Removed", "Product Removed", "deleteCartAddition"),
        _track("Ecommerce - Order Completed", "Order Completed", "addPurchase"),
        _track("Ecommerce - Product Added to Wishlist", "Product Added to Wishlist", "addBookmark"),
        _track(
            "Ecommerce - Product Removed from Wishlist",
            "Product Removed from Wishlist",
            "deleteBookmark",
        ),
        _track("Ecommerce - Product Shared", "Product Shared", "addBookmark"),
        _track("Video - Playback Started", "Video Playback Started", "setViewPortion"),
        _track("Video - Content Playing", "Video Content Playing", "setViewPortionFromWatchTime"),
        _track("Video - Playback Paused", "Video Playback Paused", "setViewPortionFromWatchTime"),
        _track("Video - Playback Completed", "Video Playback Completed", "setViewPortion"),
        ("Alias", 'type = "alias"', "mergeUsers"),
    ]


def _track(name, event, action):
    return name, f'type = "track" and event = "{event}"', action


def test_the_default_profile_differs_in_videos_and_orders_only():
    main, documented = (
        {preset["name"]: preset for preset in PROFILES[name].presets()}
        for name in ("main-2026-07", "documented")
    )

    assert {
        (name, field)
        for name in main
        for field in main[name]["mapping"]
        if main[name]["mapping"][field] != documented[name]["mapping"][field]
    } == {
        ("Ecommerce - Order Completed", "items"),
        *((f"Video - {what}", field) for what in VIDEOS for field in ("itemId", "sessionId")),
    }


VIDEOS = ("Playback Started", "Content Playing", "Playback Paused", "Playback Completed")


@pytest.mark.parametrize("profile", PROFILES)
def test_presets_can_be_printed_edited_and_passed_back(profile):
    edited = json.loads(json.dumps(PROFILES[profile].presets()))
    edited[0]["mapping"]["itemId"] = {"@path": "$.properties.url"}

    event = {"type": "page", "userId": "u", "properties": {"url": "/x"}}

    assert Destination(profile, edited).map(event).requests[0].item_id == "/x"


def test_what_one_does_to_presets_stays_with_oneself():
    PROFILES["documented"].presets()[0]["mapping"].clear()

    assert PROFILES["documented"].presets()[0]["mapping"]["itemId"] == {"@path": "$.name"}
