"""Faults on demand: what a network and a busy service do to clients, asked for and repeatable.

- `rule`: whom a fault meets and how often, in and out of JSON;
- `effects`: what it does; `delay`: how long it waits;
- `table`: the faults of a server, and the decision which of them meet a request;
- `plan`: what was decided for one request;
- `batch_items`: failing items inside a batch;
- `holds`, `staging`: the parts that touch the connection.

A server without faults pays for this with one look at an empty dictionary.
"""
