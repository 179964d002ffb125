"""Shapes of lines: what a line and its neighbours look like, whatever its words are.

A story is told in paragraphs that end by a full stop. A title between them is a heading, the same title below them a link; a row of
"Friday: rain" is a table; a phrase without a verb that says who stands where is a caption.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from nutgraf.reading.bylines import is_clock, is_names
from nutgraf.reading.rules import BULLET_ARROW, Line

TEASER_WORDS = 18
_HEADING_WORDS = 8
_QUOTES = "'‘“\""
_LIST_ROWS = 4  # links stand in twos and threes; a longer list is the story's own
_CAPTION_WORDS = (7, 30)
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+\S")
_QUESTION = re.compile(
    r"(?:What|Why|How|Who|Whose|When|Where|Which|Is|Are|Was|Were|Will|Can|Could|Should|Do|Does|Did|Has|Have|So|And|But)\b"
    r"[^.!]{4,60}\?$"
)
_ASKS = re.compile(r"(?:What|Why|How|Who|When|Where) (?:the|we|it|they|happen\w*|is|are|was|were|you|to)\b")
_ANSWER = re.compile(r"[\"“‘'«]|(?:.{0,40}\b(?:I|I[’']m|I[’']ve|[Mm]y)\b)")
_VALUE = re.compile(r".{2,60}: ?[$€£]?\d[\d.,:–/%-]*(?: ?\w{1,10})?$|\D*\d[\d.,]*(?:[^\d.?!]+\d[\d.,]*)+[^.?!\d]{0,12}$|[^:?]{2,40}: [a-zß-ÿ]")
_TOPIC = re.compile(
    r"[A-Z‘“'\"][^:.?!]{2,50}: "
    r"(?:how|why|what|who|when|where|inside|can|is|are|will|does|do|should|the [a-z]+ (?:who|that|where|behind|of))\b"
)
_PHRASE = re.compile(
    r"(?:(?:The|A|An|Two|Three|Four|Five|Some) )?(?:[\w’'.-]+,? (?:(?:and|of|the|de|van|&) )*){1,4}?"
    r"(?:in (?:his|her|their|its|the|a|an|front|[A-Z0-9])|at |on (?:his|her|the|a|an)\b|with (?:his|her|their|a|an|the|one|two|some)\b"
    r"|outside |inside |beside |near |during |(?:sitting|standing|holding|walking|leaving|wearing|speaking|looking|waiting|playing|working|arriving"
    r"|showing|carrying|posing|celebrating|watching|riding|lying|preparing|helping)\b|pictured |\(?(?:left|right|centre|center|above|below)\)?,? )"
)
_WORDS = re.compile(r"[^\W\d_]{3,}")
#: Words that any two texts share.
_USUAL = frozenset(
    "about after again against another around because before behind between could during every first going great their there these thing"
    " think this those three under until what when where which while with would year years the and why how who from more most over than"
    " that will your into".split()
)
_CREDIT = re.compile(
    r"(?:(?:[Pp]hoto|[Pp]icture|[Ii]mage|[Pp]ic) )?(?:[Cc]redit|CREDIT|[Pp]icture|[Pp]hoto|[Ii]mage|[Pp]hotograph)s?\s*(?::|by\b) ?[A-Z]"
)
_CLAUSE = re.compile(
    r"[“”\"]|\b(?:said|says|is|are|was|were|has|have|had|will|would|can|could|may|must|should|to [a-z]+ (?:over|amid|after|as))\b|[:;?!|]"
)


def label_of(line: Line) -> str | None:
    """The words before a line's first colon, when they could be the name of a series; speakers and list items have none."""
    if line.is_ended or line.words > 20:
        return None
    label, mark, rest = line.core.partition(":")
    if not mark or not rest.strip() or not 2 <= len(label.split()) <= 5 or is_names(label) or label.isupper():
        return None
    if any(character.isdigit() for character in label) or rest.strip()[0] in "$€£0123456789":
        return None  # a table, or the hours of a live report
    return label


def prefix_of(line: Line) -> str | None:
    """The few words before a line's first colon, whatever they are."""
    label, mark, rest = line.core[:40].partition(":")
    return label if mark and rest and len(label.split()) <= 4 else None


def is_teaser(line: Line) -> bool:
    """A title: short, and without a full stop at its end."""
    if line.words > TEASER_WORDS:
        return False
    if _NUMBERED.match(line.text) or line.text.endswith(("?", "!", "”", "’", '"')):
        return True
    return not line.is_ended


def is_data(line: Line) -> bool:
    """A row of a table or a list in one line: "Attendance: 6,112", "Set list: One; Two; Three"."""
    return ";" in line.text or _VALUE.match(line.text) is not None


def is_title_between(line: Line) -> bool:
    """Whether a line between paragraphs is the title of another article: a sentence in capitals, or a topic and what is told about it."""
    if line.is_stopped or line.words > TEASER_WORDS or line.words < _CAPTION_WORDS[0]:
        return False
    return line.text.isupper() or (not line.is_ended and _TOPIC.match(line.core) is not None)


def is_title_case(line: Line) -> bool:
    """Whether nearly all longer words begin with a capital, as in headlines of the United States."""
    longer = [word for word in line.core.split() if len(word) > 3 and word[0].isalpha()]
    return len(longer) >= 4 and sum(word[0].isupper() for word in longer) >= 0.8 * len(longer)


def is_subheading(lines: list[Line], index: int, last_story: int) -> bool:
    """A short line between two paragraphs; links and pictures may stand between it and the first."""
    line = lines[index]
    if line.words > _HEADING_WORDS + 2 or line.is_bullet or line.text[0] in "(–—" or not 0 <= last_story < index < len(lines) - 1:
        return False
    if not line.core.lstrip(_QUOTES)[:1].isupper():
        return False
    before, after = lines[last_story], lines[index + 1]
    is_below_list = before.is_bullet or _NUMBERED.match(before.text) is not None
    is_below_paragraph = is_below_list or (before.is_ended and before.words > 3) or is_clock(before.text)
    is_between_sentences = line.text.isupper() or (before.is_stopped and (after.is_stopped or after.text[-1] == ":"))
    is_story_next = after.is_ended and after.words > (3 if is_between_sentences else 8)
    below = lines[index + 2] if index + 2 < len(lines) else None
    is_list_next = below is not None and (
        (is_item(after) and is_item(below) and _ASKS.match(line.core) is not None) or (after.is_bullet and below.is_bullet and before.is_stopped)
    )
    if not (is_below_paragraph and (is_story_next or is_list_next)) or (is_data(line) and not line.text.isupper()):
        return False
    if line.text[-1] == "?":
        return before.words > _HEADING_WORDS and _QUESTION.match(line.core) is not None and not _ANSWER.match(after.text)
    return line.words <= _HEADING_WORDS and not line.is_ended


def is_line_between(lines: list[Line], index: int, last_story: int) -> bool:
    """A line too long for a usual heading, without end mark, quotation or speaker, between two paragraphs that end by a full stop."""
    line = lines[index]
    if line.is_ended or line.is_bullet or line.text[0] in "(–—-" + _QUOTES or not _HEADING_WORDS < line.words <= TEASER_WORDS or is_data(line):
        return False
    if not 0 <= last_story < index < len(lines) - 1 or not line.core[:1].isupper():
        return False
    before, after = lines[index - 1], lines[index + 1]
    is_between = before.is_stopped and after.is_stopped and min(before.words, after.words) > _HEADING_WORDS
    return is_between and ";" not in line.text and "@" not in line.text


def shares_a_word(lines: list[Line], index: int) -> bool:
    """Whether a line has a longer word or a name in common with another line: a heading does, the title of another story hardly."""
    words = {word.lower().removesuffix("s") for word in _WORDS.findall(lines[index].core) if len(word) >= 5 or word[0].isupper()} - _USUAL
    return any(word in other.text.lower() for place, other in enumerate(lines) if place != index for word in words)


def is_item(line: Line) -> bool:
    """Whether a line could be an item of a story's own list: a phrase without end mark, label or bars."""
    return not line.is_ended and not line.is_bullet and 2 <= line.words <= _HEADING_WORDS + 4 and ":" not in line.text and "|" not in line.text


def heads_labelled_lines(lines: list[Line], index: int, prefixes: Mapping[str | None, int]) -> bool:
    """Whether the line after a heading begins with a label that other lines have too, as teams and towns in a round-up do."""
    below = lines[index + 1 : index + 3]
    prefix = prefix_of(below[0]) if below else None
    is_row = len(below) == 2 and all(prefix_of(line) and line.is_stopped for line in below)
    return prefix is not None and (prefixes.get(prefix, 0) > 1 or is_row)


def is_bare_caption(lines: list[Line], index: int, last_story: int) -> bool:
    """A phrase without a full stop and without a verb of its own between two paragraphs: who stands where."""
    line = lines[index]
    if line.is_ended or not _CAPTION_WORDS[0] <= line.words <= _CAPTION_WORDS[1] or not 0 <= last_story < index < len(lines) - 1:
        return False
    before, after = lines[last_story], lines[index + 1]
    phrase = _PHRASE.match(line.text)
    return (
        before.is_ended and after.is_ended and after.words > _HEADING_WORDS and phrase is not None
        and not line.is_bullet and not is_title_case(line) and not _CLAUSE.search(line.text)
    )  # fmt: skip


def is_credit_below(line: Line) -> bool:
    """Whether a line is nothing but the credit of a picture, so that a phrase above it is the caption."""
    return line.words <= 8 and _CREDIT.match(line.core) is not None


def is_teaser_list(lines: list[Line], index: int) -> bool:
    """Whether a bulleted line is a title and no item of the story's own list, which a colon or a full stop gives away."""
    line = lines[index]
    if line.is_ended or line.words > TEASER_WORDS or line.words < 3 or line.core[:1].islower() or is_data(line):
        return False
    if BULLET_ARROW.match(line.text):
        return True
    first = last = index
    while first > 0 and lines[first - 1].is_bullet and index - first < _LIST_ROWS:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].is_bullet and last - index < _LIST_ROWS:
        last += 1
    before = lines[first - 1] if first else None
    is_led_in = before is None or not before.is_ended or before.text[-1] in ":;"
    return not is_led_in and last - first < _LIST_ROWS and not any(item.is_ended for item in lines[first : last + 1])


def is_title_below(line: Line) -> bool:
    """Whether a line could be the title of another article, when it stands below the story."""
    return not line.is_ended and line.words <= 14 and not line.core[:1].islower() and not is_data(line) and "=" not in line.text
