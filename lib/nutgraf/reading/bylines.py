"""Bylines: lines made of nothing but names, roles, places, addresses and dates.

Newsrooms write them in a hundred ways ("By A and B", "A, Health Correspondent", "A in Holm | Updated 2 May"), all of them a row of
such pieces. A line is read piece by piece; one piece that is none of these, and it is no byline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Words by which a role ends; those in `_TITLES` name people outside of newsrooms as well and need a comma or bar before the role.
_ROLES = frozenset(
    "bureau columnist columnists commentator contributor contributors correspondent correspondents critic critics desk editor editors"
    " journalist journalists newsdesk newsroom photographer producer reporter reporters writer writers".split()
)
_TITLES = frozenset(
    "agencies agency analyst analysts author blogger chief director fellow freelance historian host intern lecturer presenter"
    " professor researcher service staff team".split()
)
_PARTICLES = frozenset(
    "ab af al ap arap av bin binti da das de del della den der des di do dos du e el i ibn la le mac ten ter van von y zu zum".split()
)
_NO_NAME = frozenset(
    "A About After All Also Among An And Are As At Because Before Behind Beyond Britain But By Can Could Did Do Does Even Every"
    " Everything For Four From Full Good Had Has Have He Her Here His How I If In Inside Into Is It Its Just Last Latest Let Live Made"
    " Many More Most Must My New News Next No Not Nothing Now Of Off On Once One Only Or Our Out Over Plus Police Read See"
    " Seven She Should Since Six So Some Still Ten Than That The Their Then There These They This Those Three Time To Too Two Under"
    " Until Up Was Watch We Were What When Where Which While Who Why With Without Would You Your".split()
)
#: Words that no name holds behind its first; those of `_NO_NAME` that are surnames as well are not among them.
_NEVER_INSIDE = frozenset(
    "After An And Are As At Back Before By For From Her His How In Into Is Its No Not Of Off On Out Over Six Seven Than That The Their Three To Two"
    " Up Was What When Why With".split()
)
_LED_IN = re.compile(
    r"(?:exclusive|special|comment|opinion|analysis|(?:[\w’'-]+ ){0,4}?(?:words|text|stor(?:y|ies)|report|reporting|coverage|interview|review"
    r"|photos|photographs|photography|pictures|portraits|images|illustrations?|graphics|video|written|posted|reported|compiled|produced|edited"
    r"|column|essay|letter|diary|dispatch))?\s*(?:\bby|:)\s*:?\s+",
    re.I,
)
_PICTURE = re.compile(r"(?:(?:\w+ )?|.*[(\[])(?:photo|picture|pic|portrait|image|illustration|graphic|video|map|chart|drawing|file)", re.I)
_LED_IN_BY_WITH = re.compile(r"(?:from|with|now with|earlier with|as told to|in conversation with|reporting from)\s+(?=[A-Z])", re.I)
_PIECES = re.compile(r"\s*(?:[|•·∙◦;/()]|\s{2,}|,|\.(?=\s)(?<!\b[A-Z]\.)(?<!Dr\.)(?<!Prof\.)(?<!Mr\.)(?<!Ms\.)(?<!Rev\.)|\s[-–—](?=\s))\s*")
_JOINED = re.compile(r"\s+(?:and|AND|&|with|WITH|und|et|y)\s+")
_PLACE = re.compile(r"\s+(?:in|at|for|from|reports from|reporting from)\s+(?:the )?(?=[A-ZÀ-Þ])")
_AGENCY = re.compile(r"[A-Z]{2,6}$")
_HANDLE = re.compile(r"(?:(?:e-?mail|twitter|x|bluesky|mastodon|follow|contact):?\s*)?(?:@[\w.]{2,30}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)$", re.I)
#: A handle behind a role or an address, a moment behind a name: pieces of their own without a mark between them.
_UNMARKED = re.compile(
    r"(?<=\w)\s+(?=@\w|[\w.+-]{1,40}@\w|(?:[Pp]ublished|PUBLISHED|[Uu]pdated|UPDATED|[Pp]osted|POSTED|[Ll]ast [Uu]pdated)\b"
    r"|\d{1,2} (?:min(?:ute)?|hour|day|week|month|year)s? ago$|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov"
    r"|Dec)[a-z]*\.? \d{1,2}, \d{4}|By [A-Z])"
)
#: Words on buttons, which stand in capitals as names do.
_FURNITURE = frozenset(
    "advertise bookmark classifieds contributors download explainer extended facebook featured follow images instagram licensing login"
    " newsletter notices podcast print privacy reactions rights rss save savings share sharing sms spotify"
    " submit subscribe takeaways topic topics twitter whatsapp youtube".split()
)
#: Sections of newspapers.
SECTIONS = frozenset("News Politics Sport Sports Business Opinion World Local Culture Comment".split())
#: Those that stand beside a date and open no name.
_DATED_SECTIONS = SECTIONS | {"National", "Metro", "Education", "Health", "Science"}
_READING_TIME = re.compile(r"(?:\breading time:? )?(?:\b(?:less than|about) )?\b\d{1,2}[ -]min(?:ute)?s?\.?(?:(?: to)? read\b)?", re.I)
_GLUED_BY = re.compile(r"\b[Bb]y(?=[A-Z][a-zß-ÿ]+ [A-Z])")
#: "23 SEP 2024Updated11:32": two moments without a space between them.
_GLUED_DATE = re.compile(r"(?<=\d)(?=(?:Updated|Published|Posted|Last updated))|(?<=[Uu]pdated|blished)(?=\d)")
_SMALL_AGENCY = re.compile(r"(?:dpa|epd|apa|ats|belga|ntb|ritzau|sda|stt|tt)$")
_DATE_WORDS = re.compile(
    r"(?:mon|tues?|wednes|wed|thurs?|thu|fri|satur|sat|sun)(?:day)?\b|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b"
    r"|\b(?:first published|published|updated|posted|modified|issued|uploaded|created|last|first|date|at|on|of|the|time|timestamp"
    r"|hours?|mins?|minutes?|days?|weeks?|months?|years?|ago"
    r"|today|yesterday|read|reading|am|pm|noon|midnight|gmt|bst|utc|[aceimnp][ds]?t|ce[s]?t|ee[s]?t|a[cew][ds]t|nz[ds]t|sgt|hkt|pkt|wat|eat"
    r"|sast|jst|local"
    r"|st|nd|rd|th|h)\b"
    r"|(?<=\d)(?:st|nd|rd|th|h|am|pm)\b|[ap]\.m\b|\d+|[^\w]",
    re.I,
)
_DATE_CORE = re.compile(
    r"\b(?:19|20)\d\d\b|\d[:.]\d\d|\d ?[ap]m\b|\bago\b|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I
)
_ABOUT = re.compile(r",? (?:is|was|has|can be|covers|writes|reports|reported|edits|teaches|works|hosts|joined|lives|reviews|leads|runs|co-hosts)\b")
_ABOUT_SHORT = re.compile(
    r",? (?:covers|writes|reports|reported from|contributed|edits|teaches|can be reached"
    r"|is an? [^.]{0,60}\b(?:reporter|editor|writer|correspondent|columnist|journalist))\b"
)
_REACH = re.compile(r"(?:Reach|Contact|E-?mail) [A-Z]")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_’'.-]*(?:[’'.-]+[^\W\d_’'.-]+)*\.?$")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?: ?[ap]\.?m\.?)?(?: [A-Z]{2,4})?$", re.I)


def is_date(text: str) -> bool:
    """Whether a piece says when the article was published and nothing else; the bare clock of a live report does not.

    >>> is_date("Updated 4 September, 11.20am BST"), is_date("14:31")
    (True, False)
    """
    if "pdated" in text or "blished" in text or "osted" in text:
        text = _GLUED_DATE.sub(" ", text)
    return (
        any(character.isdigit() for character in text)
        and _DATE_CORE.search(text) is not None
        and not _DATE_WORDS.sub("", text)
        and not _CLOCK.match(text)
    )


def is_clock(text: str) -> bool:
    """Whether a piece is the bare clock that a live report puts above each entry."""
    return _CLOCK.match(text) is not None


def is_name(text: str) -> bool:
    """Whether a piece could be one person's name: two to five words, capitals but for particles, and no word that opens a sentence."""
    words = text.split()
    if words and words[0].rstrip(".") in ("Dr", "Prof", "Professor", "Sir", "Dame", "Lord", "Lady", "Rev", "Mr", "Mrs", "Ms", "Capt", "Col"):
        words = words[1:]
    if not 2 <= len(words) <= 5 or words[0].title() in _NO_NAME or words[0].lower() in _PARTICLES - {"al", "el", "la", "le", "de", "van", "von"}:
        return False
    if not _NEVER_INSIDE.isdisjoint(word.title() for word in words[1:]):
        return False
    for index, word in enumerate(words):
        is_given = word[0].isupper() or (word in _PARTICLES and index + 1 < len(words)) or word[:3] in ("al-", "el-") or word[:2] in ("d’", "d'")
        if not is_given or not _NAME_WORD.match(word):
            return False
    return words[-1][0].isupper() or "-" in words[-1] or words[-1][1] in "’'"


def is_role(text: str, *, is_apart: bool = True) -> bool:
    """Whether a piece is what a newsroom calls somebody.

    Args:
        text: The piece.
        is_apart: It stands after a comma or bar, where "chief" or "team" are enough.
    """
    words = text.lower().replace("’", "'").split()
    if not words or len(words) > 7:
        return False
    known = _ROLES | _TITLES if is_apart else _ROLES
    place = _PLACE.search(text)
    last = text[: place.start()].lower().split()[-1] if place and place.start() else words[-1]
    return last in known or (is_apart and not known.isdisjoint(words) and words[0] in known | {"our", "the", "special", "chief", "deputy", "senior"})


def is_names(text: str) -> bool:
    """Whether a piece is one name or several, with a place after the last or a role without a comma.

    >>> is_names("Oda Renn and Paul Moor in Holm"), is_names("Oda Renn Health Correspondent"), is_names("The Vote in Holm")
    (True, True, False)
    """
    place = _PLACE.search(text)
    people = text[: place.start()] if place else text
    if place and not _is_capitalised(text[place.end() :]):
        return False
    first, *others = _JOINED.split(people)
    if not (is_name(first) or _is_name_and_role(first)):
        return False
    return all(is_name(person) or _is_name_and_role(person) or _AGENCY.match(person) for person in others)


def is_byline(text: str) -> bool:
    """Whether a line is made of names, roles, places, addresses and dates only, and holds a name or a newsroom's own words for one.

    >>> is_byline("Oda Renn, Holm"), is_byline("Our Special Correspondent"), is_byline("Two Winters, Two Baths")
    (True, True, False)
    """
    text = _GLUED_BY.sub("By ", _READING_TIME.sub("", text).strip(" |•·-–—"), count=1)
    if not _FURNITURE.isdisjoint(text.lower().replace("|", " ").split()):
        return False
    led_in = _LED_IN.match(text)
    rest = text[led_in.end() :] if led_in else text
    has_name = has_date = False
    pieces = [piece for part in _PIECES.split(rest) if part for piece in _UNMARKED.split(part)]
    for piece in pieces:
        again = _LED_IN.match(piece) or _LED_IN_BY_WITH.match(piece)
        piece = (piece[again.end() :] if again else piece).removeprefix("and ")
        if has_name and piece.startswith(("at ", "in ")):  # "Pat Dunne, at Casement Oval"
            piece = piece[3:]
        if is_names(piece) or (led_in and not has_name and _is_capitalised(piece)):
            has_name = True
        elif is_role(piece, is_apart=has_name or bool(led_in)):
            has_name = True
        elif is_date(piece) or _CLOCK.match(piece) or (led_in is None and not _DATE_WORDS.sub("", piece)):
            has_date = has_date or is_date(piece)
        elif _HANDLE.match(piece):
            has_name = has_name or len(pieces) > 1  # one alone may belong to a reader or a story
        elif (_AGENCY.match(piece) or _SMALL_AGENCY.match(piece)) and len(pieces) > 1:
            has_name = True
        elif "|" in text and piece in _DATED_SECTIONS:
            continue
        elif not (_is_capitalised(piece.removeprefix("The ")) or (has_name and (is_role(piece) or (piece[0].isupper() and piece.count(" ") < 3)))):
            return False
    return has_name or has_date


def names_of(text: str) -> list[str]:
    """The names in a byline, roles and places left out."""
    led_in = _LED_IN.match(text)
    pieces = _PIECES.split(text[led_in.end() :] if led_in else text)
    people = [person for piece in pieces for person in _JOINED.split(_PLACE.split(piece)[0])]
    return [person for person in people if is_name(person)]


def is_about(text: str, authors: Iterable[str]) -> bool:
    """Whether a line says who one of the authors is, or how to reach them; their names are given folded."""
    start = text[:60].casefold()
    for name in authors:
        if start.startswith(name) and _ABOUT.match(text, len(name)):
            return True
        if _REACH.match(text) and name in start:
            return True
        if any(start.startswith(word + " ") and _ABOUT_SHORT.match(text, len(word)) for word in name.split()):
            return True
    return False


def is_picture_credit(text: str) -> bool:
    """Whether a line of names says at its beginning or in brackets that they made a picture."""
    return _PICTURE.match(text) is not None


def _is_name_and_role(text: str) -> bool:
    """"Oda Renn Health Correspondent", "Health correspondent Oda Renn": two to four capitals beside a role."""
    words = text.split()
    for cut in range(2, min(4, len(words) - 1) + 1):
        if is_name(" ".join(words[:cut])) and is_role(" ".join(words[cut:]), is_apart=False) and len(words) - cut <= 5:
            return True
        if is_name(" ".join(words[-cut:])) and is_role(" ".join(words[:-cut]), is_apart=False) and len(words) - cut <= 5:
            return True
    return False


def _is_capitalised(text: str) -> bool:
    """One to four words with capitals, as a place or an agency is written."""
    words = text.split()
    if not 1 <= len(words) <= 4 or words[0].title() in _NO_NAME - {"New"}:
        return False
    return all(word[0].isupper() or word in _PARTICLES or word in ("of", "the") for word in words)
