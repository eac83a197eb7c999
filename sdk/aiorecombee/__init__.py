"""Async Recombee client."""
