"""Coded articles of a desk: their texts for who takes codes in or out, and what coders agree on in lines for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nutgraf.codebooks import Codebook
from nutgraf.codes import Code
from nutgraf.compare.agreement import Agreement
from nutgraf.compare.coders import Disagreement, FrameAgreement, by_frame, disagreements, of_main, of_sets
from nutgraf.desk import Desk
from nutgraf.exchange import Text
from nutgraf.numbers import counted

#: Disagreements that are listed.
_LISTED = 10


class CodedArticles:
    """The articles of a desk that somebody coded or may code.

    Args:
        desk: The desk.
    """

    def __init__(self, desk: Desk) -> None:
        table = desk.articles(["article_id", "version", "text", "outlet", "status"])
        kept = [row for row in table.to_pylist() if row["status"] == "kept"]
        self._texts = {(row["article_id"], row["version"]): Text(row["text"] or "", row["outlet"]) for row in kept}
        self._newest: dict[str, int] = {}
        for article, version in self._texts:
            self._newest[article] = max(version, self._newest.get(article, 0))

    def newest(self, article: str) -> int | None:
        """The newest version of an article; None for one that is not there."""
        return self._newest.get(article)

    def length(self, article: str, version: int) -> int | None:
        """Characters of a version; None for one that is not there."""
        found = self._texts.get((article, version))
        return None if found is None else len(found.text)

    def texts(self, codes: Iterable[Code]) -> dict[tuple[str, int], Text]:
        """Text and outlet of the articles of some codes, by article and version; those that are gone are not among them."""
        wanted = {(code.unit.article_id, code.unit.version) for code in codes}
        return {key: self._texts[key] for key in sorted(wanted) if key in self._texts}


@dataclass(frozen=True)
class CodersAgree:
    """What coders of one codebook agree on.

    Attributes:
        codebook: Its id.
        n_coders: How many people coded.
        n_units: Texts that somebody coded.
        frames: Agreement about each frame.
        whole: About all frames of a text at once.
        main: About the main frame; None where nobody named one.
        disagreements: Texts on which they differ, those furthest apart first.
        words: What its frames are called: codes where one of them fits each text.
    """

    codebook: str
    n_coders: int
    n_units: int
    frames: Sequence[FrameAgreement]
    whole: Agreement
    main: Agreement | None
    disagreements: Sequence[Disagreement]
    words: str = "frames"

    def lines(self) -> list[str]:
        """What a person reads."""
        found = [
            f"codebook {self.codebook}: {counted(self.n_coders, 'coder')}, {counted(self.n_units, 'coded text')}, of which "
            f"{self.whole.n_units:,} by two coders or more",
            f"all {self.words}: {in_words(self.whole)}",
        ]
        if self.main is not None:
            found.append(f"main frame: {in_words(self.main)}")
        for one in self.frames:
            pairs = f"; both saw it {one.both:,} times, one alone {one.one:,}, none {one.none:,}" if one.agreement.n_pairs else ""
            found.append(f"  {one.frame}: {in_words(one.agreement)}{pairs}")
        for one in self.disagreements[:_LISTED]:
            place = "" if one.unit.start is None else f", characters {one.unit.start} to {one.unit.end}"
            answers = "; ".join(f"{coder}: {', '.join(sorted(frames)) or 'none'}" for coder, frames in one.frames.items())
            found.append(f"to talk about: {one.unit.article_id} version {one.unit.version}{place} ({answers})")
        if len(self.disagreements) > _LISTED:
            found.append(f"… and {len(self.disagreements) - _LISTED:,} more")
        return found

    def as_dict(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "codebook": self.codebook, "n_coders": self.n_coders, "n_units": self.n_units, "all": self.whole._asdict(),
            "main": None if self.main is None else self.main._asdict(),
            "frames": {one.frame: {**one.agreement._asdict(), "both": one.both, "one": one.one, "none": one.none} for one in self.frames},
            "disagreements": [
                {**one.unit._asdict(), "frames": {coder: sorted(frames) for coder, frames in one.frames.items()}, "apart": round(one.apart, 3)}
                for one in self.disagreements
            ],
        }  # fmt: skip


def agreement_of(codes: Sequence[Code], codebook: Codebook) -> CodersAgree:
    """What coders agree on.

    Args:
        codes: By this codebook, the newest of each coder and text.
        codebook: The codebook.
    """
    return CodersAgree(
        codebook.id, len({code.coder for code in codes}), len({code.unit for code in codes}), by_frame(codes, codebook.frame_ids), of_sets(codes),
        None if codebook.is_one else of_main(codes), disagreements(codes), "codes" if codebook.is_one else "frames",
    )  # fmt: skip


def in_words(found: Agreement) -> str:
    """An agreement as a person reads it; never a number where there is none.

    >>> in_words(Agreement(None, None, None, 0, 0, None, "0 shared items"))
    'alpha not assessable: 0 shared items'
    """
    if found.alpha is None:
        same = "" if found.agreed is None else f", {found.agreed:.0%} of {found.n_pairs:,} pairs the same"
        return f"alpha not assessable: {found.reason}{same}"
    ends = "" if found.low is None or found.high is None else f" ({found.low:.2f} to {found.high:.2f})"
    return f"alpha {found.alpha:.2f}{ends}, {counted(found.n_units, 'shared text')}, {found.agreed:.0%} of {found.n_pairs:,} pairs the same"
