"""`aiorecombee segment letters`: what could not be delivered."""
