"""Findings: one object for the notebook, the test and the report."""

from nutgraf.findings.finding import Column, Evidence, Finding, Method

__all__ = ["Column", "Evidence", "Finding", "Method"]
