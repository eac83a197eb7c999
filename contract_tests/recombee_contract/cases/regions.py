"""Regions: a database is at home on the hosts of one."""

from typing import Final

import attrs

from recombee_contract.answer import Answer
from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section

SECTION = Section("regions")
_REGIONS: Final = ("us-west", "ca-east", "eu-west", "ap-se")
_DOCS = "API reference, Regions; JavaScript client issue 11, observed"


def _at(api: Api, host: str, *, public: bool = False) -> Answer:
    if public:
        body = b'{"userId": "u", "itemId": "i", "cascadeCreate": true}'
        return api.raw("POST", "/bookmarks/", body, {"Host": host}, public=True)
    return api.raw("GET", "/items/list/", None, {"Host": host})


def _add(home: str) -> None:
    @SECTION.case(_DOCS, alone=True, region=home)
    def steps(api: Api) -> None:
        """A database answers on its region's hosts; on others it does not exist."""
        _at(api, f"rapi-{home}.recombee.com").expect(200)
        _at(api, f"client-rapi-{home}.recombee.com", public=True).ok()
        for other in _REGIONS:
            if other != home:
                refused = _at(api, f"rapi-{other}.recombee.com").refused(404)
                if refused.json["message"] != f'Database "{api.database.id}" does not exist!':
                    raise refused.broken("expected the message to name the database")
                _at(api, f"client-rapi-{other}.recombee.com", public=True).refused(404)

    SECTION.cases[-1] = attrs.evolve(SECTION.cases[-1], name=f"a-database-is-at-home-in-{home}")


for _region in _REGIONS:
    _add(_region)


@SECTION.case("official clients; API reference, Regions", alone=True, region="eu-west")
def hosts_without_a_region_are_eu_west(api: Api) -> None:
    """The clients' default host is that of eu-west."""
    _at(api, "rapi.recombee.com").expect(200)
    _at(api, "client-rapi.recombee.com", public=True).ok()


@SECTION.case("official clients; API reference, Regions", alone=True, region="us-west")
def hosts_without_a_region_are_no_other(api: Api) -> None:
    """A database of another region does not exist on the default host."""
    _at(api, "rapi.recombee.com").refused(404)


@SECTION.case("RFC 9110, section 4.2.3", alone=True, region="ap-se")
def letter_case_and_port_of_a_host_do_not_matter(api: Api) -> None:
    """A host name is the same in capitals, and on any port."""
    _at(api, "RAPI-AP-SE.Recombee.com:443").expect(200)


@SECTION.case(CHOSEN, alone=True, region="ca-east")
def loopback_names_belong_to_every_region(api: Api) -> None:
    """On the developer's own machine a database answers wherever it is at home."""
    for host in ("localhost", "localhost:8484", "127.0.0.1", "[::1]:80"):
        _at(api, host).expect(200)
