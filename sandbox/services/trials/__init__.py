"""Trials: the live test, its reports and its breaches."""
