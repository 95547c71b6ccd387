"""Measurements against a bare page in the same run: `python -m tests.benchmarks`."""
