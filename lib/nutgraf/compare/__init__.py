"""Comparing: intervals, keyness, copies."""
