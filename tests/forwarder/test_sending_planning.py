"""From leased events to requests for the users that they belong to."""

import json

import attrs
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import AddBookmark, AddDetailView, AddPurchase, DeleteUser, MergeUsers
from aiorecombee.codec import default_codec
from aiorecombee.delivery.ledger import Aliased, Deleted, Ledger, learn
from aiorecombee.delivery.queue import Delivered, Dropped, Item, Leased, Rejected
from aiorecombee.delivery.sending.planning import happened, read, routed, users_of
from aiorecombee.segment import Destination
from aiorecombee.segment.destination import Mapped, Rejection

MAP = Destination().map
NOON = 1_767_607_200.0  # 2026-01-05T10:00:00Z


def leased(event, number=1, put_at=NOON):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return Leased(number, Item(("lane",), body), 0, put_at)


def planned(event, ledger=None, **more):
    job = read(leased(event, **more), MAP, default_codec())
    return routed([job], ledger or Ledger(), default_codec())[0]


def page(**more):
    return {"type": "page", "name": "P", "userId": "u", "timestamp": NOON, **more}


def mapper(*requests):
    return lambda _: Mapped(requests, ("M",))


def known(*facts):
    return learn(Ledger(), facts)


def test_an_event_becomes_what_the_destination_makes_of_it():
    job = planned(page())
    assert [type(request) for request in job.requests] == [AddDetailView]
    assert (job.verdict, job.facts) == (None, ())


def test_an_event_that_nobody_listens_to_is_done_with():
    job = planned({"type": "group", "userId": "u"})
    assert (job.requests, job.verdict, job.unheard) == ((), Delivered(), True)


def test_what_the_mapping_refuses_becomes_a_dead_letter_with_the_reason():
    job = planned({"type": "track", "event": "Product Viewed", "userId": "u", "properties": {}})
    assert isinstance(job.verdict, Rejected)
    assert "itemId" in job.verdict.reason


def test_a_body_that_is_not_json_becomes_a_dead_letter():
    assert planned(b"{").verdict == Rejected("the event is not JSON")


def test_where_one_subscription_refuses_the_requests_of_others_are_sent_all_the_same():
    fault = Rejection("B", "schema", "no item", "send one")
    mapped = Mapped((AddBookmark("u", "i", timestamp=1.0),), ("A", "B"), (fault,))
    job = read(leased({}), lambda _: mapped, default_codec())
    assert (job.verdict, job.faults) == (None, ("B: no item",))


# --- Time -----------------------------------------------------------------------------------------


def test_interactions_without_a_timestamp_get_the_time_when_the_event_came():
    event = {"receivedAt": "2026-01-05T10:00:00.500Z"}
    job = read(leased(event), mapper(AddPurchase("u", "i"), AddPurchase("u", "i")), default_codec())
    assert [request.timestamp for request in job.requests] == [NOON + 0.500001, NOON + 0.500002]


def test_timestamps_of_the_mapping_stay():
    found = mapper(AddPurchase("u", "i", timestamp=5.0), AddPurchase("u", "j"))
    job = read(leased({}, number=7), found, default_codec())
    assert [request.timestamp for request in job.requests] == [5.0, NOON + 8e-6]


@given(st.integers(1, 10**12), st.floats(0, 4e9), st.integers(1, 20))
def test_an_event_that_is_delivered_again_meets_itself(number, put_at, count):
    requests = [AddPurchase("u", "i") for _ in range(count)]
    several = [
        read(leased({}, number, put_at), mapper(*requests), default_codec()) for _ in range(2)
    ]
    assert several[0].requests == several[1].requests
    assert len({request.timestamp for request in several[0].requests}) == count


def test_what_says_nothing_readable_happened_when_it_was_put():
    events = [{}, {"timestamp": True}, {"timestamp": {}}, {"timestamp": "soon"}, []]
    assert [happened(event, leased(event)) for event in events] == [NOON] * 5


# --- Users ----------------------------------------------------------------------------------------


def test_late_events_go_to_whom_their_user_became():
    ledger = known(Aliased("u", "v", NOON + 1), Aliased("v", "w", NOON + 2))
    assert [request.user_id for request in planned(page(), ledger).requests] == ["w"]


def test_events_from_before_a_deletion_are_dropped_and_later_ones_are_not():
    ledger = known(Deleted("u", NOON))
    assert isinstance(planned(page(), ledger).verdict, Dropped)
    assert planned(page(timestamp=NOON + 1), ledger).verdict is None


def test_a_dropped_event_does_not_name_its_user():
    ledger = known(Deleted("somebody", NOON))
    assert "somebody" not in planned(page(userId="somebody"), ledger).verdict.reason


def test_an_alias_is_a_fact_once_it_is_delivered():
    job = planned({"type": "alias", "previousId": "a", "userId": "b", "timestamp": NOON})
    assert job.requests == (MergeUsers("b", "a", cascade_create=True),)
    assert job.facts == (Aliased("a", "b", NOON),)


def test_an_alias_goes_to_whom_its_user_became():
    alias = {"type": "alias", "previousId": "a", "userId": "b", "timestamp": NOON}
    job = planned(alias, known(Aliased("b", "c", NOON - 5)))
    assert job.requests == (MergeUsers("c", "a", cascade_create=True),)


def test_of_a_circle_of_aliases_the_last_one_counts():
    alias = {"type": "alias", "previousId": "b", "userId": "a", "timestamp": NOON}
    job = planned(alias, known(Aliased("a", "b", NOON - 5)))
    assert job.requests == (MergeUsers("a", "b", cascade_create=True),)


def test_an_alias_that_a_later_one_turned_round_merges_the_other_way_round():
    alias = {"type": "alias", "previousId": "a", "userId": "b", "timestamp": NOON}
    job = planned(alias, known(Aliased("b", "a", NOON + 5)))
    assert job.requests == (MergeUsers("a", "b", cascade_create=True),)


ALIASES = st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 9))


@given(st.lists(ALIASES, max_size=8))
def test_whatever_was_merged_a_repeated_alias_is_the_same_and_events_end_somewhere(aliases):
    ledger = Ledger()
    for previous, user, at in aliases:
        event = {"type": "alias", "previousId": previous, "userId": user, "timestamp": NOON - at}
        job = planned(event, ledger)
        ledger = learn(ledger, job.facts)
        if previous != user:
            (merge,) = job.requests
            assert merge.target_user_id != merge.source_user_id
            again = planned(event, ledger)
            assert again.requests == job.requests
    for user in "abcd":
        (view,) = planned(page(userId=user), ledger).requests
        assert planned(page(userId=view.user_id), ledger).requests == (view,)


def test_an_alias_from_the_future_counts_from_when_it_came():
    alias = {"type": "alias", "previousId": "a", "userId": "b", "timestamp": NOON + 10**9}
    assert planned(alias).facts == (Aliased("a", "b", NOON),)


def test_a_deletion_deletes_who_the_user_became():
    event = {"type": "delete", "userId": "a", "timestamp": NOON}
    job = planned(event, known(Aliased("a", "b", NOON - 5)))
    assert job.requests == (DeleteUser("b"),)
    assert job.facts == (Deleted("a", NOON), Deleted("b", NOON))


ALIAS = {"type": "alias", "previousId": "a", "userId": "b", "timestamp": NOON}


def test_a_late_alias_to_a_user_who_was_deleted_since_deletes_who_became_them():
    job = planned(ALIAS, known(Deleted("b", NOON + 5)))
    assert job.requests == (DeleteUser("a"),)
    assert job.facts == (Aliased("a", "b", NOON), Deleted("a", NOON + 5))
    assert planned(ALIAS, learn(known(Deleted("b", NOON + 5)), job.facts)).requests == job.requests


def test_so_does_one_to_a_user_who_became_another_before_that_one_was_deleted():
    job = planned(ALIAS, known(Aliased("b", "c", NOON - 5), Deleted("c", NOON + 5)))
    assert job.requests == (DeleteUser("a"),)


def test_who_became_somebody_after_their_deletion_joins_the_one_who_came_back():
    assert planned(ALIAS, known(Deleted("b", NOON - 5))).requests == (
        MergeUsers("b", "a", cascade_create=True),
    )
    later = known(Deleted("c", NOON + 5), Aliased("b", "c", NOON + 9))
    assert planned(ALIAS, later).requests == (MergeUsers("c", "a", cascade_create=True),)


def test_an_alias_that_a_later_one_turned_round_deletes_nobody_again():
    job = planned(ALIAS, known(Aliased("b", "a", NOON + 1), Deleted("a", NOON + 5)))
    assert job.requests == (MergeUsers("a", "b", cascade_create=True),)


@attrs.define
class Users:
    """A service that keeps what its users did."""

    did: dict = attrs.field(factory=dict)

    def carry_out(self, request):
        if isinstance(request, DeleteUser):
            self.did.pop(request.user_id, None)
        elif isinstance(request, MergeUsers):
            moved = self.did.pop(request.source_user_id, [])
            self.did.setdefault(request.target_user_id, []).extend(moved)
        else:
            self.did.setdefault(request.user_id, []).append(request.item_id)

    @property
    def everything(self):
        return {item for items in self.did.values() for item in items}


@st.composite
def stories(draw):
    """What users do who become each other, up to the one who is deleted; each at its own time."""
    told = [("a", "b"), ("b", "c"), ("a", "c"), "delete"]
    told += draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
    told = draw(st.permutations(told))
    left_out = draw(st.sampled_from([("a", "b"), ("a", "c")]))  # nobody becomes two
    return [(n, one) for n, one in enumerate(told) if one != left_out]


def as_event(number, told):
    at = {"timestamp": NOON + number}
    if told == "delete":
        return {"type": "delete", "userId": "c", **at}
    if isinstance(told, tuple):
        return {"type": "alias", "previousId": told[0], "userId": told[1], **at}
    return page(userId=told, name=f"i{number}", **at)


def erased(story):
    """What was theirs who was deleted, at that time."""
    became, gone = {}, set()
    did = {user: set() for user in "abc"}
    for number, told in story:
        if told == "delete":
            gone |= did["c"]
            did["c"] = set()
        elif isinstance(told, tuple):
            did[became.get(told[1], told[1])] |= did[told[0]]
            did[told[0]] = set()
            became[told[0]] = became.get(told[1], told[1])
            became |= {user: became.get(whom, whom) for user, whom in became.items()}
        else:
            did[became.get(told, told)].add(f"i{number}")
    return gone


@given(stories(), st.data())
def test_nothing_of_a_deleted_user_is_left_in_whatever_order_it_all_arrives(story, data):
    users, ledger = Users(), Ledger()
    for number, told in data.draw(st.permutations(story)):
        job = planned(as_event(number, told), ledger, put_at=NOON + 100)
        for request in job.requests:
            users.carry_out(request)
        ledger = learn(ledger, job.facts)
    assert users.everything & erased(story) == set()


def test_what_an_event_makes_true_counts_for_those_behind_it():
    alias = {"type": "alias", "previousId": "a", "userId": "b", "timestamp": NOON}
    events = [alias, page(userId="a")]
    jobs = [read(leased(event), MAP, default_codec()) for event in events]
    assert [request.user_id for request in routed(jobs, Ledger(), default_codec())[1].requests] == [
        "b"
    ]


def test_all_users_are_asked_for_that_requests_name():
    jobs = [
        read(leased({}), mapper(MergeUsers("b", "a"), AddBookmark("u", "i")), default_codec()),
        read(leased({}), mapper(DeleteUser("d")), default_codec()),
    ]
    assert users_of(jobs) == {"a", "b", "u", "d"}


def test_routing_changes_nothing_where_nothing_is_known():
    job = read(leased(page()), MAP, default_codec())
    assert routed([job], Ledger(), default_codec()) == [attrs.evolve(job)]
