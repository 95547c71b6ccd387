"""Writes: one function, one transaction."""
