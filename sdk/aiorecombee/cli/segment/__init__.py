"""`aiorecombee segment`: the commands on Segment events, one module each."""
