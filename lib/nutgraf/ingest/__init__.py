"""Ingest: raw bytes to articles. Input is copied and never changed, and a bad article is a row with its reason."""

from nutgraf.ingest.run import Report, ingest

__all__ = ["Report", "ingest"]
