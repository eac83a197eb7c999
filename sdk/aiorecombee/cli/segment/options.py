"""Options that say which destination is meant: they are the same wherever events are mapped."""

import argparse
from typing import Any

from aiorecombee.cli.segment.mapping_files import ADVICE, read_mapping_file
from aiorecombee.cli.usage import UsageError, read_json
from aiorecombee.errors import ConfigurationError, MappingError
from aiorecombee.segment.destination import Destination
from aiorecombee.segment.profiles import PROFILES, find_profile


def add_destination_options(parser: argparse.ArgumentParser) -> None:
    """Add `--profile`, `--settings`, `--mappings` and `--with-presets`."""
    add_settings_option(parser)
    add_mapping_options(parser)


def add_mapping_options(parser: argparse.ArgumentParser) -> None:
    """Add all but `--settings`, where the options of the connection bring it."""
    add_profile_option(parser)
    parser.add_argument(
        "--mappings",
        metavar="FILE",
        help="JSON array of mappings as Segment keeps or exports them, in place of the presets;"
        ' a text in it ("Page - Viewed") stands for the preset of that name',
    )
    parser.add_argument(
        "--with-presets",
        action="store_true",
        help="keep the presets beside --mappings; one of the same name takes a preset's place,"
        ' or with "enabled": false takes it away',
    )


def add_profile_option(parser: argparse.ArgumentParser) -> None:
    """Add `--profile`."""
    profiles = "; ".join(f"{profile.name}: {profile.about}" for profile in PROFILES.values())
    parser.add_argument(
        "--profile", default="documented", choices=PROFILES, help=profiles.replace("%", "%%")
    )


def add_settings_option(parser: argparse.ArgumentParser) -> None:
    """Add `--settings`."""
    parser.add_argument(
        "--settings",
        metavar="FILE",
        help="JSON with databaseId, privateToken, databaseRegion, apiUri, or as the Segment app"
        " labels them; classic: Database ID, API Key, Item ID Property Name, Track Events Mapping,"
        " API URI",
    )


def destination(options: argparse.Namespace) -> Destination:
    """The destination that the options mean.

    Raises:
        UsageError: A file cannot be read, or is no good.
    """
    return make_destination(
        options.profile, options.settings, options.mappings, with_presets=options.with_presets
    )


def make_destination(
    profile: str,
    settings: str | None,
    mappings: str | None,
    *,
    with_presets: bool,
    option: str = "--mappings",
    connects: bool = True,
) -> Destination:
    """The destination that files mean.

    Args:
        profile: Whose behaviour to follow.
        settings: File of settings, if there is one.
        mappings: File of mappings, if there is one.
        with_presets: Whether the presets are kept beside these.
        option: What the mappings came with, for messages.
        connects: Whether the settings must name a database; mapping needs none.

    Raises:
        UsageError: A file cannot be read, or is no good.
    """
    read = None if mappings is None else read_mapping_file(mappings, option)
    checked = read_settings(settings, profile, connects=connects)
    try:
        return Destination(profile, read, with_presets=with_presets, settings=checked)
    except ConfigurationError as error:
        raise UsageError(f"--settings {settings}: {error}") from None
    except MappingError as error:
        raise UsageError(f"{option} {mappings}: {error}\n  {ADVICE}") from None


def read_settings(
    path: str | None, profile: str, *, connects: bool = True
) -> dict[str, Any] | None:
    """Read and check the settings of a profile; `None` where no file is given.

    Raises:
        UsageError: They cannot be read, or are no good; the token is never named.
    """
    if path is None:
        return None
    settings: dict[str, Any] = read_json(path, "--settings")
    try:
        if connects:
            find_profile(profile).read_settings(settings)
    except ConfigurationError as error:
        raise UsageError(f"--settings {path}: {error}") from None
    return settings
