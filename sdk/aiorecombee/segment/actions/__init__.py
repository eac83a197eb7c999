"""The actions: from what a mapping made of an event to requests, or to what is wrong with it.

`schema` cleans, converts and validates; `interactions` and `dialects` build requests; `catalogue`
puts both together, action by action.
"""
