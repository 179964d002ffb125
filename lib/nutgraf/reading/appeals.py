"""Appeals: lines in which the outlet speaks to its readers, whatever it wants of them.

No list holds every such line, but few signs make them all: an order at the beginning of a sentence ("watch", "join"), things that an
outlet offers ("episode", "channel"), "you" and "us", and a place to go to (an address, an app, a page). A story uses each of them,
but two or three together only when it quotes; a line with quotation marks or a reporting verb is no appeal.
"""

from __future__ import annotations

import re

from nutgraf.reading.rules import Line

#: What readers are told to do.
_CALLS = frozenset(
    "add ask become book bookmark browse buy call catch check choose claim click comment compare consider contact continue dial discover"
    " donate download email enter explore find follow get gift give go hear help join jump keep learn like listen log make meet"
    " message order play post pre-order print reach read register remove republish save scan search see send share shop show sign skip start"
    " stay stream submit subscribe support swipe take tap tell test text try tune turn unlock unsubscribe upgrade view visit vote"
    " watch win write".split()
)
#: What an outlet has to offer, and where.
_HOUSE = frozenset(
    "ad ads advert advertisement advertisements adverts alert alerts app apps archive article articles calendar channel column"
    " columns comment comments competition conversation coverage crossword digital donation e-paper edition email epaper episode"
    " episodes experts feed forum gallery giveaway group headlines homepage inbox journalism latest link livestream magazine member"
    " members membership news newsletter newsletters newsroom notifications offers page pages photos pictures podcast podcasts poll"
    " posts print puzzle puzzles quiz readers reporting screen shop site stories story subscriber subscribers subscription sudoku"
    " supplement survey tickets topic topics trial updates video videos webinar website whatsapp youtube".split()
)
_PEOPLE = frozenset("our ours us we you your yours".split())
_SPOT = re.compile(
    r"\bhttps?:|\bwww\.|@\w|\b\w[\w-]+\.(?:com|org|net|co\.uk|ie|de|fr|in|au|co\.za|info|news|example)\b|\b(?:[Ff]acebook|[Ii]nstagram|[Tt]witter|YouTube|"
    r"[Ww]hats[Aa]pp|[Tt]elegram|TikTok|LinkedIn|Bluesky|Threads|Mastodon|Reddit|Spotify|App Store|Google|QR)\b"
    r"|\bhere\b|\b0\d{3}[ \d]{5,}|\b\d{3}-\d{4}\b|\bSignal\b|\bpages? \d"
)
#: Words by which lists of other articles are headed.
_MORE = frozenset(
    "all also best complete current editor's editors' elsewhere featured full further jump keep key latest more most next other"
    " others people popular previous promoted readers recent recommended related similar sponsored suggested today's top trending"
    " watch".split()
)
_READ = frozenset("commented events liked links news picks posts read reading searched shared viewed watched watching".split())
#: Kinds of articles, as labels before another title.
_KINDS = frozenset(
    "analysis archive background backstory blog briefing cartoon column comment commentary coverage crossword debate editorial"
    " episode essay explainer factbox factcheck feature gallery graphic guide happened infographic interactive interview letters"
    " listen live liveblog longread next obituary offer opinion perspective pictures podcast poll previous profile promo puzzles quiz"
    " recap roundup series sidebar site sponsor story timeline topics viewpoint vote webinar".split()
)
#: Other words that stand before a colon and name no place.
_LABELS = frozenset(
    "advice also answer caution clarification conclusion correction disclaimer disclosure editor exclusive fact flashback founded full good"
    " imagine important introduction issue lead moral myth note overview picture point question quote reason result scene"
    " source spoiler statement status summary synopsis tag tags take takeaway thought today transcript translation truth update"
    " updated verdict warning".split()
)
_OFFER = re.compile(
    r"^please\b|^\w+ (?:out )?more (?:about|on|from|at|in|here|of|like|stories|news)\b|\b(?:now|today)[.!]?$"
    r"|\bfree\b|\bfor as little as\b|\b(?:a|per) (?:week|month|year)\b|[£$€]\d|\b(?:discount|% off|half[- ]price|trial|sale)\b", re.I
)
#: Orders that hardly any story gives.
_STRONG = frozenset("click donate download forget log miss register sign subscribe tap unlock unsubscribe upgrade".split())
_SENTENCE = re.compile(r"(?:[.?!:;|•·]|\s[–—-])[\"”’)]?\s+|  +")
_AIM = re.compile(r"(?:For|To|If|Want|Want to|Already|Not) [^,.?!]{3,70},\s+(?:please |simply |just |then )?(?=[a-z])")
_POST = re.compile(r"\bt\.co/|\(@\w|pic\.twitter")
#: Words of a story that stand in most paragraphs, so that these are known by a look at their words.
_STORY = frozenset("said says told tells asked asks wrote writes warned warns according he she they his her had were".split())
_NO_APPEAL = re.compile(rf"[“”\"‘„«]|\b(?:{'|'.join(sorted(_STORY))}|argued|argues|shouted|advised|insisted|added(?! to)|adds)\b")
#: Without one of these there is no order.
_ORDERS = _CALLS | {"please", "miss", "forget", "pre"}
_WORD = re.compile(r"[\w’'-]+")


def is_appeal(line: Line) -> bool:
    """Whether the outlet speaks to its readers: in one sentence an order and an offer, "you" or somewhere to go.

    A line with a full stop needs two of these beside its order.
    """
    if line.words > 40 or line.text.count(";") > 1:
        return False
    if line.is_stopped and (not _STORY.isdisjoint(line.tokens) or _ORDERS.isdisjoint(line.tokens) or _NO_APPEAL.search(line.core)):
        return False  # the most common answers first
    sentences = _SENTENCE.split(line.core)
    calls = [sentence for sentence in sentences if _call(sentence)]
    if not calls or _NO_APPEAL.search(line.core) or _POST.search(line.core):
        return False
    is_first = calls[0] is sentences[0] or not line.is_stopped
    return any(_signs(call) >= 1 + line.is_stopped + (not is_first and line.words > 25) for call in calls)


def _call(sentence: str) -> str | None:
    """The order that a sentence begins with, aim and politeness left out."""
    aim = _AIM.match(sentence)
    words = (sentence[aim.end() :] if aim else sentence).split(maxsplit=2)
    if len(words) > 1 and words[0].lower() == "please" and words[1].lower() not in ("be", "note", "remember"):  # whatever it asks for
        return words[1].lower()
    if words and words[0].lower() in ("please", "simply", "just", "then", "and"):
        words = words[1:]
    word = words[0].lower().replace("’", "'").rstrip(",.!") if words else ""
    if word in ("don't", "never", "not") and len(words) > 1:
        return words[1].lower() if words[1].lower() in ("miss", "forget") else None
    return word if word in _CALLS else None


def _signs(sentence: str) -> int:
    """How many signs of an appeal a sentence holds beside its order."""
    words = {word.replace("’", "'").strip("'").lower() for word in _WORD.findall(sentence)}
    return (
        min(2, len(_HOUSE & words))
        + (not _PEOPLE.isdisjoint(words))
        + min(2, len({spot.lower() for spot in _SPOT.findall(sentence)}))
        + (_OFFER.search(sentence) is not None)
        + (_call(sentence) in _STRONG)
    )


def is_list_heading(line: Line) -> bool:
    """Whether a few words head a list of other articles: "More stories from Holm", "What others are reading"."""
    if line.is_ended or line.words > 7 or ":" in line.text:
        return False
    return _is_more(line.core) or (" | " in line.core and _is_more(line.core.partition(" | ")[0]))


def _is_more(text: str) -> bool:
    """Whether a few words promise more of what an outlet has."""
    words = {word.replace("’", "'").lower() for word in _WORD.findall(text)}
    return len(words) <= 7 and not _MORE.isdisjoint(words) and not words.isdisjoint(_HOUSE | _READ)


def is_kind_free(label: str) -> bool:
    """Whether no word of a label is a kind of article or an order, as in the name of a place."""
    words = {word.lower() for word in _WORD.findall(label)}
    return words.isdisjoint(_KINDS | _CALLS | _MORE | _HOUSE | _LABELS)


def is_labelled(line: Line) -> bool:
    """Whether a title stands behind the kind of article that it belongs to: "Editorial: Keep the baths", "Quiz of the week: …"."""
    label, mark, rest = line.core.partition(":")
    if mark and rest[:1].isspace() and rest[1:2].isalpha() and not line.is_ended and line.words <= 20 and _is_more(label):
        return True
    if not mark or line.is_stopped or line.words > 20 or len(rest.split()) < 2 or not rest[:1].isspace():
        return False
    words = _WORD.findall(label.lower())
    is_kind = 0 < len(words) <= 4 and (words[-1] in _KINDS or (words[0] in _KINDS and words[1] in ("of", "from", "on", "in", "by", "for")))
    return is_kind and _NO_APPEAL.search(label) is None

