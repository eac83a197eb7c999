"""The destination's settings."""

import pytest

from aiorecombee import ConfigurationError, Region
from aiorecombee.segment import Settings

GOOD = {"databaseId": "db", "privateToken": "s3cret", "databaseRegion": "eu-west"}


def test_settings_of_the_segment_app_are_read():
    settings = Settings.from_json({**GOOD, "apiUri": "ignored.example", "extra": 1})

    assert (settings.database_id, settings.region, settings.base_uri) == (
        "db",
        Region.EU_WEST,
        None,
    )


def test_a_custom_region_uses_the_api_uri():
    settings = Settings.from_json({**GOOD, "databaseRegion": "custom", "apiUri": "localhost:84"})

    assert (settings.region, settings.base_uri) == (None, "localhost:84")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"databaseId": None, "privateToken": None}, "databaseId, privateToken missing"),
        ({"databaseRegion": "mars"}, "must be one of us-west, ca-east, eu-west, ap-se, custom"),
        ({"databaseRegion": "custom"}, "the custom databaseRegion needs an apiUri"),
        ({"privateToken": ["s3cret"]}, "privateToken must be a string, not an array"),
        ({"privateToken": ""}, "the token is empty"),
    ],
)
def test_bad_settings_are_refused_without_naming_the_token(changes, said):
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_json({**GOOD, **changes})

    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_token_is_not_shown():
    assert "s3cret" not in repr(Settings.from_json(GOOD))
