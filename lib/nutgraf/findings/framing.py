"""Findings about frames: in how many articles a frame is present, weak or absent, by whom, and the sentences that say so.

Codebook scores are candidates. A frame's label belongs to an article; shares are of the articles that could be assessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nutgraf.compare.many import RATE, kept, p_of_groups
from nutgraf.findings import coded, people, places, tables, voices
from nutgraf.findings.evidence import cite
from nutgraf.findings.finding import Column, Evidence, Finding, Method
from nutgraf.findings.frame_values import article_frames, failures, name_of
from nutgraf.numbers import shown

if TYPE_CHECKING:
    import pandas as pd

    from nutgraf.jupyter import Measurements

LABELS = ("present", "weak", "absent")
MANY = (
    "Several frames are compared at once, and one might set outlets apart by chance. So it is first asked of each frame how often outlets differ "
    "as much when their articles are dealt to them anew. "
    f"Of these answers those are kept that Benjamini and Hochberg's rule (1995) keeps at {shown(RATE, 'share')}. Two outlets differ clearly in such "
    "a frame when their intervals do not overlap."
)


def cues(measured: Measurements, measure: str = "frames") -> pd.DataFrame:
    """Every cue that was found.

    Args:
        measured: With that measure.
        measure: ``frames``, or ``frames_other`` for a second codebook.

    Returns:
        One row per place: article_id, version, sentence, start, end, kind, rule, frame, voice (outlet, quoted or reported: whose words it stands in).
    """
    spans = measured.rows("spans", measure)
    spans = spans[spans["kind"] == "frame_cue"].rename(columns={"label": "frame"})
    kept = spans[["article_id", "version", "sentence", "start", "end", "kind", "rule", "frame"]].reset_index(drop=True)
    return kept.assign(voice=voices.of_spans(measured, kept))


def answered(measured: Measurements, answers: pd.DataFrame, voice: str = "all", measure: str = "frames", **columns: str) -> pd.DataFrame:
    """Each article that could be assessed with its answer, and the cues behind it, as places with the frame's name and the answer."""
    answers = answers[answers["status"] == "ok"]
    named = {"frame": coded.mapped(answers["frame"], name_of), "answer": answers["label"], "label": answers["label"]}
    whole = places.whole(answers, end=places.lengths(measured, answers), value=answers["score"], **named)
    found = cues(measured, measure)
    if voice != "all":
        found = found[found["voice"] == voice]
    answer = answers[["article_id", "version", "frame", "label"]]
    position = places.positions(found, answer, by=("article_id", "version", "frame"))
    found = found[position >= 0].drop(columns="voice")
    label = answer["label"].array.take(position[position >= 0])
    found = found.assign(answer=label, label=found["frame"], frame=coded.mapped(found["frame"], name_of))
    return coded.stacked([
        places.constants(whole, rule="the article's answer", measure=measure, **columns),
        places.constants(found, measure=measure, **columns),
    ])  # fmt: skip


def card_of(measured: Measurements, text: str) -> Method:
    """The method card of a finding about candidates; `text` says what it does beyond looking for cues."""
    book = measured.codebook
    how = (
        f"Cues, words and phrases of the codebook “{book.name}” ({book.source.rstrip('.')}) are looked for in headline, standfirst and "
        "body. "
        "A frame is present when a cue stands in the headline or in enough sentences, weak when any cue is found, else absent. "
    )
    by_people = people.lines(measured)
    return Method(text=how + text, measures=("frames",), known_failures=failures(book), versions=measured.versions, by_people=by_people)


def _counts(measured: Measurements, answers: pd.DataFrame) -> dict[str, int]:
    assessed = answers[answers["status"] == "ok"]
    return {
        "articles": int(assessed["article_id"].nunique()),
        "not assessable": int(measured.articles["article_id"].nunique() - assessed["article_id"].nunique()),
        "outlets": len(tables.outlets_of(measured.articles)),
    }


def by_outlet(measured: Measurements, *, min_articles: int, source: str) -> Finding:
    """Share of each outlet's articles in which each frame is present.

    Args:
        measured: With the measure ``frames``.
        min_articles: Outlets with fewer assessable articles get no figure.
        source: Source line.
    """
    answers = article_frames(measured)
    rows = shares(measured, answers, ("present",), min_articles)
    assessed = [row for row in rows if row[2] is not None]
    method = card_of(measured, f"An outlet's share is that of its assessable articles in which the frame is present. {MANY}")
    subtitle = "Share of articles in which the frame is present"
    if not assessed:
        reason = f"no outlet has {min_articles} assessable articles"
        return Finding.cannot_say("frames-by-outlet", subtitle, reason, n=_counts(measured, answers), source=source, method=method)
    differing = differing_frames(answers, {row[0] for row in assessed})
    high, low, is_clear = widest(assessed, differing)
    return Finding(
        id="frames-by-outlet",
        takeaway=spread_of(assessed, high, low, is_clear=is_clear, differing=differing),
        margin=tables.margins([[row[0], *row[2:5]] for row in (high, low)], "share"),
        subtitle=f"{subtitle}; {measured.selection.described}",
        n=_counts(measured, answers), interval=f"{tables.interval(measured)}; where all articles agree, the exact (Clopper–Pearson) interval",
        columns=(
            Column("outlet", "Outlet", "text"), Column("frame", "Frame", "text"),
            Column("share", "Present", "share", "share of the outlet's assessable articles in which the frame is present"),
            Column("share_low", "From", "share", "lower end of the 95 % interval"),
            Column("share_high", "To", "share", "upper end of the 95 % interval"),
            Column("n_articles", "Articles", "count", "articles that could be assessed"),
            Column("note", "Note", "text", "why there is no figure"),
        ),
        rows=rows, method=method, source=source,
        chart={"form": "heat_map", "row": "outlet", "column": "frame", "value": "share", "n": "n_articles", "kind": "share",
               "what": "frames by outlet"},
        examples=_one_each(measured, answers),
        examples_rule="for each frame the sentence with most cues; of equals the first by article",
        places=places.of_measured(measured, lambda: answered(measured, answers), ("outlet", "frame")),
    )  # fmt: skip


def shares(measured: Measurements, answers: pd.DataFrame, labels: tuple[str, ...], min_articles: int) -> list[list[Any]]:
    """Rows of outlet, frame, share of articles with one of these answers, low, high, articles, note."""
    outlets = tables.outlets_of(measured.articles)
    found = []
    for frame, group in answers[answers["status"] == "ok"].groupby("frame"):
        values = group.assign(value=group["label"].isin(labels).astype(float))
        for row in tables.by_outlet(values, min_articles=min_articles, outlets=outlets, is_share=True):
            found.append([row[0], name_of(str(frame)), *row[1:]])
    return sorted(found, key=lambda row: (row[0], row[1]))


def differing_frames(answers: pd.DataFrame, outlets: set[str]) -> set[str]:
    """Names of the frames in which some outlets differ by more than chance, all frames looked at together."""
    answers = answers[(answers["status"] == "ok") & answers["outlet"].isin(outlets)]
    found = {}
    for frame, group in answers.groupby("frame", observed=True):
        p = p_of_groups([[label == "present"] for label in group["label"]], group["outlet"].tolist(), group["cluster_id"].tolist())
        if p is not None:
            found[name_of(str(frame))] = p
    return {name for name, is_kept in zip(found, kept(list(found.values())), strict=True) if is_kept}


def widest(assessed: list[list[Any]], differing: set[str]) -> tuple[list[Any], list[Any], bool]:
    """The two outlets furthest apart in one frame, of those that differ clearly if there are any, and whether there are: the frame is one of those in
    which outlets differ by more than chance, and the intervals of the two do not overlap."""
    found = []
    for frame in sorted({row[1] for row in assessed}):
        mine = sorted((row for row in assessed if row[1] == frame), key=lambda row: (-row[2], row[0]))
        apart = tables.clearly_apart([[row, *row[2:5]] for row in mine]) if frame in differing else None
        high, low = (apart[0][0], apart[1][0]) if apart else (mine[0], mine[-1])
        found.append((apart is not None, high[2] - low[2], high, low))
    is_clear, _, high, low = max(found, key=lambda pair: pair[:2])
    return high, low, is_clear


def spread_of(assessed: list[list[Any]], high: list[Any], low: list[Any], *, is_clear: bool, differing: set[str]) -> str:
    """The takeaway about frames by outlet, with the articles behind each share and whether the intervals overlap."""
    if len({row[0] for row in assessed}) < 2:
        return f"{high[1]} is present in {_of(high)}; no other outlet has enough articles to compare"
    gap = f"{high[1].lower()}: present in {_of(high)} and {_of(low)}"
    if is_clear:
        n = len({row[1] for row in assessed})
        return f"Outlets differ most clearly in the frame {gap}; {len(differing)} of {tables.counted(n, 'frame')} set outlets apart"
    return f"No frame sets outlets clearly apart; the widest gap is in {gap}"


def _of(row: list[Any]) -> str:
    """A share with the articles behind it: ``88 % of A's articles (7 of 8)``."""
    return f"{shown(round(row[2], 3), 'share')} of {row[0]}'s articles ({round(row[2] * row[5]):,} of {row[5]:,})"


def _one_each(measured: Measurements, answers: pd.DataFrame) -> tuple[Evidence, ...]:
    """For each frame the sentence with most cues: a fixed rule, so that nobody picks the striking one."""
    spans = measured.rows("spans", "frames")
    spans = spans[(spans["kind"] == "frame_cue") & spans["sentence"].notna()]
    keys = ["article_id", "version", "sentence"]
    sentences = measured.rows("sentences", "sentences").set_index(keys)
    found = []
    for frame in sorted(answers["frame"].unique()):
        mine = spans[spans["label"] == frame]
        if mine.empty:
            continue
        counts = mine.groupby(keys).size().reset_index(name="n").sort_values(["n", *keys], ascending=[False, True, True, True])
        best = tuple(counts.iloc[0][keys])
        place = sentences.loc[best]
        row = {"article_id": best[0], "version": best[1], "start": place["start"], "end": place["end"]}
        here = mine[(mine[keys] == list(best)).all(axis=1)]
        found.append(cite(measured, row, here, name_of(str(frame))))
    return tuple(found)


def present_or_absent(measured: Measurements, *, source: str) -> Finding:
    """In how many articles each frame is present, weak or absent."""
    answers = article_frames(measured)
    assessed = answers[answers["status"] == "ok"]
    rows = [
        [name_of(str(frame)), label, int((group["label"] == label).sum())]
        for frame, group in assessed.groupby("frame")
        for label in LABELS
    ]
    n = _counts(measured, answers)
    method = card_of(measured, "Every assessable article gets one answer for each frame.")
    subtitle = "Articles by answer, one answer for each frame and article"
    if not rows:
        return Finding.cannot_say("frames-present-or-absent", subtitle, "no article could be assessed", n=n, source=source, method=method)
    present, n_present = _most(rows, "present")
    absent, n_absent = _most(rows, "absent")
    are, each = ("is the frame", "") if len(present) == 1 else ("are the frames", " each")
    said = f"{tables.listed(present)} {are} most often present, in {n_present:,} of {n['articles']:,} articles{each}"
    if not n_present:
        said = f"No frame is present in any of {tables.counted(n['articles'], 'article')}"
    return Finding(
        id="frames-present-or-absent",
        takeaway=f"{said}; no cue of {tables.listed([name.lower() for name in absent])} was found in {n_absent:,}"
        + (" each" if len(absent) > 1 else ""),
        subtitle=f"{subtitle}; {measured.selection.described}", n=n,
        interval="no interval: every article is counted, none is sampled",
        columns=(Column("frame", "Frame", "text"), Column("answer", "Answer", "text"), Column("n_articles", "Articles", "count")),
        rows=rows, method=method, source=source,
        chart={"form": "count_bars", "name": "frame", "value": "n_articles", "group": "answer", "what": "answers by frame",
               "axis": "Articles"},
        places=places.of_measured(measured, lambda: answered(measured, answers), ("frame", "answer")),
    )  # fmt: skip


def _most(rows: list[list[Any]], answer: str) -> tuple[list[str], int]:
    """The frames with which an answer is most frequent, and how often that is."""
    most = max(row[2] for row in rows if row[1] == answer)
    return [row[0] for row in rows if row[1] == answer and row[2] == most], most


def by_voice(measured: Measurements, *, source: str) -> Finding:
    """How many of a frame's cues stand in what others say, quoted or reported, and how many in what the outlet says itself."""
    found = cues(measured)
    lacking = voices.not_assessed(measured, "attribution")
    knows_reported = len(lacking) < len(measured.articles)
    rows = []
    for frame, group in found.groupby("frame"):
        n_quoted, n_reported, n_own = (int((group["voice"] == voice).sum()) for voice in ("quoted", "reported", "outlet"))
        share = (n_quoted + n_reported) / len(group)
        rows.append([name_of(str(frame)), n_quoted, n_reported if knows_reported else None, n_own, share])
    rows.sort(key=lambda row: (-row[4], row[0]))
    n = {"cues": len(found), "articles": int(found["article_id"].nunique())}
    text = (
        "A cue counts as quoted when it stands between quotation marks, as reported when it stands in what somebody is said to say without them, and "
        "else as the outlet's own. "
    )
    if not knows_reported:
        text += f"What is reported could not be told from the outlet's own words: {voices.why_not(lacking)}."
    method = card_of(measured, text.rstrip())
    subtitle = "Share of a frame's cues that stand in what others say" + ("" if knows_reported else ", between quotation marks")
    if not rows:
        return Finding.cannot_say("frames-by-voice", subtitle, "no cue was found", n=n, source=source, method=method)
    return Finding(
        id="frames-by-voice",
        takeaway=_of_others(rows),
        subtitle=f"{subtitle}; {measured.selection.described}", n=n,
        interval="no interval: every cue is counted, none is sampled",
        columns=(Column("frame", "Frame", "text"), Column("n_quoted", "Quoted", "count", "cues between quotation marks"),
                 Column("n_reported", "Reported", "count", "cues in what it reports others as saying"),
                 Column("n_own", "Its own", "count", "cues in what it says itself"),
                 Column("others_share", "Share of others", "share", "quoted and reported")),
        rows=rows, method=method, source=source,
        places=places.of_measured(measured, lambda: _voiced(cues(measured)), ("frame",)),
    )  # fmt: skip


def _of_others(rows: list[list[Any]]) -> str:
    """The takeaway about cues in the words of others, with the cues behind each share."""
    high, low = rows[0], rows[-1]
    where = "between quotation marks" if high[2] is None else "in the words of others"
    totals = [row[1] + (row[2] or 0) + row[3] for row in (high, low)]
    if not high[4]:
        return f"None of {tables.counted(sum(row[1] + (row[2] or 0) + row[3] for row in rows), 'cue')} stands {where}"
    ends = [
        f"{shown(round(row[4], 3), 'share')}, {row[1] + (row[2] or 0):,} of {total:,}" for row, total in zip((high, low), totals, strict=True)
    ]
    said = f"Cues of {high[0].lower()} stand most often {where} ({ends[0]})"
    return said if high[4] == low[4] else f"{said}, those of {low[0].lower()} least often ({ends[1]})"


def _voiced(found: pd.DataFrame) -> pd.DataFrame:
    """Cues as places, each with the count it belongs to."""
    columns = {"quoted": "n_quoted", "reported": "n_reported", "outlet": "n_own"}
    side = found["voice"].map({voice: f"{name} others_share" for voice, name in columns.items()})
    named = found.assign(label=found["frame"], frame=coded.mapped(found["frame"], name_of), counts_in=side)
    return places.constants(named.drop(columns="voice"), measure="frames")
