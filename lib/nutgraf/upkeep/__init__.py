"""Upkeep: tables kept small and quick to open, and made anew from raw input and decisions."""
