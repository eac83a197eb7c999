"""The public names of the room."""

import ast
import re
from pathlib import Path

import pytest

from aiorecombee import AddDetailView, delivery


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


async def test_the_example_of_the_room_runs(client, service, capsys):
    example = delivery.__doc__.partition("\n\n")[2].partition("\n\n`")[0]
    scope = {"AddDetailView": AddDetailView}
    exec(f"async def show(client, requests):\n{example}", scope)
    await scope["show"](client, [AddDetailView("user-2", "item-8", timestamp=1.5)])
    assert service.users == [["user-1"], ["user-2"]]
    assert capsys.readouterr().out.endswith(" 200\n")


def test_the_rooms_that_it_tells_of_are_those_that_are_there():
    home = Path(delivery.__file__).parent
    told = set(re.findall(r"`(\w+)`", delivery.__doc__))
    assert {path.parent.name for path in home.glob("*/__init__.py")} <= told
    assert told <= {path.stem for path in home.iterdir()}


def test_another_name_is_not():
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        delivery.nope  # noqa: B018
