"""A local Recombee."""
