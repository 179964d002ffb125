"""Phrases that a coder can read, and finding many of them in many texts: the language, where to look, and the search."""
