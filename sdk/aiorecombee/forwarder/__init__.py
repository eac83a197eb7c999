"""What a receiver of Segment events accepts: from the bytes of a call to events, or a refusal.

    from aiorecombee.forwarder.access import Keys
    from aiorecombee.forwarder.call import Call
    from aiorecombee.forwarder.tracking import TrackingApi

    call = Call("POST", "/v1/page", {}, b'{"userId": "u-1", "writeKey": "k"}')
    answer = TrackingApi(Keys(["k"])).receive(call, time.time())

`tracking.TrackingApi` is for Segment's libraries, `webhooks.Webhooks` for its webhook destinations,
`partner.PartnerWebhooks` for the older destination, `deletion.Deletions` for deletion requests.
Each gives `Received` or a `Refusal`; none of them awaits, keeps anything or raises, whatever
comes in.
"""
