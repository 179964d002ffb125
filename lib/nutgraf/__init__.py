"""Nutgraf: how a story was told, with the evidence behind every number."""

__version__ = "0.1.0"
