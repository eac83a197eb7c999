"""`aiorecombee send`: requests from a shell."""
