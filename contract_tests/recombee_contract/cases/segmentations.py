"""Segmentations."""

from recombee_contract.api import Api
from recombee_contract.case import Section
from recombee_contract.cases.entities import SUITES

SECTION = Section("segmentations")


@SECTION.case(f"{SUITES}; OpenAPI 4.1.0 has 201 for updates")
def a_segmentation_is_created_changed_and_deleted(api: Api) -> None:
    """Creating is 201 and a repetition 409, changing 200, deleting 200 and a repetition 404."""
    api.put("/items/properties/p", {"type": "string"}).created()
    by_property = {"sourceType": "items", "propertyName": "p"}
    by_reql = {"sourceType": "items", "expression": '{"x"}'}
    for kind, body in (
        ("property-based", by_property),
        ("auto-reql", by_reql),
        ("manual-reql", {"sourceType": "items"}),
    ):
        path = f"/segmentations/{kind}/s"
        api.put(path, body).created()
        api.put(path, body).refused(409)
        api.post(path, {"title": "New"}).ok()
        api.get("/segmentations/list/s").expect(200)
        api.delete("/segmentations/s").ok()
        api.delete("/segmentations/s").refused(404)


@SECTION.case(f"{SUITES}; OpenAPI 4.1.0 has 201 for all three")
def a_manual_segment_is_added_changed_and_deleted(api: Api) -> None:
    """Adding a segment is 201, changing and deleting it 200."""
    api.put("/segmentations/manual-reql/s", {"sourceType": "items"}).created()
    path = "/segmentations/manual-reql/s/segments/x"
    api.put(path, {"filter": "true"}).created()
    api.post(path, {"filter": "false"}).ok()
    api.delete(path).ok()
