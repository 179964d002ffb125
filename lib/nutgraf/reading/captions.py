"""Captions: lines that end with who made the picture, or that are only who can be seen in it.

A paragraph of a story ends with its own full stop. A caption goes on behind it with a name: in brackets, behind a dash or a bar, in
capitals, with its agency or paper. The rules of ``parts.toml`` know those that hold a word such as "photo"; here only the name's shape counts.
"""

from __future__ import annotations

import re

from nutgraf.reading.bylines import is_name
from nutgraf.reading.rules import Line

_WORDS = (3, 60)
_NAME = r"(?:[A-ZÀ-Þ][\w’'.-]*|de|van|von|der|bin|al|la|du|da)(?: (?:[A-ZÀ-Þ][\w’'.-]*|de|van|von|der|bin|al|la|du|da)){1,3}"
_CAPITALS = r"[A-ZÀ-Þ][A-ZÀ-Þ’'.-]+(?: [A-ZÀ-Þ][A-ZÀ-Þ’'.-]*){0,3}"
_HOLDER = r"[A-ZÀ-Þ][\w’'.& -]{1,40}"
_KIND = (
    r"(?:[\w’' -]{1,30} )?(?:photo|photograph|pic|picture|image|scan|still|screengrab|screenshot|illustration|video|map|chart|drawing)s?"
    r"(?: credit)?"
)
_ENDS = (
    re.compile(rf"[(\[](?i:{_KIND})(?::| by| courtesy(?: of)?| from| via|,) ?[^()\[\]]{{2,50}}[)\]]\.?$"),  # (Herald photo by Oda Renn)
    re.compile(
        rf"[.?!”\"’]\s*[–—-]{{1,2}}\s?(?:{_CAPITALS}|{_NAME}|(?i:handout|pool|file|courtesy|contributed"
        rf"|supplied)(?: photo)?)(?: ?[/|,] ?{_HOLDER}){{0,2}}$"
    ),
    re.compile(rf"[.?!”\"’)]\s*(?:{_CAPITALS}|[A-ZÀ-Þ]\w+)(?: ?/ ?{_HOLDER}){{1,3}}$"),  # AGENCY/Oda Renn/File Photo
    re.compile(
        rf"[.?!”\"’)]\s*(?:{_CAPITALS} )?(?i:photos?|pictures?|images?|graphics?|illustrations?|photographers?|photographs?)(?::| by"
        rf"| /) ?{_HOLDER}(?:/{_HOLDER})?$"
    ),
    re.compile(rf"[.?!]\s+{_NAME}[,]? (?:for|via) (?:the |The )?{_HOLDER}$"),
    re.compile(rf"[.?!]\s+{_CAPITALS} (?:FOR|VIA) [‘'“\"]?{_CAPITALS}[’'”\"]?$"),
    re.compile(r"[.?!]\s+(?:POOL|HANDOUT|FILE|COURTESY|SUPPLIED|CONTRIBUTED|SUBMITTED)(?: PHOTO)?$"),
    re.compile(r"[(\[](?i:(?:[\w’' ]{1,20} )?(?:pics?|photos?|pictures?|images?|handout|screengrab))[)\]]$"),
    re.compile(rf"[(\[](?i:courtesy|supplied|credit|source)(?: of| by)?:? {_HOLDER}[)\]]$"),
    re.compile(rf"[.?!]\s*\|\s*{_HOLDER}(?: ?[/|•·] ?{_HOLDER}){{0,2}}$"),
)
_NAME_IN_BRACKETS = re.compile(r"[.?!”\"]\s*[(\[]([^()\[\]]{5,40})[)\]]$")
_NAME_BEHIND_BAR = re.compile(r"(?P<seen>\w[^|]{20,200}?)\s+\|\s+(?P<name>[^|]{5,40})$")
_ALONE = re.compile(
    rf"(?:[(\[]{_HOLDER}/{_HOLDER}[)\]]|{_CAPITALS} / {_CAPITALS}|(?:{_NAME}|{_HOLDER}) ?/ ?(?:Getty Images|Shutterstock|Alamy|Reuters|AFP|AP"
    rf"|PA|EPA|dpa)|(?:[A-Za-z]+ )?(?i:collected|file|stock|archive|contributed|courtesy|submitted|representational|representative) (?i:photo"
    rf"|picture|image|photograph|pic)s?|(?i:courtesy|source|photo courtesy)(?: of)?: ?{_HOLDER})$"
)
_SCENE = re.compile(
    r"(?:(?:A |An )?(?:[Ss]till|[Ss]cene|[Vv]iew|[Ss]creengrab|[Ss]creenshot|file (?:photo|picture|image)|photo(?:graph)?|picture|portrait"
    r"|[Mm]ap|graphic) (?:from|of|shows?|showing|taken)\b(?!.*\b(?:has|have|had|said|says)\b)|(?:Some|Part|Members|Scenes?|Views?"
    r"|Pictures?) (?:of|from|at) [^.:?!]{4,80}$"
    r"|File: [A-Z]|(?:Opposite|Facing|Previous|Next) page: |(?:Inset|Top|Bottom|Above|Below|Left|Right|Main picture)(?:,|:) )"
)
_PERSON_ALONE = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Madam|Madame|Hon|Rev|Sir|Dame|Lord|Lady|Chief|Engr|Alhaji|Alhaja|Hajia|Barr|Datuk|Dato"
    rf"|Tan Sri|Shri|Smt|Pastor|Bishop|Justice)\.? )+{_NAME}$"
)
#: With what a line begins that says what can be seen.
_SCENE_WORDS = frozenset(
    "A An Still Screengrab Screenshot Map File: Some Part Members Scene Scenes View Views Pictures Opposite Facing Previous Next Inset Top Bottom"
    " Above Below Left Right Main Inset, Inset:".split()
)


def is_caption(line: Line) -> bool:
    """Whether a line that no rule takes ends with who made a picture, or says nothing but that there is one."""
    text = line.text
    first = text.partition(" ")[0]
    if line.is_stopped and first not in _SCENE_WORDS and text[-2:] not in (").", "]."):
        return False  # as nearly every paragraph
    if line.words <= 8 and (_ALONE.match(text) or _ALONE.match(line.core) or _PERSON_ALONE.match(text)):
        return True
    if not _WORDS[0] <= line.words <= _WORDS[1] or line.is_bullet or text[0] in "“\"‘'":
        return False
    if first in _SCENE_WORDS and _SCENE.match(text):
        return True
    if text[-1] in ".?!”\"’" and text[-2:] not in (").", "]."):  # as paragraphs end
        return False
    if any(pattern.search(text, max(0, len(text) - 110)) for pattern in _ENDS):
        return True
    bracket = _NAME_IN_BRACKETS.search(text, max(0, len(text) - 60)) if text[-1] in ")]" else None
    if bracket and is_name(bracket[1]):
        return True
    bar = _NAME_BEHIND_BAR.match(text) if " | " in text else None
    return bar is not None and bar["seen"].count(" ") >= 4 and is_name(bar["name"]) and re.search(r" [a-zß-ÿ]+ ", bar["seen"]) is not None
