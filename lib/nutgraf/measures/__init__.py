"""Measures: documents to spans and scores. Each module with a ``build`` is one, found without being listed."""
