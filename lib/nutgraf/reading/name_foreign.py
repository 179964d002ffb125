"""Words of other languages that begin or end the names of buildings, roads and bodies: "Gare Montlaur", "Brunnenstraße", "An Bord Sonais"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nutgraf.reading.name_words import words as listed

#: Ends of German, Dutch and Scandinavian words for stations, roads and squares, and of German ones for firms and offices.
_ROAD_ENDING = re.compile(r"[^\W\d_]{2}(?:bahnhof|stra(?:ß|ss)e|platz|brücke|gasse|allee|kirche|stadion|straat|plein|gracht|gatan|vägen|torget)$")
_BODY_ENDING = re.compile(r"[^\W\d_]{3}(?:werke|betriebe|verband|verein|gesellschaft|ministerium|gericht|sparkasse|gewerkschaft|behörde)$")
_ARTICLES = ("an", "y", "yr")


def add_points(lower: Sequence[str], points: Counter[str]) -> None:
    """Points by the words of a name, in lower case."""
    if len(lower) > 1 and lower[0] in listed("buildings", "firsts"):
        points["FAC"] += 6
    if _ROAD_ENDING.search(lower[-1]):
        points["FAC"] += 5.5
    if _BODY_ENDING.search(lower[-1]):
        points["ORG"] += 4
    if (lower[1] if lower[0] in _ARTICLES and len(lower) > 1 else lower[0]) in listed("neighbours", "firsts_of_organisations"):
        points["ORG"] += 3
