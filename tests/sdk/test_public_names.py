"""What `aiorecombee` exports, and what importing it costs."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module

import pytest

import aiorecombee
from aiorecombee import requests
from aiorecombee.requests import ALL_REQUESTS, SECTIONS


def imports_for_type_checkers() -> dict[str, str]:
    """Public name to module, as the first lines of the package declare them."""
    tree = ast.parse(inspect.getsource(aiorecombee))
    block = next(
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    return {
        alias.asname or alias.name: node.module or ""
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_all_is_sorted_and_has_no_name_twice():
    assert aiorecombee.__all__ == sorted(set(aiorecombee.__all__))


def test_type_checkers_and_the_runtime_find_the_same_names_in_the_same_modules():
    declared = imports_for_type_checkers()
    assert sorted(declared) == aiorecombee.__all__
    homes = {name: f"aiorecombee.{aiorecombee._HOME_OF[name]}" for name in aiorecombee.__all__}
    assert homes == declared


@pytest.mark.parametrize("name", aiorecombee.__all__)
def test_a_public_name_is_the_object_of_its_module(name: str):
    home = import_module(f"aiorecombee.{aiorecombee._HOME_OF[name]}")
    assert getattr(aiorecombee, name) is getattr(home, name)


def test_names_are_not_private():
    assert [name for name in aiorecombee.__all__ if name.startswith("_")] == ["__version__"]


def test_dir_lists_the_public_names():
    assert dir(aiorecombee) == aiorecombee.__all__


def test_a_star_import_takes_everything():
    assert run(
        "from aiorecombee import *\n"
        "import aiorecombee\n"
        "print([name for name in aiorecombee.__all__ if name not in globals()])"
    ) == ("[]")


@pytest.mark.parametrize("module", [aiorecombee, requests])
def test_an_unknown_name_is_an_attribute_error(module: object):
    with pytest.raises(AttributeError, match="has no attribute 'AddNothing'"):
        module.AddNothing  # noqa: B018
    assert not hasattr(module, "__wrapped__")


def test_an_unknown_import_is_an_import_error():
    with pytest.raises(ImportError, match="cannot import name 'AddNothing'"):
        from aiorecombee import AddNothing  # noqa: F401, PLC0415


def test_there_are_83_requests_all_public():
    names = [name for section in SECTIONS.values() for name in section]
    assert len(ALL_REQUESTS) == 83
    assert [cls.__name__ for cls in ALL_REQUESTS] == names
    assert [name for name in names if name not in aiorecombee.__all__] == []


def test_every_request_class_of_a_section_is_listed():
    for section, names in SECTIONS.items():
        module = import_module(f"aiorecombee.requests.{section}")
        defined = [
            name
            for name, value in vars(module).items()
            if isinstance(value, type)
            and issubclass(value, aiorecombee.Request)
            and value.__module__ == module.__name__
        ]
        assert defined == list(names), section


def test_no_two_requests_share_method_and_path():
    routes = [(cls.method, cls.path) for cls in ALL_REQUESTS]
    assert len(set(routes)) == 83


@pytest.mark.parametrize("cls", ALL_REQUESTS)
def test_a_request_is_documented_with_its_source(cls: type[aiorecombee.Request[object]]):
    assert "Source: API reference, " in (cls.__doc__ or "")
    assert not hasattr(object.__new__(cls), "__dict__")


@pytest.mark.parametrize("cls", ALL_REQUESTS)
def test_only_what_names_an_entity_is_settled_by_a_refusal(
    cls: type[aiorecombee.Request[object]],
):
    if cls.settled is not None:
        assert cls.settled == (404 if cls.method == "DELETE" else 409)
    properties = "properties" in cls.path
    assert not (properties and cls.settled)


def test_importing_the_package_loads_no_more_than_itself():
    heavy = "{'aiohttp', 'cattrs', 'attrs', 'attr', 'asyncio', 'orjson', 'json', 'yarl', 'email'}"
    assert run(f"import sys, aiorecombee; print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_naming_a_request_loads_neither_the_network_nor_cattrs_nor_other_sections():
    loaded = run(
        "import sys; from aiorecombee import AddDetailView, RecombeeClient\n"
        "AddDetailView('u', 'i')\n"
        "print(sorted({'aiohttp', 'cattrs', 'yarl', 'aiorecombee.requests.search'}"
        " & set(sys.modules)))"
    )
    assert loaded == "[]"


def test_a_client_with_its_own_transport_needs_no_aiohttp():
    loaded = run(
        "import asyncio, sys\n"
        "from aiorecombee import *\n"
        "client = RecombeeClient('db', 't',\n"
        "    transport=MemoryTransport(lambda _: HttpReply(200, {}, b'\"ok\"')))\n"
        "print(asyncio.run(client.send(AddItem('i'))), 'aiohttp' in sys.modules)"
    )
    assert loaded == "ok False"


def test_without_orjson_the_standard_library_writes_json():
    assert run(
        "import sys; sys.modules['orjson'] = None\n"
        "from aiorecombee import *\n"
        "client = RecombeeClient('db', 't', transport=MemoryTransport(print))\n"
        "print(type(client._codec).__name__)"
    ) == ("JsonCodec")
    with pytest.raises(subprocess.CalledProcessError):
        run("import sys; sys.modules['orjson'] = None; from aiorecombee import *; OrjsonCodec()")
