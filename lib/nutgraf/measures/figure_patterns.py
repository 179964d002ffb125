"""What stands around a number and says what it is: scale, per cent, currency, and what makes it a date, a time, a code or the number of a thing.

Every repeat is bounded, and each pattern is tried at a number only, so that no text makes them slow. Texts are folded
(`nutgraf.phrases.language.fold`) unless a name says CASED.
"""

from __future__ import annotations

import re

from nutgraf.measures import numerals
from nutgraf.phrases.language import alternation

#: Characters before a number that patterns look back over.
REACH = 24
#: A space, also one that does not break.
_S = "[ \u00a0\u2009\u202f]"
_HYPHEN = "[-\u2010\u2011]"
_WORD = alternation(tuple(sorted(numerals.WORDS))).replace(r"\b", r"(?!\w)")
_INITIALS = "0-9" + "".join(sorted({word[0] for word in numerals.WORDS}))
_GROUPED = rf"[0-9]{{1,3}}(?![0-9])(?:{_S}[0-9]{{3}}(?![0-9]))++"

# Digits with what can stand between them, or a row of number words.
_DIGITS = r"[0-9]++(?:[.,][0-9]++)*+"
_ROW = rf"{_WORD}(?:(?:[ -]|,? and ){_WORD}){{0,24}}+"
ENGLISH = re.compile(rf"\b(?=[{_INITIALS}])(?:{_GROUPED.replace('[ ', '[')}(?:\.[0-9]++)?+|{_DIGITS}|{_ROW})")
OTHER = re.compile(rf"\b(?:{_GROUPED}(?:,[0-9]++)?+|[0-9]{{1,3}}(?:'[0-9]{{3}}(?![0-9]))++(?:[.,][0-9]++)?+|{_DIGITS})")
TOKEN = re.compile(rf"({_WORD})")

# Before a number: its sign and the sign of a currency.
SYMBOLS = {
    "us$": "$", "$": "$", "€": "€", "£": "£", "¥": "¥", "₹": "₹", "₽": "₽", "₩": "₩", "₪": "₪", "₺": "₺", "₴": "₴", "₦": "₦",
    "a$": "A$", "au$": "A$", "c$": "C$", "ca$": "C$", "nz$": "NZ$", "hk$": "HK$", "s$": "S$", "r$": "R$",
    "eur": "€", "usd": "$", "gbp": "£", "jpy": "¥", "inr": "₹", "rs": "₹", "rs.": "₹",
}  # fmt: skip
_CODES = "CHF|EUR|USD|GBP|JPY|INR|SEK|NOK|DKK|ISK|CZK|PLN|HUF|RON|CNY|AUD|CAD|NZD|ZAR|BRL|MXN|TRY|RUB"
_SIGNS = "[€£¥₹₽₩₪₺₴₦$]"
BEFORE_CASED = re.compile(
    rf"(?:(?<![-\w.,)%])(?P<sign>[-−+\u2010\u2011])|(?<!\w)(?<!plus or )(?P<minus>[Mm]inus|MINUS){_S})?"
    rf"(?:(?P<money>(?<!\w)(?:US|AU?|CA?|NZ|HK|S|R)\$|{_SIGNS}|(?<!\w)(?:(?:{_CODES})(?={_S})|Rs\.?)){_S}?(?P<late>[-−])?)?"
    r"(?P<point>(?<![\w.])\.)?\Z"
)

#: What must stand before a number for that pattern to be tried: a character, or a word.
SIGNS = frozenset("-−+\u2010\u2011.€£¥₹₽₩₪₺₴₦$")
SIGN_WORDS = frozenset((*_CODES.split("|"), "Rs", "Rs.", "minus", "Minus", "MINUS"))

# After a number.
AND_PART = re.compile(r" and (?:a (half|quarter)|three[ -]quarters)\b")
POINT_WORDS = re.compile(rf" point((?: (?:zero|nought|oh|{'|'.join(numerals.UNITS)})\b){{1,6}})")
VULGAR = {"½": ".5", "¼": ".25", "¾": ".75"}
SHORT = {"bn": 10**9, "b": 10**9, "tn": 10**12, "trn": 10**12, "mn": 10**6, "m": 10**6, "k": 10**3, "hundred": 100} | numerals.SCALES
_LONG = "|".join(("hundred", *numerals.SCALES))
SCALE = re.compile(rf"(?:{_S}|{_HYPHEN})?(?:(?P<short>bn|tn|trn|mn)|(?<![0-9])(?P<long>{_LONG})s?)(?!\w)")
#: Only of money, or of people: "20m" may be metres.
LETTER = re.compile(rf"{_S}?(?P<short>[mkb])(?!\w)")
RANGE_BEFORE = re.compile(rf"{_SIGNS}[0-9.,]{{1,12}}[-\u2010\u2011\u2013]\Z")
PEOPLE = re.compile(
    rf"{_S}(?:people|men|women|children|adults|voters|votes|users|viewers|jobs|homes|households|workers|customers|passengers|visitors)\b"
)
SHARE = re.compile(rf"{_S}?%(?P<points>[- ]points?\b)?|[- \u00a0]?(?:per[ -]?cent|pct|pc)(?:age)?(?!\w)")
POINTS = re.compile(r"[- ](?:percentage|per ?cent)[- ]points?\b")
MONEY_AFTER_CASED = re.compile(rf"{_S}?(?:(?P<sign>{_SIGNS})(?!{_S}?[0-9])|(?<=[ \u00a0])(?P<code>{_CODES})\b)")
PENCE = re.compile(r"p(?!\w)")
_SIGN_OF_NAME = {"euro": "€", "dollar": "$", "pound": "£", "quid": "£", "yen": "¥", "rupee": "₹", "pence": "£"}
_NAMES = """crowns krona kronor krone kroner kronur koruna koruny francs peso pesos rouble roubles ruble rubles zloty zlotys yuan renminbi lira liras
    shekel shekels forint forints dirham dirhams naira ringgit baht leva lei drachma drachmas cents""".split()
_WHOSE = "us|american|australian|canadian|hong kong|new zealand|singapore|swiss|danish|swedish|norwegian|czech"
MONEY_NAME = re.compile(
    rf"[- ](?:(?P<whose>{_WHOSE})[ -])?(?:(?P<name>{'|'.join(_SIGN_OF_NAME)})s?|(?<=-)(?:crown|franc)|{'|'.join(_NAMES)})(?!\w)"
    r"(?! of (?!public|taxpayer))(?! overweight| heavier| lighter)"
)
_WEIGH = re.compile(r"\b(?:weigh|los[ei]|lost|gain)\w{0,6} (?:[a-z]{1,8} )?\Z")
#: Units that are written without a space; they are no part of the figure.
UNIT = re.compile(
    r"(?:k?m²|km2|k[mgw]|kph|km/?h|kwh|[cm]m|m[gl]|mph|mi|in|ft|lbs?|oz|yds?|ha|hrs?|mins?|secs?|[mgt]wh?|[mgt]b|bhp|cc|sq|tonnes?|miles)(?!\w)"
)

# What is no figure.
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTHS += "".join(rf"|{month}\.?" for month in "Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec".split())
MONTH_AFTER_CASED = re.compile(rf"(?: of)?(?:{_S}|-)(?:{_MONTHS}|{_MONTHS.upper()})(?!\w)")
MONTH_BEFORE_CASED = re.compile(rf"(?<!\w)(?:{_MONTHS}|{_MONTHS.upper()}){_S}(?:the )?\Z")
#: First letters of months in German, French, Italian, Spanish, Portuguese, Dutch and Scandinavian.
_MONTHS_OTHER = """jan feb fév fev mär mar maart mars apr avr abr mai maj may mei mag jun juin giu jul juil lug aug août ago sep set okt oct ott out
    nov dez dec déc dic""".split()
MONTH_OTHER = re.compile(rf"\.?{_S}(?:d[ei] )?(?:{'|'.join(_MONTHS_OTHER)})[a-zäöüéû]{{0,7}}(?!\w)")
ISO_DATE = re.compile(r"[12][0-9]{3}-[01][0-9](?:-[0-3][0-9])?(?!\w)")
_ZONES = "gmt|utc|cet|bst|uhr|noon|midnight"
TIME = re.compile(rf"(?:[:.][0-5][0-9])?(?:{_S}?[ap]\.?m(?!\w)\.?|{_S}?o'clock|{_S}(?:{_ZONES})(?!\w))|:[0-5][0-9](?![0-9])")
BEFORE_TIME = re.compile(r"(?<!\w)(?:(?:half|quarter|minutes) past|quarter to) \Z")
PAST = re.compile(rf"(?: minutes)? past (?:{_WORD}|[0-9])")
PHONE = re.compile(r"[0-9]{3}\)?[ -](?:[0-9]{3}[ .-])?[0-9]{4}(?!\w|[,-][0-9])")
CODE = re.compile(r"[-\u2010\u2011\u2013][0-9]{1,15}[-\u2010\u2011\u2013][0-9]{1,15}(?!-?[0-9]{0,3} ?(?:%|per))|/[0-9]|\.[a-z_]|=|\([a-z]\)")
ITEM = re.compile(r"[.)](?:\s|\Z)")
_PARTS = "thirds quarters fourths fifths sixths sevenths eighths ninths tenths hundredths thousandths halves".split()
FRACTION = re.compile(rf"[ -](?:{'|'.join(_PARTS)}|(?<=-)(?:third|quarter|fourth))(?!\w)|[ -]dozens?\b")
_ORDINALS = "first third fourth fifth sixth seventh eighth ninth eleventh twelfth thirteenth".split()
_ROUND_ORDINALS = "hundredth thousandth millionth billionth".split()
ORDINAL = re.compile(
    rf"(?:-|(?<=y) |(?<=hundred) |(?<=hundred) and |(?<=thousand) and )(?:{'|'.join(_ORDINALS)}|(?<=-)second)(?!\w)"
    rf"|[ -](?:{'|'.join(_ROUND_ORDINALS)})s?\b"
)
#: The word after a number, and the words for which all that is above is tried; for others none of it can fit.
NEXT_CASED = re.compile(r" ([a-z]{1,20})(?!['.\w-])")
AFTER = frozenset(
    (
        *"of and point per percent percentage pct pc halves dozen dozens minutes past am pm".split(), *SHORT, *(f"{word}s" for word in SHORT),
        *_SIGN_OF_NAME, *(f"{name}s" for name in _SIGN_OF_NAME), *_NAMES, *_WHOSE.replace("|", " ").split(), *_ZONES.split("|"), *_PARTS, *_ORDINALS,
        *_ROUND_ORDINALS,
    )
)  # fmt: skip
ORDINAL_OTHER = re.compile(rf"\.{_S}\w")
_SCALES_OTHER = "mio|mill|milj|mln|mld|mil|mrd|md|bill|bln|tsd|tausend|hundert|duizend|tusen|tys"
SCALE_OTHER = re.compile(rf"[-.]?{_S}?(?:{_SCALES_OTHER})[a-zäöüéńåø]{{0,8}}\.?(?!\w)")
YEAR_BEFORE = re.compile(r"(?<!\w)(?:in|since|until|year) \Z")
#: "half a million", "one in five": the last word is looked up before the pattern is tried.
PART_BEFORE = re.compile(r"(?:half|quarter of|third of|fifth of|one in|many) \Z")
#: Words before the number of a thing, in whatever case; behind an "s" more may follow.
_THINGS = frozenset(
    """section article chapter clause paragraph para page appendix annex verse volume room route highway interstate platform terminal flight channel
    phase type stage grade category level tier ward district junction berth formula""".split()
)
LABELS = _THINGS | {"§", "#", "vol.", "no.", "fig.", "p."}
LABELS_OF_MANY = frozenset(f"{word}s" for word in _THINGS - {"category"}) | {"categories", "nos.", "pp.", "§§"}
LABELS_CASED = frozenset(
    """No Number Day Week Line Part Year Class Game Round Unit Gate Pier Lot Title Act Scene Group Table Figure Bus Radio Rule Step Tower Block
    Division Serie Boeing Airbus Apollo Falcon iPhone Windows Fortune S&P FTSE Nikkei Agenda Proposition Prop Amendment Resolution""".split()
)

# Between two numbers of which one says what the other is.
JOIN = re.compile(r"(?P<dash> ?[-\u2010\u2011\u2013\u2014/] ?)|(?P<to> (?:to|or|through|until) |-(?:to|or)-)|(?P<list> and |, | & )")
NOUN_AFTER = re.compile(r"[ -][a-z]{2,20}s(?!\w)")
#: How the groups of a telephone number hang together.
PHONE_JOIN = re.compile(r"[ -]|\)[ -]?| ?\(")


def weighs(before: str) -> bool:
    """Whether the words before a number of pounds speak of weight."""
    return bool(_WEIGH.search(before))


def sign_of(name: str | None, whose: str | None) -> str:
    """The sign of a currency that is named in words; empty where it has none or it is not known which.

    >>> sign_of("euro", None), sign_of("dollar", "canadian"), sign_of(None, None)
    ('€', 'C$', '')
    """
    if name == "dollar" and whose not in (None, "us", "american"):
        return {"australian": "A$", "canadian": "C$", "hong kong": "HK$", "new zealand": "NZ$", "singapore": "S$"}.get(whose or "", "")
    return _SIGN_OF_NAME.get(name or "", "")
