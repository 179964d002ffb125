"""What a capital says of a word that can be two: May the month, I the numeral, US the country, My and Our in titles.

Lower case decides most: "may" is never a month. A sentence in capitals, or a headline With Capitals Everywhere, says less, and is
answered by the words around.
"""

from __future__ import annotations

import re

_LETTERS = re.compile(r"[^\W\d_]+")
#: What a numeral stands after. As the words are common, they need their capital, but for war.
_NUMBERED = frozenset(
    """part phase chapter act article title type class volume book level division grade stage section schedule appendix annex tier category group
    option figure table mark model apollo league unit zone area track form war""".split()
)
_RULERS = frozenset(
    """elizabeth charles james george henry edward richard william mary anne francis frederick louis philip peter catherine nicholas alexander
    napoleon leopold albert otto ferdinand maximilian rudolf wilhelm carlos felipe pedro manuel alfonso baudouin selassie faisal abdullah hussein
    ramses rameses darius cyrus xerxes theodosius justinian constantine pius gregory benedict clement urban boniface innocent john gustav
    christian harald haakon olav margrethe zog suleiman mehmed selim murad reza pahlavi akihito rama kamehameha isabella stephen""".split()
)
#: What somebody says of himself; "Charles I am told" is no king.
_OWN_VERBS = frozenset("am have m ve d ll think believe know said went saw met would had do don didn".split())
#: "May" after these is a month, or the name of a prime minister.
_BEFORE_MAY = frozenset(
    """in of by since until till last next this from to early late mid on for between theresa mrs ms minister pm brian james elaine and through
    before after during a the""".split()
)
_AFTER_MAY = frozenset(
    """day after and in on with as for to at but or over from is was has says said will would could that who faces until before by of when while
    she he her his the""".split()
)


def is_meant(text: str, start: int, end: int, entry: str, sentence: tuple[int, int]) -> bool:
    """Whether an entry of the list is what it looks like, by its capitals.

    Args:
        text: The text as written.
        start: Where the entry stands.
        end: Where it ends, exclusive.
        entry: Its spelling in lower case.
        sentence: Start and end of its sentence.
    """
    first = entry.split(" ", 1)[0]
    if first == "i":
        return text[start] == "I" and not _is_numeral(text, start, sentence)
    if text[start].islower():
        return True
    if entry == "may":
        return _is_modal_may(text, start, end, sentence)
    if entry in ("us", "me", "we", "my", "our", "mine", "ours", "myself", "ourselves"):
        return _is_own(text, start, end, entry, sentence)
    return True


def _is_numeral(text: str, start: int, sentence: tuple[int, int]) -> bool:
    """Whether "I" is a numeral, an initial or a piece of an abbreviation."""
    before, after = text[max(sentence[0], start - 24) : start], text[start + 1 : start + 24]
    if before[-1:] in (".", "&", "/", "_") or (before[-1:] == "-" and before[-2:-1].isalnum()):
        return True
    if re.match(r"[-–]\w|[/&]|\.[A-Z]|\.,? [A-Z]\.", after):
        return True
    words = _LETTERS.findall(before)
    last = words[-1] if words and before[-1:].isspace() and (before.rstrip()[-1:].isalpha()) else ""
    following = _LETTERS.match(after.lstrip(" '’"))
    if last.lower() == "letter" or re.match(r"(?:,| and| or| to) II\b", after):
        return True
    if last[:1].isupper() and last.lower() in _NUMBERED:
        return True
    if last[:1].isupper() and last.lower() in _RULERS:
        return not (following and following.group().lower() in _OWN_VERBS and before[-1:].isspace())
    # "I. Newton", and not "So do I. Then": an initial begins its name or stands after another part of it.
    return re.match(r"\. [A-Z]", after) is not None and (not last or last[:1].isupper())


def _is_modal_may(text: str, start: int, end: int, sentence: tuple[int, int]) -> bool:
    """Whether "May" or "MAY" says that something can be: only where other words have capitals too."""
    before, after = _LETTERS.findall(text, max(sentence[0], start - 48), start), text[end : min(sentence[1], end + 48)]
    following = re.match(r"\s+([^\W\d_]+)", after)
    if not before or following is None or not _is_capitalised(text, sentence):
        return False
    word = following.group(1).lower()
    if before[-1].lower() in _BEFORE_MAY or word in _AFTER_MAY or text[start - 2 : start - 1].isdigit():
        return False
    # "May Wins", "May Resigned": a verb that tells of somebody.
    return not re.search(r"[^s]s\Z|ed\Z", word) or word in ("need", "always", "perhaps", "feed", "speed")


def _is_own(text: str, start: int, end: int, entry: str, sentence: tuple[int, int]) -> bool:
    """Whether a word of first person with a capital is one: at the beginning of what is said, or where all words have capitals."""
    word, after = text[start:end], text[end : end + 24]
    following = re.match(r"[ \u00a0]+([^\W\d_]+)", after)
    is_capital_next = following is not None and following.group(1)[0].isupper()
    if word.isupper() and len(word) > 1:
        # "US" and "ME" are places wherever capitals are all that there is.
        return entry not in ("us", "me") and (_is_all_capitals(text, sentence) or not is_capital_next)
    if following and following.group(1) in ("Lady", "Father", "Saviour", "Lai", "Weekly"):
        return False
    before = text[max(sentence[0], start - 3) : start].strip()
    is_first = not before or not (before[-1].isalnum() or before[-1] in ",;’')")
    return is_first or _is_capitalised(text, sentence)


def _is_capitalised(text: str, sentence: tuple[int, int]) -> bool:
    """Whether nearly all longer words of a sentence have capitals, as in headlines."""
    words = [word for word in _LETTERS.findall(text[sentence[0] : min(sentence[1], sentence[0] + 300)]) if len(word) > 3]
    return len(words) > 1 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def _is_all_capitals(text: str, sentence: tuple[int, int]) -> bool:
    return text[sentence[0] : min(sentence[1], sentence[0] + 300)].isupper()
