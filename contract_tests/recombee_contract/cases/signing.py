"""Authentication with the private token."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.signer import signature

SECTION = Section("signing")
_DOCS = "API reference, Authentication"
_WRONG = "another-key"


@SECTION.case(_DOCS, alone=True)
def a_signed_request_is_let_in(api: Api) -> None:
    """A request signed with the private token, now, is answered."""
    api.unsigned("GET", api.sign("/items/list/")).expect(200)


@SECTION.case(f"{_DOCS}; PHP client issue 7, observed", alone=True)
def a_wrong_key_is_401(api: Api) -> None:
    """A signature made with another token is refused, whatever the method."""
    for method in ("GET", "PUT", "POST", "DELETE"):
        api.unsigned(method, api.sign("/items/x", token=_WRONG), b"{}").refused(401)
    api.lists("/items/list/", [])


@SECTION.case(f"{_DOCS}; PHP client issue 7, observed", alone=True)
def the_refusal_has_its_own_shape(api: Api) -> None:
    """The body of a 401 has statusCode and error."""
    answer = api.unsigned("GET", api.sign("/items/list/", token=_WRONG)).refused(401)
    if answer.json.get("statusCode") != 401:  # noqa: PLR2004
        raise answer.broken("expected statusCode 401")


@SECTION.case(_DOCS, alone=True)
def an_altered_target_is_401(api: Api) -> None:
    """The signature covers every character of path and query."""
    signed = api.sign("/items/list/?count=1&offset=0")
    for was, becomes in (
        ("/items/", "/users/"),
        ("count=1", "count=2"),
        ("count=1&offset=0", "offset=0&count=1"),
        ("count=1", "coun%74=1"),
        ("offset=0", "offset=0&extra=1"),
        ("/list/", "/list"),
        ("/items/", "//items/"),
    ):
        api.unsigned("GET", signed.replace(was, becomes, 1)).refused(401)
    api.unsigned("GET", signed).expect(200)


@SECTION.case(_DOCS, alone=True)
def nothing_may_be_added_behind_the_signature(api: Api) -> None:
    """A parameter behind the signature is part of the target, and was not signed."""
    api.unsigned("GET", api.sign("/items/list/") + "&count=1").refused(401)


@SECTION.case(_DOCS, alone=True)
def the_timestamp_is_signed(api: Api) -> None:
    """A timestamp cannot be renewed without the token."""
    signed = api.sign("/items/list/", age=5)
    start, _, rest = signed.partition("hmac_timestamp=")
    timestamp, _, sign = rest.partition("&")
    later = f"{start}hmac_timestamp={int(timestamp) + 1}&{sign}"
    api.unsigned("GET", later).refused(401)


@SECTION.case(_DOCS, alone=True)
def neither_method_nor_body_is_signed(api: Api) -> None:
    """One signature holds for any method and body on the same path."""
    signed = api.sign("/items/x")
    api.unsigned("PUT", signed, b"{}").created()
    api.unsigned("POST", signed, b'{"!cascadeCreate": true}').ok()
    api.unsigned("GET", signed).expect(200)
    api.unsigned("DELETE", signed).ok()


@SECTION.case(_DOCS, alone=True)
def a_signature_lives_for_30_seconds(api: Api) -> None:
    """One of 20 seconds ago is still good, one of 60 is 401."""
    api.unsigned("GET", api.sign("/items/list/", age=20)).expect(200)
    api.unsigned("GET", api.sign("/items/list/", age=60)).refused(401)
    api.unsigned("GET", api.sign("/items/list/", age=86400)).refused(401)


@SECTION.case(CHOSEN, alone=True)
def a_signature_may_be_as_far_ahead(api: Api) -> None:
    """The window is the same in both directions."""
    api.unsigned("GET", api.sign("/items/list/", age=-20)).expect(200)
    api.unsigned("GET", api.sign("/items/list/", age=-60)).refused(401)


@SECTION.case(f"{_DOCS}, as of earlier years", alone=True)
def a_request_without_a_signature_is_401(api: Api) -> None:
    """Nothing is open to everybody."""
    database = f"/{api.database.id}"
    api.unsigned("GET", f"{database}/items/list/").refused(401)
    api.unsigned("GET", f"{database}/items/list/?count=1").refused(401)
    api.unsigned("POST", f"{database}/batch/", b'{"requests": []}').refused(401)
    api.unsigned("DELETE", f"{database}/").refused(401)


@SECTION.case(CHOSEN, alone=True)
def half_a_signature_is_401(api: Api) -> None:
    """Timestamp and signature are both needed, the timestamp a whole number."""
    signed = api.sign("/items/list/")
    start, _, sign = signed.partition("&hmac_sign=")
    api.unsigned("GET", start).refused(401)
    api.unsigned("GET", f"/{api.database.id}/items/list/?hmac_sign={sign}").refused(401)
    api.unsigned("GET", f"{start}&hmac_sign=").refused(401)
    api.unsigned("GET", f"{start}&hmac_sign={sign[:-1]}").refused(401)
    for timestamp in ("", "now", "1700000000.5", "0x65", "1_700_000_000"):
        raw = f"/{api.database.id}/items/list/?hmac_timestamp={timestamp}&hmac_sign={sign}"
        api.unsigned("GET", raw).refused(401)


@SECTION.case("official .NET client 6.2.0, observed", alone=True)
def capitals_are_taken_in_a_signature(api: Api) -> None:
    """The hex digits may be capitals."""
    start, _, sign = api.sign("/items/list/").partition("&hmac_sign=")
    api.unsigned("GET", f"{start}&hmac_sign={sign.upper()}").expect(200)


@SECTION.case("official Go client 6.2.0, observed", alone=True)
def the_timestamp_may_stand_among_the_others(api: Api) -> None:
    """A client that sorts the query puts the timestamp wherever its name belongs."""
    target = api.sign("/items/list/?count=1").partition("&hmac_sign=")[0]
    timestamp = target.rpartition("=")[2]
    sorted_by_name = f"/items/list/?count=1&hmac_timestamp={timestamp}&offset=0"
    api.unsigned("GET", _signed_as_it_is(api, sorted_by_name)).expect(200)


def _signed_as_it_is(api: Api, target: str) -> str:
    message = f"/{api.database.id}{target}"
    return f"{message}&hmac_sign={signature(message, api.database.token)}"


@SECTION.case("JavaScript client issue 11, observed; the status is chosen", alone=True)
def an_unknown_database_is_not_there(api: Api) -> None:
    """A database that does not exist is told as such, not as a bad signature."""
    for target in (
        api.sign("/items/list/", database="nothing-of-that-name"),
        "/nothing-of-that-name/items/list/",
    ):
        answer = api.unsigned("GET", target).refused(404)
        if answer.json["message"] != 'Database "nothing-of-that-name" does not exist!':
            raise answer.broken("expected the message to name the database")


@SECTION.case(CHOSEN, alone=True)
def the_signature_is_checked_before_what_is_asked(api: Api) -> None:
    """Who is not let in learns nothing: neither of wrong URLs nor of bad parameters."""
    for target in ("/nowhere/", "/items/***", "/items/list/?count=-1"):
        api.unsigned("GET", api.sign(target, token=_WRONG)).refused(401)
    api.unsigned("POST", api.sign("/batch/", token=_WRONG), b"{").refused(401)


@SECTION.case(CHOSEN, alone=True)
def no_refusal_shows_the_token(api: Api) -> None:
    """A 401 says what is wrong, without the key or the right signature."""
    right = api.sign("/items/list/")
    answer = api.unsigned("GET", api.sign("/items/list/", token=_WRONG))
    for secret in (api.database.token, right.rpartition("=")[2]):
        if secret in answer.text:
            raise answer.broken("expected no secret in the answer")
