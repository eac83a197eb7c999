"""Batches."""

import json

from recombee_contract.api import Api, entry
from recombee_contract.case import CHOSEN, Section

SECTION = Section("batch")
_DOCS = "API reference, Batch"
_SUITES = "official test suites, observed"


@SECTION.case("Segment integration by Recombee, observed", alone=True)
def an_empty_batch_is_answered_with_an_empty_list(api: Api) -> None:
    """A batch of nothing is 200; it serves to try out credentials."""
    api.batch().expect(200, [])


@SECTION.case(_DOCS, alone=True)
def entries_are_answered_in_order(api: Api) -> None:
    """Every request has its code and its body, in the order of the requests."""
    api.batch(
        entry("PUT", "/items/a"), entry("PUT", "/users/u"), entry("GET", "/items/list/")
    ).expect(
        200,
        [
            {"code": 201, "json": "ok"},
            {"code": 201, "json": "ok"},
            {"code": 200, "json": ["a"]},
        ],
    )


@SECTION.case(_SUITES, alone=True)
def later_requests_see_what_earlier_ones_did(api: Api) -> None:
    """A batch is carried out as if its requests came one after the other."""
    answer = api.batch(
        entry("PUT", "/items/properties/n", type="int"),
        entry("PUT", "/items/properties/when", type="timestamp"),
        entry("POST", "/items/a", **{"n": 1, "!cascadeCreate": True}),
        entry("PUT", "/items/a"),
        entry("POST", "/items/b", **{"when": 27, "!cascadeCreate": True}),
        entry("GET", "/items/list/"),
        entry("DELETE", "/items/a"),
        entry("GET", "/items/list/", returnProperties=True),
        entry("POST", "/cartadditions/", userId="nobody", itemId="b"),
        entry("POST", "/cartadditions/", userId="nobody", itemId="b", cascadeCreate=True),
    ).expect(200)
    found = [one["code"] for one in answer.json]
    if found != [201, 201, 200, 409, 200, 200, 200, 200, 404, 200]:
        raise answer.broken("expected the codes 201 201 200 409 200 200 200 200 404 200")
    if sorted(answer.json[5]["json"]) != ["a", "b"]:
        raise answer.broken("expected the list to show both items")
    if answer.json[7]["json"] != [{"itemId": "b", "n": None, "when": 27.0}]:
        raise answer.broken("expected the list to show what is left")


@SECTION.case(_DOCS, alone=True)
def a_failure_stops_nothing_and_undoes_nothing(api: Api) -> None:
    """Requests before and after one that fails are carried out all the same."""
    answer = api.batch(
        entry("PUT", "/items/a"), entry("DELETE", "/items/none"), entry("PUT", "/items/b")
    ).expect(200)
    if [one["code"] for one in answer.json] != [201, 404, 201]:
        raise answer.broken("expected the codes 201 404 201")
    api.lists("/items/list/", ["a", "b"])


@SECTION.case("official Java, Go and Swift clients: they read the reason there", alone=True)
def the_reason_of_a_failure_stands_under_error(api: Api) -> None:
    """An entry that failed has an object with the reason under error."""
    answer = api.batch(entry("DELETE", "/items/none")).expect(200)
    reason = answer.json[0]["json"].get("error")
    if not isinstance(reason, str) or "none" not in reason:
        raise answer.broken("expected a reason under error that names the item")


@SECTION.case("official Java test suite, observed", alone=True)
def a_bad_id_fails_by_itself(api: Api) -> None:
    """A known URL with an illegal ID is that request's 400, not the batch's."""
    names = ("***not_valid$$$", "Škoda", "a b", "žluťoučký")
    answer = api.batch(
        *(entry("PUT", f"/items/{name}") for name in names), entry("PUT", "/items/a")
    )
    if [one["code"] for one in answer.expect(200).json] != [400] * len(names) + [201]:
        raise answer.broken("expected 400 for every illegal ID, and 201 for the legal one")


@SECTION.case(_DOCS, alone=True)
def a_wrong_url_stops_the_whole_batch(api: Api) -> None:
    """Where one URL matches nothing the batch is 404, and nothing at all is carried out."""
    answer = api.batch(
        entry("PUT", "/items/a"), entry("GET", "/nowhere/"), entry("PUT", "/items/b")
    )
    answer.expect(404)
    api.lists("/items/list/", [])


@SECTION.case(CHOSEN, alone=True)
def a_wrong_method_stops_the_whole_batch(api: Api) -> None:
    """A known URL with a method that it does not have is like a wrong URL: 404."""
    api.batch(entry("PUT", "/items/a"), entry("DELETE", "/items/list/")).expect(404)
    api.lists("/items/list/", [])


@SECTION.case(_DOCS, alone=True)
def a_batch_must_be_a_list_of_requests(api: Api) -> None:
    """What is not JSON, or not a list of requests, is 400."""
    for body in (
        b"{",
        b"[]",
        b"{}",
        b'{"requests": {}}',
        b'{"requests": "x"}',
        b'{"requests": [5]}',
    ):
        api.raw("POST", "/batch/", body).refused(400)


@SECTION.case(CHOSEN, alone=True)
def every_request_needs_method_and_path(api: Api) -> None:
    """One request without them makes the whole batch 400."""
    for broken in ({"path": "/items/a"}, {"method": "PUT"}, {"method": 1, "path": "/items/a"}):
        api.batch(entry("PUT", "/items/b"), broken).refused(400)
    api.lists("/items/list/", [])


@SECTION.case(_DOCS, alone=True)
def a_batch_must_be_declared_as_json(api: Api) -> None:
    """Another content type is 400, for batches alone."""
    api.raw("POST", "/batch/", b'{"requests": []}', {"Content-Type": "text/plain"}).refused(400)


@SECTION.case(_DOCS, alone=True)
def ten_thousand_requests_are_the_most(api: Api) -> None:
    """A batch of 10,000 is carried out; one more is 413, and nothing is carried out."""
    entries = [entry("PUT", f"/items/i-{index}") for index in range(10_000)]
    api.batch(*entries, entry("PUT", "/items/last")).refused(413)
    api.get("/items/i-0").refused(404)
    codes = {one["code"] for one in api.batch(*entries).expect(200).json}
    if codes != {201}:
        raise api.get("/items/i-0").broken(f"expected 201 for all of them, not {codes}")


@SECTION.case("Segment integration by Recombee, observed", alone=True)
def a_path_may_have_a_query_of_its_own(api: Api) -> None:
    """Parameters may stand in the path's query instead of params."""
    api.put("/users/source").created()
    api.batch(entry("PUT", "/users/target/merge/source?cascadeCreate=true")).expect(
        200, [{"code": 200, "json": "ok"}]
    )
    api.get("/users/target").expect(200)


@SECTION.case("official clients, observed", alone=True)
def params_may_be_missing_or_empty(api: Api) -> None:
    """Most clients leave empty params out, Go writes {}, PHP might write []."""
    api.batch(
        {"method": "PUT", "path": "/items/a"},
        {"method": "PUT", "path": "/items/b", "params": {}},
        {"method": "PUT", "path": "/items/c", "params": []},
        {"method": "PUT", "path": "/items/d", "params": None},
    ).expect(200, [{"code": 201, "json": "ok"}] * 4)


@SECTION.case(CHOSEN, alone=True)
def a_batch_cannot_hold_a_batch(api: Api) -> None:
    """A batch in a batch is that request's 400."""
    answer = api.batch(entry("POST", "/batch/", requests=[]), entry("PUT", "/items/a")).expect(200)
    if [one["code"] for one in answer.json] != [400, 201]:
        raise answer.broken("expected the codes 400 201")


@SECTION.case(CHOSEN, alone=True)
def a_batch_can_erase_the_database(api: Api) -> None:
    """A reset in a batch is carried out in its turn."""
    api.put("/items/a").created()
    api.batch(entry("DELETE", "/")).expect(200, [{"code": 200, "json": "ok"}])
    api.lists("/items/list/", [])


@SECTION.case("API reference, Authentication", alone=True)
def only_the_batch_itself_is_signed(api: Api) -> None:
    """A batch with a wrong signature is 401 as a whole; its requests need none."""
    body = json.dumps({"requests": [entry("PUT", "/items/a")]}).encode()
    api.unsigned("POST", api.sign("/batch/", token=f"x{api.database.id}"), body).refused(401)
    api.lists("/items/list/", [])


@SECTION.case(_DOCS, alone=True)
def distinct_recomms_is_taken_with_any_requests(api: Api) -> None:
    """The option does no harm where nothing is recommended; what is no boolean is 400."""
    api.batch(entry("PUT", "/items/a"), distinctRecomms=True).expect(200)
    api.batch(entry("PUT", "/items/b"), distinctRecomms="yes").refused(400)
