"""HTTP: URLs, methods, bodies, and the order in which a request is looked at."""

import json
from typing import Final

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.entities import BAD_ID

SECTION = Section("http")
_WRONG_URLS: Final = ("/nowhere/", "/items/a/b/c/", "/groups/g", "/items", "/users/u/merge/")


@SECTION.case("API reference, errors", alone=True)
def a_wrong_url_is_404_without_a_reason(api: Api) -> None:
    """That no reason is given is how a wrong URL is told from a missing entity."""
    for path in _WRONG_URLS:
        api.raw("GET", path).no_such_url(404)


@SECTION.case("API reference of earlier years", alone=True)
def a_wrong_method_is_405(api: Api) -> None:
    """A URL that exists, but not with this method."""
    for method, path in (("POST", "/items/list/"), ("PUT", "/purchases/"), ("GET", "/batch/")):
        api.raw(method, path, b"{}").no_such_url(405)


@SECTION.case("official clients, observed", alone=True)
def bodies_without_content_are_all_the_same(api: Api) -> None:
    """Python writes {}, PHP [], Node nothing at all where there are no parameters."""
    for index, body in enumerate((b"{}", b"[]", b"", None)):
        api.raw("PUT", f"/items/x-{index}", body).created()
        api.raw("DELETE", f"/items/x-{index}", body).ok()


@SECTION.case("official Go client 6.2.0, observed", alone=True)
def a_get_may_have_a_body(api: Api) -> None:
    """Go sends {} even with GET."""
    api.raw("GET", "/items/list/", b"{}").expect(200, [])


@SECTION.case("API reference, errors", alone=True)
def a_body_must_be_json(api: Api) -> None:
    """Broken JSON is 400, and nothing is written."""
    for body in (b"{", b'{"userId": "u"', b"nonsense", b'{"a": }', b"\xff\xfe"):
        api.raw("POST", "/bookmarks/", body).refused(400)


@SECTION.case("API reference, errors", alone=True)
def a_body_must_be_an_object(api: Api) -> None:
    """JSON that is not an object holds no parameters: 400."""
    for body in (b"5", b'"text"', b"true", b'["a"]'):
        api.raw("POST", "/bookmarks/", body).refused(400)


@SECTION.case("official Java client 6.3.0, observed", alone=True)
def a_content_type_may_name_the_character_set(api: Api) -> None:
    """Java adds the character set to the content type."""
    body = json.dumps({"userId": "u", "itemId": "i", "cascadeCreate": True}).encode()
    kind = {"Content-Type": "application/json; charset=utf-8"}
    api.raw("POST", "/bookmarks/", body, kind).ok()
    api.raw("POST", "/batch/", b'{"requests": []}', kind).expect(200, [])


@SECTION.case("browser clients of earlier years, observed", alone=True)
def a_content_type_does_not_matter_for_single_requests(api: Api) -> None:
    """Browsers sent JSON as plain text, to spare themselves a question beforehand."""
    body = json.dumps({"userId": "u", "itemId": "i", "cascadeCreate": True}).encode()
    api.raw("POST", "/bookmarks/", body, {"Content-Type": "text/plain"}).ok()


@SECTION.case("official SDKs and OpenAPI 4.1.0, in agreement", alone=True)
def answers_are_json(api: Api) -> None:
    """Answers say that they are JSON, and the text ok stands in quotes."""
    connection = api.database.connection
    for method, target in (("PUT", "/items/x"), ("PUT", "/items/x"), ("GET", "/nowhere/")):
        got = connection.exchange(method, api.sign(target), b"{}")
        kind = {name.lower(): value for name, value in got.headers.items()}.get("content-type", "")
        json.loads(got.body)
        if kind.partition(";")[0].strip().lower() != "application/json":
            raise api.unsigned(method, api.sign(target)).broken(f"the content type is {kind!r}")


@SECTION.case("official test suites, in agreement; the whole order is chosen", alone=True)
def checks_come_in_order(api: Api) -> None:
    """URL before body before syntax before existence before conflict."""
    api.raw("POST", "/nowhere/", b"{").no_such_url(404)
    api.raw("POST", f"/items/{BAD_ID}", b"{").refused(400)
    pair = {"userId": "u", "itemId": BAD_ID, "timestamp": 5}
    api.post("/bookmarks/", pair).refused(400)
    api.post("/bookmarks/", {**pair, "itemId": "i"}).refused(404)
    api.post("/bookmarks/", {**pair, "itemId": "i", "cascadeCreate": True}).ok()
    api.post("/bookmarks/", {**pair, "itemId": "i"}).refused(409)
    api.post("/bookmarks/", {**pair, "itemId": "i", "userId": "v"}).refused(404)


@SECTION.case(CHOSEN, alone=True)
def slashes_at_the_end_are_optional(api: Api) -> None:
    """Except where a slash tells a list from an item called list."""
    api.put("/items/x/").created()
    api.put("/users/u/").created()
    api.post("/bookmarks", {"userId": "u", "itemId": "x", "timestamp": 5}).ok()
    api.lists("/items/x/bookmarks", api.get("/items/x/bookmarks/").json)
    api.put("/series/s/").created()
    api.raw("POST", "/batch", b'{"requests": []}').expect(200, [])


@SECTION.case("API reference, errors")
def a_missing_entity_is_404_with_a_reason(api: Api) -> None:
    """A reason names what is missing."""
    for path in ("/items/some-name", "/users/some-name", "/items/properties/some-name"):
        answer = api.get(path).refused(404)
        if "some-name" not in answer.text:
            raise answer.broken("expected the reason to name it")
