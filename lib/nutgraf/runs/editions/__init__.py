"""Editions: their files, parameters and lists, and the notebooks they name."""
