"""From the queue to the service: leased events become batches, answers become verdicts.

    async with Sender(spool, Destination().map, client) as sender:
        ...
    print(sender.counted)

`planning` turns leased events into requests, `judging` turns answers into verdicts, `circuit`
decides when to ask the service again; none of them awaits. `courier` and `sender` do nothing else.
"""
