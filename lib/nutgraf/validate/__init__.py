"""Measuring how right the measures are, on files that people have labelled: ``nutgraf validate``."""
