"""Every number in the sample's report leads down to spans that exist, and a count adds up to them."""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from nutgraf.desk import DESK_VARIABLE, Desk
from nutgraf.errors import FindingError
from nutgraf.findings import Column, Finding, Method, coverage, framing, tone, wording
from nutgraf.findings.finding import DIGITS
from nutgraf.findings.places import COLUMNS, Places, whole
from nutgraf.findings.tone import ALL
from nutgraf.jupyter import Workbench

from tests.conftest import copied

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
#: Counts of places; every other count is one of articles.
OF_PLACES = {
    "n_quoted", "n_reported", "n_own", "count_a", "count_b", "n_rows", "n_older_versions",
    "n_others", "n_sentences", "n_given", "n_passives", "n_unsaid", "n_words", "n_cues", "uses_a", "uses_b",
    "n_both", "n_one", "n_none", "n_loaded", "n_changed", "n_marked", "n_uses", "n_of", "n_places", "n_added", "n_removed",
}  # fmt: skip
#: What a share or a rate is of, by its finding: the counts above and below the line.
RATIOS = {
    "who-speaks": ("n_others", "n_sentences"), "kinds-of-source": ("n_given", "n_sentences"), "named-or-not": ("n_given", "n_others"),
    "who-speaks-other-definitions": ("n_others", "n_sentences"), "cue-words": ("n_words", "n_cues"), "who-acts": ("n_passives", "n_sentences"),
    "who-is-not-said": ("n_unsaid", "n_passives"), "loaded-words": ("n_loaded", "n_sentences"),
    "loaded-headlines": ("n_loaded", "n_sentences"), "naming-over-time": ("n_uses", "n_of"),
}  # fmt: skip


#: Notebooks for work: they hold few findings.
#: These count stories, which are the labels of their places.
OF_STORIES = ("n_stories", "n_by_three")
FOR_WORK = ("40-coding",)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, finished: Desk) -> Desk:
    return copied(finished.root, tmp_path_factory.mktemp("evidence") / "desk")


@pytest.fixture(scope="module")
def texts(sample: Desk) -> dict[tuple[str, int], str]:
    rows = sample.store.read("articles", ["article_id", "version", "text"]).to_pylist()
    return {(row["article_id"], row["version"]): row["text"] or "" for row in rows}


_FOUND: dict[str, list[Finding]] = {}
_FRAMES: dict[int, pd.DataFrame] = {}
built = Places.frame


def built_once(places: Places) -> pd.DataFrame:
    """The frame of the same places, built once for all rows and columns that a test asks for."""
    if id(places) not in _FRAMES:
        _FRAMES[id(places)] = built(places)
    return _FRAMES[id(places)]


@pytest.fixture
def findings(sample: Desk, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """The findings of one notebook, its cells executed here as they are committed."""
    name = request.getfixturevalue("name")
    monkeypatch.setattr(Places, "frame", built_once)
    if name not in _FOUND:
        monkeypatch.setenv(DESK_VARIABLE, str(sample.root))
        _FOUND[name], names = [], {}
        for cell in json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                body = ast.parse("".join(cell["source"])).body
                last = body.pop().value if isinstance(body[-1], ast.Expr) else None
                exec(compile(ast.Module(body, []), name, "exec"), names)
                if last is not None:
                    _FOUND[name].append(eval(compile(ast.Expression(last), name, "eval"), names))
    return _FOUND[name]


def numbers(finding: Finding) -> list[tuple[int, Column, float]]:
    """Every number of a finding's table that is there: row, column, value."""
    return [
        (index, column, value)
        for index, row in enumerate(finding.rows)
        for column, value in zip(finding.columns, row, strict=True)
        if column.kind in ("count", "share", "score", "rate") and value is not None
    ]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_number_leads_to_spans_inside_their_articles(name: str, findings: list[Finding], texts: dict) -> None:
    assessed = [finding for finding in findings if finding.status == "ok"]  # one that cannot say has no number
    assert len(assessed) > (1 if name in FOR_WORK else 5) and len(findings) - len(assessed) <= 2
    for finding in assessed:
        everything = finding.evidence()
        assert len(everything) == finding.to_json()["evidence_n"] > 0, finding.id
        assert set(COLUMNS) | {"text"} <= set(everything.columns)
        for place in everything.itertuples():
            text = texts[(place.article_id, place.version)]
            assert 0 <= place.start <= place.end <= len(text) and (place.start < place.end or not text), (finding.id, place)
            if place.kind == "article":
                assert (place.start, place.end) == (0, len(text)), (finding.id, place)
            elif finding.places.texts:
                assert place.text == text[place.start : place.end], (finding.id, place)
        tied = pd.concat([finding.evidence(index) for index in range(len(finding.rows))])
        key = ["article_id", "version", "start", "end", "kind", "rule"]
        assert not len(everything[~pd.MultiIndex.from_frame(everything[key]).isin(pd.MultiIndex.from_frame(tied[key]))]), finding.id


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_count_adds_up_to_its_evidence(name: str, findings: list[Finding]) -> None:
    checked = 0
    for finding in findings:
        for index, column, value in numbers(finding):
            found = finding.evidence(index, column.name)
            if value:
                assert len(found), (finding.id, index, column.name)
            if column.kind == "count" and column.name != "place":
                of = "outlet" if column.name == "n_outlets" else "label" if column.name in OF_STORIES else "article_id"
                n = len(found) if column.name in OF_PLACES else found[of].nunique()
                assert n == value, (finding.id, finding.rows[index], column.name)
                checked += 1
    assert checked > 20


def of_sentences(finding: Finding, index: int) -> pd.DataFrame:
    found = finding.evidence(index)
    return found[found["kind"] == "sentence"]


def mean_of_articles(sentences: pd.DataFrame) -> float:
    return sentences.groupby("article_id")["value"].mean().mean()


def beside_others(found: pd.DataFrame, outlet: str) -> float:
    """Mean over stories of an outlet's mean less that of the others; a place's label is its story."""
    articles = found.groupby(["label", "outlet", "article_id"], as_index=False, observed=True)["value"].mean()
    means = articles.groupby(["label", "outlet"], observed=True)["value"].mean().unstack("outlet")
    means = means[means[outlet].notna()]
    others = means.drop(columns=outlet).mean(axis=1)
    return (means[outlet] - others).mean()


def recomputed(finding: Finding, index: int, column: str) -> float | None:
    """The number from its evidence alone; None for ends of intervals and for statistics that rest on more than their places."""
    found = finding.evidence(index)
    if finding.id in RATIOS and column in ("share", "passives"):
        above, below = (len(finding.evidence(index, name)) for name in RATIOS[finding.id])
        return above / below * (100 if column == "passives" else 1)
    if column in ("same_share", "one_share", "opposite_share"):
        return len(finding.evidence(index, column)) / len(finding.evidence(index, "n_sentences"))
    if column == "per_1000":
        return found[found["kind"] == "article"]["value"].mean()
    if column == "weight":
        (weight,) = set(found["value"])
        return weight
    if column in ("tone_before", "tone_after"):
        return finding.evidence(index, column)["value"].mean()
    if column == "tone":
        return mean_of_articles(of_sentences(finding, index))
    if column == "difference" and finding.id.endswith("side-by-side"):
        return beside_others(finding.evidence(index, column), finding.rows[index][0])
    if column == "difference":
        means = of_sentences(finding, index).groupby(["article_id", "label"])["value"].mean().unstack()
        left, right = ("headline", "body") if finding.id == "headline-against-body" else (finding.rows[index][1], "what it says itself")
        return (means[left] - means[right]).mean()
    if column == "share":  # of the articles that changed materially the answer is "present" too
        answers = found[found["kind"] == "article"]
        wanted = ["present", "weak"] if "present or weak" in finding.rows[index] else ["present"]
        return answers["label"].isin(wanted).mean()
    if column in ("precision", "recall"):
        both = len(finding.evidence(index, "n_both"))
        return both / len(finding.evidence(index, "n_candidates" if column == "precision" else "n_people"))
    if column == "others_share":
        return sum(len(finding.evidence(index, name)) for name in ("n_quoted", "n_reported")) / len(found)
    return None


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name != "00-ingest"])
def test_every_mean_and_share_can_be_computed_again_from_its_evidence(name: str, findings: list[Finding]) -> None:
    checked = set()
    for finding in findings:
        for index, column, value in numbers(finding):
            again = recomputed(finding, index, column.name)
            if again is None:
                assert column.kind == "count" or column.name in ("z", "shift", "alpha") or column.name.endswith(("_low", "_high")), (finding.id, column.name)
            else:
                digits = DIGITS[column.kind]
                assert math.isclose(round(again, digits), value, abs_tol=1e-9), (finding.id, finding.rows[index], again)
                checked.add((finding.id, column.name))
    assert checked


@pytest.mark.parametrize("name", ["30-charts"])
def test_words_go_with_their_sentences(name: str, findings: list[Finding]) -> None:
    definitions = next(finding for finding in findings if finding.id == "tone-other-definitions")
    place = ["article_id", "version", "sentence"]
    for index in range(len(definitions.rows)):
        found = definitions.evidence(index)
        words, sentences = found[found["kind"] == "tone_word"], found[found["kind"] == "sentence"]
        assert len(words) and pd.MultiIndex.from_frame(words[place]).isin(pd.MultiIndex.from_frame(sentences[place])).all()
        assert set(sentences["definition"]) == {definitions.rows[index][1]}
    time = next(finding for finding in findings if finding.id == "tone-over-time")
    whole_weeks = [index for index, row in enumerate(time.rows) if row[0] == ALL]
    assert sum(len(time.evidence(index)) for index in whole_weeks) == len(time.evidence())


def made(**changes: object) -> Finding:
    articles = pd.DataFrame(
        {"article_id": ["a", "b", "c"], "version": [1, 1, 2], "outlet": ["Bell", None, "Bell"], "published_on": ["2026-03-02", None, None],
         "url": ["https://bell.example/a", None, None], "n_characters": [5, 6, 7], "headline": ["A", None, "C"]}
    )  # fmt: skip
    given = {
        "id": "made", "takeaway": "t", "subtitle": "s", "n": {"articles": 3}, "interval": "none", "method": Method(text="m"), "source": "s",
        "columns": (Column("headline", "Headline", "text"), Column("n", "n", "count")), "rows": [["A", 1], [None, 1], ["C", 1]],
        "places": Places(lambda: whole(articles, headline=articles["headline"]), lambda: articles, ("headline",)), **changes,
    }  # fmt: skip
    return Finding(**given)


def test_a_row_without_a_name_has_its_own_evidence() -> None:
    assert [list(made().evidence(index)["article_id"]) for index in range(3)] == [["a"], ["b"], ["c"]]
    assert list(made().evidence()["outlet"]) == ["Bell", "outlet unknown", "Bell"]


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(FindingError, match="no row 3") as raised:
        made().evidence(3)
    assert "counted from 0" in str(raised.value)
    with pytest.raises(FindingError, match="no column 'm'"):
        made().evidence(0, "m")
    with pytest.raises(FindingError, match="without the places"):
        made(places=None).evidence()
    with pytest.raises(FindingError, match="tied to 'week'"):
        made(places=Places(lambda: None, lambda: None, ("week",)))
    lost = pd.DataFrame({"article_id": ["z"], "version": [1], "n_characters": [3]})
    with pytest.raises(FindingError, match="does not know"):
        made(places=Places(lambda: whole(lost, headline="A"), made().places.about, ("headline",))).evidence()


def test_an_outlet_below_the_bar_has_no_figure_and_its_evidence_all_the_same(sample: Desk) -> None:
    bench = Workbench(sample)
    measured = bench.measure("tone", selection=bench.select(as_of="2026-03-24"))
    counts = measured.articles["outlet"].value_counts()
    bar = int(np.sort(counts.to_numpy())[-2])
    finding = tone.by_outlet(measured, min_articles=bar, source="s")
    below = [index for index, row in enumerate(finding.rows) if row[1] is None]
    assert below and all(finding.evidence(index)["article_id"].nunique() == finding.rows[index][4] for index in below)


def test_a_selection_without_articles_gives_findings_that_say_so(sample: Desk) -> None:
    bench = Workbench(sample)
    chosen = bench.select(date_from="2020-01-01", date_to="2020-01-02")
    measured = bench.measure("tone", "frames", selection=chosen)
    for finding in (
        tone.by_outlet(measured, min_articles=5, source="s"), tone.arc(measured, tone.longest_article(measured), source="s"),
        framing.by_voice(measured, source="s"), wording.keyness(measured, wording.pair(measured), source="s"),
    ):  # fmt: skip
        assert finding.status == "not_assessable" and finding.to_json()["evidence_n"] == 0
    assert coverage.attrition(chosen, source="s").rows[-1][2] == 0
    assert coverage.provenance(measured, source="s").evidence().empty


def test_an_article_without_a_headline_is_no_evidence_of_the_difference_from_headlines(sample: Desk) -> None:
    bench = Workbench(sample)
    measured = bench.measure("tone", selection=bench.select(as_of="2026-03-24"))
    sentences = measured.rows("sentences", "sentences")
    lost = tone.article_tone(measured, parts=("headline",)).iloc[0]["article_id"]
    kept = sentences[(sentences["article_id"] != lost) | (sentences["part"] != "headline")]
    measured._made = {("rows", "sentences", "sentences"): kept}
    finding = tone.headline_against_body(measured, min_articles=5, source="s")
    assert lost not in set(finding.evidence()["article_id"]) and lost in set(tone.article_tone(measured)["article_id"])
