"""Runs suites of samples, scores them, compares runs."""
