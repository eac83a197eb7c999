"""A model of the API: what each request must do, as naive as can be.

Lists that are searched through, dictionaries that are copied; written from the API reference alone,
to be compared with a server after every step of a random walk.

    model = Model()
    model.answer("AddItem", {"itemId": "a"}, now=0.0)    # Expected(status=201, body="ok")

It knows items, users, their properties and values, series, interactions, merging, updates by
filter, reset. ReQL it knows as `FILTERS`: text beside what it means.
"""

from recombee_contract.model.database import Model
from recombee_contract.model.filters import FILTERS, Filter
from recombee_contract.model.interactions import KINDS
from recombee_contract.model.state import ANY, Expected

__all__ = ["ANY", "FILTERS", "KINDS", "Expected", "Filter", "Model"]
