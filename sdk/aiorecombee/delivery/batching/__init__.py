"""Batches that form by themselves of requests that come one by one, and streams of any length.

`core.batches` decides what leaves when. `batcher` is what users hold: `intake` lets requests in,
`dispatch` sends what is full or due, `carrying` takes a batch to the service and `answering` its
answers to who waits; `counting` keeps the counters. `stream` does the same for what is iterated
over, with `window` as its memory. None of it is kept on a disk.
"""
