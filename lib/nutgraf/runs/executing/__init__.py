"""Executing notebooks in processes of their own, and keeping secrets out of what they leave."""
