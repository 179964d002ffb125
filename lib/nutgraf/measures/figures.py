"""Figures: the numbers that an article gives, so that outlets can be compared by which of them they carry.

A figure says how many, how much or how far, in digits or in English number words up to trillions. Its span is the number with its sign, its
scale ("million", "bn"), its per cent and the sign of its currency; what is counted, and units in words ("km", "crowns"), stay outside. Its value
is the same however it is written: ``73`` for "seventy-three", ``1,900,000,000`` for "1.9bn", ``3 %`` for "three per cent", ``€ 400,000`` for
"400,000 euros"; a currency without a sign of its own ("crowns") leaves the bare number. Of "5 to 10 per cent" and "2-3 million" both ends get the
unit and the scale.

No figures, each for a reason: years from 1900 to 2099 that stand alone, dates, times of day and decades say when and not how much; ordinals and
numbers of sections, pages, flights and the like, phone numbers, and numbers in words, codes and addresses are names; "one" and "zero" in words are
mostly pronoun or idiom, and count with a unit only ("one per cent", "one hundred"); fractions ("half", "a third", "1/3", "one in five"), dozens,
"hundreds" and "half a million" are seldom meant exactly; "20m" without money or people may be metres. In texts of other languages only digits
are read, with their separators; a number before a scale in words ("1,9 Milliarden") is left out there, since its digits alone would mislead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from nutgraf.documents import Document, Measured, Resource, Rows
from nutgraf.measures import figure_patterns as around
from nutgraf.measures import numerals
from nutgraf.measures.figure_joins import CODE, DATE, ITEM, ITEMS, PART, PHONE, TIME, YEAR, Number, join
from nutgraf.measures.numerals import Token
from nutgraf.phrases.language import fold
from nutgraf.schema import ANALYSED_PARTS

ID = "figures"
#: Kind of the spans.
SPAN = "figure"
#: ``points`` are percentage points.
LABELS = ("count", "share", "points", "money")
#: Languages whose decimals come after a point; None is taken for English.
_POINTED = frozenset({None, "en", "zh", "ja", "ko", "th", "he", "hi", "ur", "bn", "ta", "ms", "cy", "ga", "mt"})


def build(options: Mapping[str, Any]) -> Figures:
    """Make the measure. No options."""
    return Figures(**options)


class Figures:
    """Figures of headline, standfirst and body."""

    id = ID
    version = "1"
    needs = frozenset({"sentences"})
    resources: tuple[Resource, ...] = ()

    def measure(self, documents: Sequence[Document]) -> Measured:
        """Spans of kind ``figure`` (value: the number in its normal form; label: count, share, points or money; rule: digits or words, with "range"
        where a unit or scale comes from the other end) and for each article a score of dimension ``figures``: how many there are."""
        return Measured.of(documents, (self._read(document) for document in documents))

    @staticmethod
    def _read(document: Document) -> Rows:
        rows = Rows()
        sentences = [sentence for sentence in document.sentences if sentence.part in ANALYSED_PARTS]
        if not sentences:
            rows.not_assessable(ID, "no sentence in headline, standfirst or body")
            return rows
        found = figures(document.text, [(sentence.start, sentence.end) for sentence in sentences], document.language)
        for sentence, numbers in zip(sentences, found, strict=True):
            for number in numbers:
                rows.span(number.start, number.end, SPAN, sentence=sentence.sentence, value=number.text, label=number.label, rule=number.rule)
        rows.score(ID, float(len(rows.spans)), n=len(rows.spans))
        return rows


def figures(text: str, ranges: Sequence[tuple[int, int]], language: str | None = "en") -> list[list[Number]]:
    """The figures of some stretches of a text, in text order; none overlap.

    Args:
        text: A text.
        ranges: Start and end of each sentence.
        language: Its two-letter code; None is taken for English.

    >>> [number.text for number in figures("Seventy-three of 120 pupils, or 61%", [(0, 35)])[0]]
    ['73', '120', '61 %']
    """
    reader = _Reader(text, language)
    return [reader.sentence(start, end, hits) if hits else [] for (start, end), hits in zip(ranges, reader.hits(ranges), strict=True)]


class _Reader:
    def __init__(self, text: str, language: str | None) -> None:
        folded = fold(text)
        self.cased, self.low = folded.cased, folded.low
        self.is_english = language in (None, "en")
        self.is_comma_decimal = language not in _POINTED
        self.pattern = around.ENGLISH if self.is_english else around.OTHER

    def hits(self, ranges: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
        """Where digits or number words stand in each stretch; the text is gone through once."""
        hits: list[list[tuple[int, int]]] = [[] for _ in ranges]
        place = 0
        for match in self.pattern.finditer(self.low, ranges[0][0], ranges[-1][1]) if ranges else ():
            begin, finish = match.span()
            while begin < finish:
                while ranges[place][1] <= begin:
                    place += 1
                start, end = ranges[place]
                if start <= begin and finish <= end:
                    hits[place].append((begin, finish))
                else:  # words that go on in the next sentence, or come from a part that is not read
                    hits[place] += [piece.span() for piece in self.pattern.finditer(self.low, max(start, begin), max(start, min(end, finish)))]
                begin = end
        return hits

    def sentence(self, start: int, end: int, hits: Sequence[tuple[int, int]]) -> list[Number]:
        """The figures of one stretch."""
        numbers: list[Number] = []
        self.first, self.last, done = start, end, start
        for begin, finish in hits:
            if begin < done:
                continue
            found = [self._digits(begin, finish)] if self.low[begin] in "0123456789" else self._words(begin, finish)
            numbers += found
            done = found[-1].until if found else finish
        if len(numbers) > 1:
            join(self.low, end, numbers)
        return [number for number in numbers if not number.why and (number.unit or number.label != "count" or not number.is_soft)]

    def _digits(self, begin: int, finish: int) -> Number:
        written = self.low[begin:finish]
        value = numerals.of_digits(written, is_comma_decimal=self.is_comma_decimal)
        number = Number(begin, finish, value or Decimal(0), "digits", until=finish, is_plain=finish - begin <= 4 and written.isdigit())
        if value is None or (written[0] == "0" and number.is_plain and len(written) > 1):
            number.why = CODE if value is None else PHONE
        self._read(number)
        return number

    def _words(self, begin: int, finish: int) -> list[Number]:
        tokens, low = [], self.low
        for match in around.TOKEN.finditer(low, begin, finish):
            tokens.append(Token(match[1], *match.span(), bool(tokens) and " and " in low[tokens[-1].end : match.start()]))
        numbers, at = [], 0
        while at < len(tokens):
            first, rest = tokens[at], tokens[at:]
            has_a = first.word == "hundred" or first.word in numerals.SCALES
            if has_a:
                start = first.start - 2
                if start < self.first or low[start : first.start] != "a " or (start > self.first and low[start - 1].isalnum()):
                    at += 1  # "several hundred"
                    continue
                rest = [Token("one", start, start + 1, False), *rest]
            value, n_tokens = numerals.of_words(rest)
            last = rest[n_tokens - 1]
            number = Number(rest[0].start, last.end, value or Decimal(0), "words", until=last.end, why="" if value is not None else YEAR)
            number.is_soft = n_tokens == 1 and last.word in ("one", "zero")
            number.scale = 100 if last.word == "hundred" else numerals.SCALES.get(last.word, 1)
            self._read(number)
            numbers.append(number)
            at += n_tokens - has_a
            while at < len(tokens) and tokens[at].start < number.until:
                at += 1
        return numbers

    def _read(self, number: Number) -> None:
        """What stands before and after a number."""
        begin, finish = number.start, number.end
        if begin > self.first:
            self._sign(number)
        if number.start > self.first and not number.why:
            self._left_out_before(number)
        follower = around.NEXT_CASED.match(self.cased, number.end, self.last) if self.is_english else None
        if follower is None or follower[1] in around.AFTER:
            if number.why != CODE:
                self._scale(number)
                self._unit(number)
            self._left_out_after(number, begin, finish)
        if number.is_plain and not number.why and not number.unit and number.scale == 1:
            self._when(number, begin, finish)
        number.until = max(number.until, number.end)

    def _sign(self, number: Number) -> None:
        """Minus, the sign of a currency, and a point without a nought before it."""
        floor = max(self.first, number.start - around.REACH)
        glued = self.cased[number.start - 1]
        word = self.cased[floor : number.start].split(" ")[-2:][0] if glued.isspace() else glued
        if not (glued in around.SIGNS or word in around.SIGN_WORDS or word[-1:] in around.SIGNS):
            return
        found = around.BEFORE_CASED.search(self.cased, floor, number.start)
        if not found or not found[0]:
            return
        number.start, number.is_plain = found.start(), number.is_plain and found[0] == "+"
        if found["point"]:
            number.why = CODE if number.value != int(number.value) else "" if number.why == PHONE else number.why  # ".05"
            number.value = number.value.scaleb(found.end() - number.end)
        if found["minus"] or (found["sign"] or "+") != "+" or found["late"]:
            number.value = -number.value
        if found["money"]:
            sign = found["money"]
            number.label, number.unit = "money", around.SYMBOLS.get(sign.lower(), sign)

    def _left_out_before(self, number: Number) -> None:
        start, low = number.start, self.low
        glued, before = low[start - 1], low[start - 2] if start - 1 > self.first else " "
        if glued != " ":
            if glued in "-\u2010\u2011\u2013" and before.isalpha():
                number.why = "" if low[start - 4 : start] in ("-to-", "-or-") else CODE
            elif glued in "/\\=#@&%" or (glued in ".:'[" and before.isalpha()) or (glued in ".:" and before.isdigit()) or glued.isalnum():
                number.why = CODE
            elif glued == "§":
                number.why = ITEM
            return
        if not self.is_english or number.unit:
            return
        floor = max(self.first, start - around.REACH)
        word = self.cased[floor : start - 1].rpartition(" ")[2]
        if word.lower() in around.LABELS or word in around.LABELS_CASED:
            number.why = ITEM
        elif word.lower() in around.LABELS_OF_MANY:
            number.why = ITEMS
        elif word in ("half", "of", "Half", "many", "in") and self._before(around.PART_BEFORE, low, start):
            number.why = PART
        elif word in ("past", "to") and self._before(around.BEFORE_TIME, low, start):
            number.why = TIME

    def _scale(self, number: Number) -> None:
        low, end, last = self.low, number.end, self.last
        if number.rule == "digits" and end < last and low[end] in around.VULGAR:
            number.value, number.end, number.is_plain = number.value + Decimal(around.VULGAR[low[end]]), end + 1, False
        elif self.is_english and low.startswith(" and ", end) and (part := around.AND_PART.match(low, end, last)):
            number.value += Decimal({"half": ".5", "quarter": ".25"}.get(part[1], ".75"))
            number.end, number.is_soft, number.is_plain = part.end(), False, False
        elif number.rule == "words" and low.startswith(" point ", end) and (part := around.POINT_WORDS.match(low, end, last)):
            digits = "".join(str(numerals.UNITS.get(word, 0)) for word in part[1].split())
            number.value, number.end, number.is_soft = number.value + Decimal(f"0.{digits}"), part.end(), False
        end = number.end
        if number.scale > 1 or end >= last:
            return
        if self.is_english and (found := around.SCALE.match(low, end, last)):
            number.scale = around.SHORT[found["short"] or found["long"]]
        elif (found := around.LETTER.match(low, end, last)) and self._is_scale(number, found["short"], found.start("short") == end, found.end()):
            number.scale = around.SHORT[found["short"]]
        else:
            return
        number.value, number.end, number.is_soft, number.is_plain = number.value * number.scale, found.end(), False, False

    def _is_scale(self, number: Number, letter: str, is_glued: bool, after: int) -> bool:
        if number.label == "money" or self._before(around.RANGE_BEFORE, self.low, number.start):  # "€2-3m"
            return True
        if not is_glued or letter == "b":
            return False
        if around.MONEY_AFTER_CASED.match(self.cased, after, self.last) or (self.is_english and around.MONEY_NAME.match(self.low, after, self.last)):
            return True
        return letter == "m" and bool(around.PEOPLE.match(self.low, after, self.last))

    def _unit(self, number: Number) -> None:
        low, end, last = self.low, number.end, self.last
        number.until = end
        if end >= last or number.unit:
            return
        if self.is_english and (found := around.POINTS.match(low, end, last)):
            number.label, number.unit, number.end = "points", "points", found.end()
        elif (found := around.SHARE.match(low, end, last)) and (self.is_english or "%" in found[0]):
            number.end = found.end()
            number.label, number.unit = ("points", "points") if found["points"] else ("share", "%")
        elif found := around.MONEY_AFTER_CASED.match(self.cased, end, last):
            sign = found["sign"] or found["code"]
            number.label, number.unit, number.end = "money", around.SYMBOLS.get(sign.lower(), sign), found.end()
        elif self.is_english and number.is_plain and number.value < 100 and (found := around.PENCE.match(low, end, last)):
            number.label, number.unit, number.end, number.value = "money", "£", found.end(), number.value / 100
        elif self.is_english and (found := around.MONEY_NAME.match(low, end, last)):
            if found["name"] == "pound" and around.weighs(low[max(self.first, number.start - around.REACH) : number.start]):
                return
            number.label, number.unit, number.until = "money", around.sign_of(found["name"], found["whose"]), found.end()
            if found["name"] == "pence":
                number.value /= 100

    def _left_out_after(self, number: Number, begin: int, finish: int) -> None:
        """Reasons that stand behind the number, or lie in it."""
        low, end, last = self.low, max(number.end, number.until), self.last
        is_digits = number.rule == "digits"
        if number.unit or number.scale > 1:
            if number.rule == "words" and self.is_english and around.ORDINAL.match(low, end, last):
                number.why = PART
            return
        if end < last and (low[end].isalnum() or low[end] == "_") and not around.UNIT.match(low, end, last):
            number.why = number.why or CODE
        if is_digits and around.ISO_DATE.match(low, begin, last):
            number.why, number.until = DATE, around.ISO_DATE.match(low, begin, last).end()  # type: ignore[union-attr]
        elif is_digits and finish - begin == 3 and (found := around.PHONE.match(low, begin, last)):
            number.why, number.until = PHONE, found.end()
        elif found := around.TIME.match(low, finish, last):
            number.why, number.until = TIME, found.end()
        elif number.why:
            return
        elif is_digits and end < last and around.CODE.match(low, end, last):
            number.why = CODE
        elif is_digits and low[begin - 1 : begin] == "+" and low[end : end + 1] in (" ", "-") and low[end + 1 : end + 2].strip("(").isdigit():
            number.why = PHONE
        elif is_digits and finish - begin <= 2 and self._is_first(begin) and around.ITEM.match(low, end, last):
            number.why = ITEM
        elif not self.is_english:
            if around.ORDINAL_OTHER.match(low, end, last) or around.SCALE_OTHER.match(low, end, last):
                number.why = PART
            elif self._is_date(number, around.MONTH_OTHER.match(low, end, last)):
                number.why = DATE
        elif around.FRACTION.match(low, end, last) or (not is_digits and around.ORDINAL.match(low, end, last)):
            number.why = PART
        elif around.PAST.match(low, end, last):
            number.why = TIME
        elif number.is_plain and self._is_date(number, around.MONTH_AFTER_CASED.match(self.cased, end, last)):
            number.why = DATE

    def _when(self, number: Number, begin: int, finish: int) -> None:
        """Whether a number without a unit is a day or a year."""
        if self.is_english and self._is_date(number, self._before(around.MONTH_BEFORE_CASED, self.cased, begin), with_year=True):
            number.why = DATE
        elif finish - begin == 4 and (
            1900 <= number.value <= 2099 or (1500 <= number.value < 1900 and self._before(around.YEAR_BEFORE, self.low, begin))
        ):
            number.why = YEAR

    def _is_first(self, begin: int) -> bool:
        return begin - self.first <= 1 and self.low[self.first : begin] in ("", "(", "[")

    def _before(self, pattern: re.Pattern[str], text: str, begin: int) -> re.Match[str] | None:
        return pattern.search(text, max(self.first, begin - around.REACH), begin)

    @staticmethod
    def _is_date(number: Number, month: re.Match[str] | None, *, with_year: bool = False) -> bool:
        return bool(month) and (1 <= number.value <= 31 or (with_year and 1000 <= number.value <= 2099))
