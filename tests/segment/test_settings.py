"""The destination's settings."""

import pytest

from aiorecombee import AuthenticationError, ConfigurationError, Region
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


def test_the_labels_of_the_segment_app_will_do_as_well():
    labelled = {"Database ID": "db", "Private Token": "s3cret", "Database Region": "ap-se"}

    settings = Settings.from_json(labelled)

    assert (settings.database_id, settings.region) == ("db", Region.AP_SE)


@pytest.mark.parametrize(
    ("given", "base_uri"),
    [
        ({}, "rapi.recombee.com"),
        ({"apiUri": "https://rapi-eu-west.recombee.com/"}, "rapi-eu-west.recombee.com"),
        ({"API URI": "localhost:84"}, "localhost:84"),
    ],
)
def test_the_older_destination_has_an_api_key_and_no_region(given, base_uri):
    settings = Settings.from_classic_json({"Database ID": "db", "API Key": "s3cret", **given})

    assert (settings.database_id, settings.region, settings.base_uri) == ("db", None, base_uri)


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


def test_a_client_goes_where_the_settings_say():
    assert repr(Settings.from_json(GOOD).client()) == (
        "<RecombeeClient of db at https://rapi-eu-west.recombee.com>"
    )
    custom = Settings.from_json({**GOOD, "databaseRegion": "custom", "apiUri": "localhost:84"})
    assert repr(custom.client(protocol="http")) == "<RecombeeClient of db at http://localhost:84>"


async def test_settings_are_checked_with_the_service(recombee_mock):
    right = {
        "databaseId": recombee_mock.database_id,
        "privateToken": recombee_mock.token,
        "databaseRegion": "custom",
        "apiUri": recombee_mock.base_uri,
    }

    await Settings.from_json(right).check(protocol="http")
    with pytest.raises(AuthenticationError):
        await Settings.from_json({**right, "privateToken": "other"}).check(protocol="http")

    assert [entry.status for entry in recombee_mock.journal()] == [200, 401]
