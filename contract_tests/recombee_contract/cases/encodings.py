"""The spellings that clients of different languages have for the same request."""

from recombee_contract.api import Api, entry
from recombee_contract.case import CHOSEN, Section

SECTION = Section("encodings")


def _with_properties(api: Api) -> None:
    for name in ("p1", "p2", "p3"):
        api.put(f"/items/properties/{name}", {"type": "string"}).created()
    api.put("/items/a").created()


@SECTION.case("official clients, observed", alone=True)
def booleans_in_a_query_may_be_in_any_letter_case(api: Api) -> None:
    """Node and Go write true, Python and .NET True."""
    api.put("/items/a").created()
    for spelled in ("true", "True", "TRUE"):
        api.raw("GET", f"/items/list/?returnProperties={spelled}").expect(200, [{"itemId": "a"}])
    for spelled in ("false", "False"):
        api.raw("GET", f"/items/list/?returnProperties={spelled}").expect(200, ["a"])


@SECTION.case("official clients, observed", alone=True)
def lists_in_a_query_may_have_encoded_commas(api: Api) -> None:
    """Python and Node leave the comma bare, Java, PHP and Go encode it."""
    _with_properties(api)
    expected = [{"itemId": "a", "p1": None, "p3": None}]
    for comma in (",", "%2C", "%2c"):
        target = f"/items/list/?returnProperties=true&includedProperties=p1{comma}p3"
        api.raw("GET", target).expect(200, expected)


@SECTION.case("official .NET client 6.2.0, observed", alone=True)
def a_list_may_be_one_text_in_a_body(api: Api) -> None:
    """.NET joins the names of properties with commas, in bodies, too."""
    _with_properties(api)
    api.batch(
        entry("GET", "/items/list/", returnProperties=True, includedProperties="p1,p3")
    ).expect(200, [{"code": 200, "json": [{"itemId": "a", "p1": None, "p3": None}]}])


@SECTION.case("official clients, observed", alone=True)
def ids_in_a_query_may_be_encoded_or_bare(api: Api) -> None:
    """An @ or colon means the same, escaped or not."""
    for spelled in ("userId=a%40b&itemId=s%3A1", "userId=a@b&itemId=s:1"):
        body = {"userId": "a@b", "itemId": "s:1", "timestamp": 5, "cascadeCreate": True}
        api.post("/bookmarks/", body).ok()
        api.raw("DELETE", f"/bookmarks/?{spelled}&timestamp=5").ok()


@SECTION.case("official browser client 6.2.1, observed", alone=True)
def ids_in_a_path_may_be_encoded(api: Api) -> None:
    """The browser client escapes the IDs in a path; they are the same IDs."""
    api.raw("PUT", "/users/john%40x.com").created()
    api.raw("PUT", "/users/john@x.com").refused(409)
    api.raw("GET", "/users/j%6Fhn%40x.com").expect(200)
    api.raw("PUT", "/users/anon%3A42").created()
    api.raw("PUT", "/users/john%40x.com/merge/anon%3A42?cascadeCreate=true").ok()


@SECTION.case("official browser client 6.2.1, observed", alone=True)
def ids_in_a_path_of_a_batch_may_be_encoded(api: Api) -> None:
    """The same holds for the paths within a batch."""
    api.batch(entry("PUT", "/users/john%40x.com"), entry("PUT", "/users/john@x.com")).expect(200)
    api.get("/users/john@x.com").expect(200)
    api.lists("/users/list/", ["john@x.com"])


@SECTION.case("official clients, observed", alone=True)
def a_space_in_a_query_may_be_a_plus(api: Api) -> None:
    """Java, PHP, Ruby and Go write forms: a plus is a space; Python and Node write %20."""
    api.put("/items/a").created()
    for space in ("+", "%20"):
        api.raw("GET", f"/items/list/?filter=1{space}%3D%3D{space}1").expect(200, ["a"])


@SECTION.case(f"{CHOSEN}; official clients, observed", alone=True)
def a_refusal_quotes_what_was_meant(api: Api) -> None:
    """A reason shows a value of the query decoded, the plus of a form as a space."""
    for space in ("+", "%20"):
        answer = api.raw("DELETE", f"/bookmarks/?userId=some{space}body&itemId=i").refused(400)
        if "some body" not in answer.text:
            raise answer.broken("expected the reason to quote the ID")


@SECTION.case("official clients, observed", alone=True)
def a_plus_in_a_query_may_be_encoded(api: Api) -> None:
    """The offset of a point in time keeps its plus when that is encoded."""
    body = {"userId": "u", "itemId": "i", "timestamp": 0, "cascadeCreate": True}
    api.post("/bookmarks/", body).ok()
    plus = "1970-01-01T01:00:00%2B01:00"
    api.raw("DELETE", f"/bookmarks/?userId=u&itemId=i&timestamp={plus}").ok()


@SECTION.case("official clients, observed", alone=True)
def an_illegal_id_in_a_path_is_400(api: Api) -> None:
    """Escaped or not, an ID with other characters is refused as such."""
    for path in ("/items/a%20b", "/items/%C5%A0koda", "/items/***not_valid$$$"):
        api.raw("PUT", path).refused(400)


@SECTION.case("official Python client 6.3.1, observed; meaning chosen", alone=True)
def none_in_a_query_means_not_given(api: Api) -> None:
    """Python's None becomes the text None in a query."""
    body = {"userId": "u", "itemId": "i", "portion": 1, "cascadeCreate": True}
    api.post("/viewportions/", body).ok()
    api.raw("DELETE", "/viewportions/?userId=u&itemId=i&sessionId=None").ok()


@SECTION.case(CHOSEN, alone=True)
def raw_text_beyond_ascii_in_a_target_is_400(api: Api) -> None:
    """Raw UTF-8 is no legal URL, and as an ID it would not be legal either."""
    api.raw("PUT", "/items/Škoda").refused(400)


@SECTION.case(CHOSEN, alone=True)
def digits_are_seconds_in_text_too(api: Api) -> None:
    """A timestamp of digits alone is Unix seconds, whether number or text."""
    body = {"userId": "u", "itemId": "i", "timestamp": "1348151906", "cascadeCreate": True}
    api.post("/bookmarks/", body).ok()
    api.post("/bookmarks/", {**body, "timestamp": 1348151906}).refused(409)
    api.raw("DELETE", "/bookmarks/?userId=u&itemId=i&timestamp=1348151906.0").ok()


@SECTION.case(CHOSEN, alone=True)
def an_empty_list_stands_for_an_empty_object(api: Api) -> None:
    """PHP cannot tell the two apart, so it writes the list wherever an object is empty."""
    body = {"userId": "u", "itemId": "i", "timestamp": 5, "cascadeCreate": True}
    api.post("/bookmarks/", {**body, "additionalData": []}).ok()
    asked = {"count": 1, "expertSettings": [], "reqlExpressions": []}
    api.post("/recomms/users/u/items/", asked).expect(200)
