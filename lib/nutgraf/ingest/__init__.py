"""Ingest: raw bytes to articles. Input is copied and never changed, and a bad article is a row with its reason."""

from nutgraf.ingest.report import Report
from nutgraf.ingest.run import ingest
from nutgraf.ingest.sources import items_for_paths

__all__ = ["Report", "ingest", "items_for_paths"]
