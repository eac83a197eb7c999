"""Users, and how two become one."""

from recombee_mock.answers import OK, Answer, bad_request
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import USER, entity_handlers
from recombee_mock.params import Params, entity_id, flag, optional, required
from recombee_mock.store.contents import Contents


def merge_users(contents: Contents, params: Params, _now: float) -> Answer:
    """Cascade creation concerns the target only. Source: API reference, Merge users."""
    target = required(params, "targetUserId", entity_id)
    source = required(params, "sourceUserId", entity_id)
    cascade = optional(params, "cascadeCreate", flag)
    if target == source:
        raise bad_request(f'User "{target}" cannot be merged with itself!')
    known = contents.users.ids
    if source not in known:
        raise USER.missing(source)
    if target not in known and not cascade:
        raise USER.missing(target)
    contents.merge_users(source, contents.users.add(target))
    return OK


HANDLERS: Handlers = {**entity_handlers(USER), "MergeUsers": merge_users}
