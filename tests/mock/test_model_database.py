"""Whatever is done, in whatever order, alone or in batches: the mock does what the model does."""

import json
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aiorecombee.requests import ALL_REQUESTS
from recombee_contract.model import ANY, FILTERS, KINDS, Model
from recombee_mock.data.dump import dump, load
from recombee_mock.data.export import export
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.settings import Settings

WHERE = {request.__name__: (request.method, request.path) for request in ALL_REQUESTS}
TYPES = {"n": "int", "p": "double", "t": "string", "flag": "boolean", "tags": "set"}

items = st.sampled_from([*("a", "b", "c") * 6, "d", "undefined", "a b"])
users = st.sampled_from([*("a", "u", "v") * 6, "w", "ž"])
series = st.sampled_from(["a", "s", "t"])
moments = st.sampled_from([*(1, 2.0, 3) * 4, 0, 1.5, 9, -1])
flags = st.booleans()
filters = st.sampled_from([one.text for one in FILTERS])
values = st.fixed_dictionaries(
    {},
    optional={
        "n": st.sampled_from([0, 1, 2, None]),
        "p": st.sampled_from([0.25, 1, None, 2.5]),
        "t": st.sampled_from(["x", "y", "", None]),
        "flag": st.sampled_from([True, False, None]),
        "tags": st.sampled_from([[], ["x"], ["y", "x", "y"], None]),
    },
)
wrong_values = st.sampled_from(
    [*[{}] * 16, {"n": "1"}, {"flag": 1, "n": 2}, {"none": None}, {"!": 0}]
)


def joined(dictionaries):
    return {key: value for one in dictionaries for key, value in one.items()}


def some(required, **optional):
    return st.fixed_dictionaries(required, optional=optional)


def of_entities(noun, id_name, ids):
    one = some({id_name: ids})
    prop = some({"propertyName": st.sampled_from(list(TYPES))})
    filled = st.tuples(values, wrong_values, some({}, **{"!cascadeCreate": flags}))
    listing = some(
        {},
        filter=filters,
        count=st.integers(0, 3),
        offset=st.integers(0, 3),
        returnProperties=flags,
        includedProperties=st.lists(st.sampled_from([*TYPES, "none"]), min_size=1, max_size=2),
    )
    return {
        f"Add{noun}": one,
        f"Delete{noun}": one,
        f"Set{noun}Values": st.tuples(one, filled.map(joined)).map(
            lambda both: {**both[0], "values": both[1]}
        ),
        f"Get{noun}Values": one,
        f"List{noun}s": listing,
        f"Add{noun}Property": prop.map(lambda p: {**p, "type": TYPES[p["propertyName"]]}),
        f"Delete{noun}Property": prop,
        f"Get{noun}PropertyInfo": prop,
    }


PAIR = {"userId": users, "itemId": items}
OWN = {
    "DetailView": {"duration": st.sampled_from([0, 5.5]), "autoPresented": flags},
    "Purchase": {"amount": st.just(2), "price": st.just(1.5), "profit": st.just(-1)},
    "CartAddition": {"amount": st.just(0.5), "price": st.just(7)},
    "Bookmark": {},
    "Rating": {},
}
COMMON = {
    "timestamp": moments,
    "cascadeCreate": flags,
    "recommId": st.just("r"),
    "additionalData": st.just({"k": [1, None]}),
}
rating = {"rating": st.sampled_from([-1, -0.5, 0, 1.0, 0.5, 1.5])}
member = {"seriesId": series, "itemType": st.sampled_from(["item", "series"]), "itemId": series}
OPERATIONS = {
    **of_entities("Item", "itemId", items),
    **of_entities("User", "userId", users),
    **{
        f"Add{kind}": some({**PAIR, **(rating if kind == "Rating" else {})}, **COMMON, **own)
        for kind, own in OWN.items()
    },
    **{f"Delete{kind}": some(PAIR, timestamp=moments) for kind in OWN},
    "SetViewPortion": some(
        {**PAIR, "portion": st.sampled_from([0, 0.5, 0.5, 0.7, 0.7, 1, 1.2])},
        sessionId=st.sampled_from([None, "s1", "s1", "s 1"]),
        timestamp=moments,
        cascadeCreate=flags,
        timeSpent=st.sampled_from([0, 3, 9]),
    ),
    "DeleteViewPortion": some(PAIR, sessionId=st.just("s1")),
    "AddSeries": some({"seriesId": series}, cascadeCreate=flags),
    "DeleteSeries": some({"seriesId": series}, cascadeDelete=flags),
    "InsertToSeries": some({**member, "time": moments}, cascadeCreate=flags),
    "RemoveFromSeries": some(member),
    "ListSeries": some({}),
    "ListSeriesItems": some({"seriesId": series}),
    "MergeUsers": some({"targetUserId": users, "sourceUserId": users}, cascadeCreate=flags),
    "UpdateMoreItems": some({"filter": filters, "changes": values}),
    "DeleteMoreItems": some({"filter": filters}),
}
# What empties the database, or makes most that follows wrong, is rare.
RARE = [
    *("DeleteItem", "DeleteUser", "DeleteItemProperty", "DeleteUserProperty", "DeleteSeries"),
    *("DeleteMoreItems", "AddItemProperty", "AddUserProperty", "ListSeries"),
]
OFTEN = [name for name in OPERATIONS if name not in RARE]
operations = st.sampled_from([*OFTEN * 5, *RARE]).flatmap(
    lambda name: st.tuples(st.just(name), OPERATIONS[name])
)
AN_ITEM = {"itemType": "item", "itemId": "a"}
START = [
    *(("AddItemProperty", {"propertyName": name, "type": TYPES[name]}) for name in TYPES),
    *(("AddUserProperty", {"propertyName": name, "type": TYPES[name]}) for name in TYPES),
    *(("AddItem", {"itemId": item}) for item in "abc"),
    *(("AddUser", {"userId": user}) for user in "auv"),
    *(("AddSeries", {"seriesId": name}) for name in "as"),
    *(
        ("InsertToSeries", {**AN_ITEM, "seriesId": name, "time": time})
        for name in "as"
        for time in (1, 2)
    ),
    *(
        (
            f"Add{kind}",
            {"userId": user, "itemId": item, "timestamp": 1 + (user == "u"), "rating": 0},
        )
        for kind in OWN
        for user in "auv"
        for item in "ab"
    ),
    *(
        (
            "SetViewPortion",
            {"userId": user, "itemId": "a", "portion": part, "sessionId": "s1", "timestamp": 1},
        )
        for user, part in {"a": 0.7, "u": 0.5, "v": 0.7}.items()
    ),
]


def line(name, params):
    """Method, path and the parameters that are not in the path."""
    method, path = WHERE[name]
    rest = {}
    for key, value in params.items():
        hole = f"{{{key}}}"
        if hole in path:
            path = path.replace(hole, quote(value, safe=":@"))
        else:
            rest[key] = value
    return method, path, rest.pop("values", rest)


def in_query(name, rest):
    """Whether parameters travel in the query: clients write listings and deletions so."""
    return name.startswith("List") or (name.startswith("Delete") and "userId" in rest)


def asked(name, params):
    method, path, rest = line(name, params)
    if not in_query(name, rest):
        return Call(method, path, "", json.dumps(rest).encode())
    texts = {k: ",".join(v) if isinstance(v, list) else v for k, v in rest.items() if v is not None}
    return Call(method, path, urlencode(texts))


def entry(name, params):
    method, path, rest = line(name, params)
    return {"method": method, "path": path, "params": rest}


def close(one):
    """The same with moments that were not given cut to seconds: they only follow one another."""
    if isinstance(one, list):
        return [close(inner) for inner in one]
    if isinstance(one, dict) and one.get("timestamp", 0) > 1e9:
        return {**one, "timestamp": int(one["timestamp"])}
    return one


class Walk(RuleBasedStateMachine):
    """A service, and the model beside it."""

    settings = Settings()

    def __init__(self):
        super().__init__()
        self.service, self.model = Service(self.settings), Model()
        self.now = 1_700_000_000.0
        for one in START:
            self.alone(one)

    def apply(self, call):
        reply = self.service.apply(call, self.now)
        return reply.status, close(json.loads(reply.body))

    def compare(self, name, params, status, body):
        expected = self.model.answer(name, params, self.now)
        assert (status, name, params) == (expected.status, name, params), body
        assert expected.body is ANY or body == close(expected.body)

    @rule(one=operations)
    def by_itself(self, one):
        self.alone(one)

    def alone(self, one):
        name, params = one
        self.compare(name, params, *self.apply(asked(name, params)))
        self.now += 10

    @rule(ones=st.lists(operations, max_size=8), distinct=flags)
    def in_a_batch(self, ones, distinct):
        requests = [entry(*one) for one in ones]
        body = json.dumps({"requests": requests, "distinctRecomms": distinct}).encode()
        status, answers = self.apply(Call("POST", "/batch/", "", body, "application/json"))
        assert (status, len(answers)) == (200, len(ones))
        for (name, params), answer in zip(ones, answers, strict=True):
            assert answer["code"] < 300 or sorted(answer["json"]) == ["error", "statusCode"]
            self.compare(name, params, answer["code"], close(answer["json"]))
        self.now += 10

    @rule(ones=st.lists(operations, max_size=3))
    def with_a_wrong_url_nothing_of_a_batch_happens(self, ones):
        requests = [*(entry(*one) for one in ones), {"method": "PUT", "path": "/nothing/here/"}]
        call = Call("POST", "/batch/", "", json.dumps({"requests": requests}).encode())
        assert self.apply(call)[0] == 404

    @rule()
    def written_down_and_read_again(self):
        self.service.contents = load(dump(self.service.contents))

    @rule()
    def exported_and_imported(self):
        requests = [json.loads(one) for one in export(self.service.contents)]
        self.service = Service(self.service.settings)
        body = json.dumps({"requests": [one for one in requests if "method" in one]}).encode()
        status, answers = self.apply(Call("POST", "/batch/", "", body))
        assert (status, [one for one in answers if one["code"] >= 300]) == (200, [])
        self.now += 10

    @precondition(lambda self: len(self.model.state.events) > 12)
    @rule()
    def reset(self):
        self.alone(("ResetDatabase", {}))

    @invariant()
    def all_listings_agree(self):
        for noun, table in (("Item", self.model.state.items), ("User", self.model.state.users)):
            self.ask(f"List{noun}s", {"returnProperties": True})
            self.ask(f"List{noun}Properties", {})
            for entity in table.rows:
                for kind in KINDS:
                    self.ask(f"List{noun}{kind}s", {table.id_name: entity})
        self.ask("ListSeries", {})
        for name in self.model.state.series:
            self.ask("ListSeriesItems", {"seriesId": name})

    def ask(self, name, params):
        self.compare(name, params, *self.apply(asked(name, params)))


class SlowWalk(Walk):
    """The same where listings lag behind, but each step waits long enough."""

    settings = Settings(listing_lag=5)


TestModel = Walk.TestCase
TestSlowly = SlowWalk.TestCase
TestModel.settings = TestSlowly.settings = settings(
    max_examples=settings.default.max_examples // 3,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
