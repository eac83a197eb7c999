"""The public names of the room."""

import ast
from pathlib import Path

import pytest

from aiorecombee import delivery


def test_the_list_of_names_is_what_type_checkers_see():
    tree = ast.parse(Path(delivery.__file__).read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module != "aiorecombee._lazy"
        for alias in node.names
    }
    assert set(delivery.__all__) == imported - {"TYPE_CHECKING"}


@pytest.mark.parametrize("name", delivery.__all__)
def test_every_name_is_there(name):
    assert getattr(delivery, name) is not None


def test_another_name_is_not():
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        delivery.nope  # noqa: B018
