"""The public names of the room."""

import ast
from pathlib import Path

import pytest

from aiorecombee import segment


def test_the_list_of_names_is_what_type_checkers_see():
    tree = ast.parse(Path(segment.__file__).read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith("aiorecombee.segment")
        for alias in node.names
    }

    assert set(segment.__all__) == imported


@pytest.mark.parametrize("name", segment.__all__)
def test_every_name_is_there(name):
    assert getattr(segment, name) is not None


def test_another_name_is_not():
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        segment.nope  # noqa: B018
