"""Codes: nothing that a coder said is lost, agreement is Krippendorff's, and what cannot be read is said by line."""

from __future__ import annotations

import doctest
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance
from nutgraf import codes, exchange
from nutgraf.cli.commands import nutgraf
from nutgraf.codebooks import load
from nutgraf.codes import Code, Unit
from nutgraf.coding import articles
from nutgraf.coding.articles import CodedArticles, agreement_of
from nutgraf.compare import agreement as measure
from nutgraf.compare.agreement import agreement, differ, sets_apart
from nutgraf.compare.coders import by_frame, disagreements, of_main, of_sets
from nutgraf.desk import Desk
from nutgraf.errors import InputError

from tests.conftest import copied

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOOK = load("generic-frames")
ANSWERS = st.lists(st.dictionaries(st.sampled_from(["ada", "ben", "cleo"]), st.sampled_from(["conflict", "morality", "none"]), max_size=3), max_size=12)
SETS = st.frozensets(st.sampled_from(["conflict", "morality", "human_interest"]), min_size=1)


def code(article: str, coder: str, *frames: str, **more: object) -> Code:
    given_fields = {"main": None, "coded_at": NINE} | more
    return Code("generic-frames", "1", Unit(article, 1), frozenset(frames), coder=coder, **given_fields)


def test_docstrings() -> None:
    assert doctest.testmod(measure).failed == doctest.testmod(articles).failed == 0


def test_the_newest_answer_counts_and_no_other_is_lost(tmp_path: Path) -> None:
    first, second = code("a", "ada", "conflict"), code("a", "ada", "morality", note="on a second reading — “blame”")
    codes.append(tmp_path / "codes", [first, code("a", "Ben van Ost"), code("b", "ada", "conflict")])
    codes.append(tmp_path / "codes", [second, code("b", "ada", "conflict", is_withdrawn=True)])
    assert list(codes.history(tmp_path / "codes"))[0] == first
    assert codes.current(tmp_path / "codes") == [code("a", "Ben van Ost"), second]
    assert codes.current(tmp_path / "codes", "policy-frames") == [] == codes.current(tmp_path / "nowhere")
    assert sorted(path.name for path in (tmp_path / "codes").iterdir()) == ["ada.jsonl", "ben_van_ost.jsonl"]
    for name in ("../ada", "", " ", "a/b", "a\0", "x" * 41, "ada\n"):
        with pytest.raises(InputError, match="can be no coder's name"):
            codes.append(tmp_path / "codes", [code("a", name)])


def test_a_line_cut_short_costs_no_other(tmp_path: Path) -> None:
    codes.append(tmp_path, [code("a", "ada", "conflict"), code("b", "ada")])
    file = tmp_path / "ada.jsonl"
    file.write_bytes(file.read_bytes()[:-30])
    assert [one.unit.article_id for one in codes.current(tmp_path)] == ["a"]
    codes.append(tmp_path, [code("c", "ada")])
    assert [one.unit.article_id for one in codes.current(tmp_path)] == ["a", "c"]
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0][:-30] + b"\n" + lines[1])
    with pytest.raises(InputError, match="line 1"):
        codes.current(tmp_path)  # in the middle of a file somebody must look


@pytest.mark.parametrize("field, value", [("version", "1"), ("start", 3), ("frames", "conflict"), ("coded_at", "2026-03-02T09:00"), ("is_withdrawn", 0)])
def test_a_damaged_line_is_named(tmp_path: Path, field: str, value: object) -> None:
    line = code("a", "ada", "conflict").as_dict() | {field: value}
    (tmp_path / "ada.jsonl").write_text(json.dumps(line) + "\n" + json.dumps(code("b", "ada").as_dict()) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"codes/ada.jsonl, line 1"):
        codes.current(tmp_path)


@settings(deadline=None, max_examples=150)
@given(ANSWERS)
def test_alpha_is_nltks_with_missing_answers_too(units: list[dict[str, str]]) -> None:
    found = agreement(units, draws=20)
    shared = [unit for unit in units if len(unit) > 1]
    assert found.n_units == len(shared)
    if len({answer for unit in shared for answer in unit.values()}) < 2:
        assert found.alpha is found.low is found.high is None and found.reason
        return
    rows = [(coder, at, answer) for at, unit in enumerate(shared) for coder, answer in unit.items()]
    assert found.alpha == pytest.approx(AnnotationTask(rows).alpha(), abs=1e-9)
    pairs = [(one, other) for unit in shared for one in unit for other in unit if one < other]
    same = sum(unit[one] == unit[other] for unit in shared for one in unit for other in unit if one < other)
    assert found.n_pairs == len(pairs) and found.agreed == pytest.approx(same / len(pairs))


@settings(deadline=None, max_examples=80)
@given(st.lists(st.dictionaries(st.sampled_from(["ada", "ben", "cleo"]), SETS, max_size=3), max_size=10))
def test_alpha_of_sets_is_nltks(units: list[dict[str, frozenset[str]]]) -> None:
    found = agreement(units, sets_apart, draws=20)
    shared = [unit for unit in units if len(unit) > 1]
    if found.alpha is not None:
        rows = [(coder, at, answer) for at, unit in enumerate(shared) for coder, answer in unit.items()]
        assert found.alpha == pytest.approx(AnnotationTask(rows, distance=masi_distance).alpha(), abs=1e-9)
    for unit in units:
        for one in unit.values():
            assert sets_apart(one, frozenset({"conflict"})) == pytest.approx(masi_distance(one, frozenset({"conflict"})))


def test_an_interval_holds_its_alpha_and_narrows_with_units() -> None:
    units = [{"ada": "x" if at % 3 else "y", "ben": "x" if at % 4 else "y"} for at in range(24)]
    few, many = agreement(units), agreement(units * 8)
    assert few.low < few.alpha < few.high and many.high - many.low < few.high - few.low
    assert agreement(units) == few, "the same draws every time"
    full = agreement([{"ada": at % 2, "ben": at % 2} for at in range(10)])
    assert full.alpha == 1 and full.agreed == 1
    assert agreement([{"ada": "x"}, {"ben": "y"}]).reason == "0 shared items"
    assert agreement([{"ada": "x", "ben": "x"}] * 5)._replace(reason="") == (None, None, None, 5, 5, 1.0, "")
    assert agreement([{"ada": 1, "ben": 2}], differ).low is None


def test_what_coders_agree_on() -> None:
    held = [
        code("a", "ada", "conflict"), code("a", "ben", "conflict"), code("b", "ada", "conflict", "morality"), code("b", "ben", "morality"),
        code("c", "ada"), code("c", "ben", "human_interest"), code("d", "ada", "conflict"), code("e", "ben"), code("e", "ada"),
    ]  # fmt: skip
    conflict = next(one for one in by_frame(held, BOOK.frame_ids) if one.frame == "conflict")
    assert (conflict.both, conflict.one, conflict.none) == (1, 1, 2)
    assert conflict.agreement.n_units == 4 and conflict.agreement.agreed == 0.75
    assert [one.unit.article_id for one in disagreements(held)] == ["c", "b"]
    assert of_main(held) is None and of_sets(held).n_units == 4
    found = agreement_of(held, BOOK)
    lines = "\n".join(found.lines())
    assert "2 coders, 5 coded texts, of which 4 by two coders or more" in lines and "alpha not assessable: all codes are the same" in lines
    assert "to talk about: c version 1 (ada: none; ben: human_interest)" in lines
    assert json.loads(json.dumps(found.as_dict()))["frames"]["conflict"]["one"] == 1
    alone = agreement_of([code("a", "ada", "conflict"), code("b", "ben")], BOOK)
    assert "alpha not assessable: 0 shared items" in alone.lines()[1]


def test_codes_go_out_and_come_back(ingested: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = copied(ingested, tmp_path / "desk")
    shutil.rmtree(desk.codes)  # what readers said of the sample
    monkeypatch.chdir(desk.root)
    texts_of = CodedArticles(desk)
    (first, version), (second, _) = sorted(texts_of.texts([code(key, "x") for key in texts_of._newest]))[:2]
    rows = [
        {"article_id": first, "frames": ["conflict"], "coder": "ada"}, {"article_id": first, "label": "conflict", "coder": "Ben"},
        {"article_id": second, "frames": [], "start": 0, "end": 5},
        {"article_id": "0" * 16, "frames": []}, {"article_id": second, "frames": ["no_such"]}, {"article_id": second, "frames": [], "start": 3},
        {"article_id": second, "frames": [], "version": 99}, {"article_id": second}, [],
    ]  # fmt: skip
    file = tmp_path / "codes.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n", encoding="utf-8")
    done = CliRunner().invoke(nutgraf, ["codes", "import", str(file), "--codebook", "generic-frames", "--coder", "cleo"])
    assert done.exit_code == 1, done.output
    assert done.output.startswith("3 codes taken in; 7 lines could not be used")
    for reason in ("line 4: this desk knows no article '0000", "line 5: codebook 'generic-frames' has no frame 'no_such'", "line 6: its place 3 to None"):
        assert reason in done.output
    assert "in version 99" in done.output and "neither frames nor a label" in done.output and "line 10: this is no JSON" in done.output
    held = codes.current(desk.codes)
    assert [(one.coder, one.main, sorted(one.frames)) for one in held] == [("Ben", "conflict", ["conflict"]), ("ada", None, ["conflict"]), ("cleo", None, [])]
    out = tmp_path / "out.jsonl"
    assert CliRunner().invoke(nutgraf, ["codes", "export", str(out)]).output == "3 codes written\n"
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    text = texts_of.texts(held)[first, version].text
    assert lines[0]["text"] == text and lines[2]["text"] == texts_of.texts(held)[second, held[2].unit.version].text[:5]
    again = exchange.imported(out, BOOK, None, NINE, texts_of.newest, texts_of.length)
    assert again.codes == held and not again.set_aside
    told = CliRunner().invoke(nutgraf, ["codes", "agreement", "--codebook", "generic-frames"])
    assert told.exit_code == 0 and "3 coders, 2 coded texts, of which 1 by two" in told.output
    assert json.loads(CliRunner().invoke(nutgraf, ["codes", "agreement", "--codebook", "generic-frames", "--json"]).output)["n_units"] == 2


def test_codes_of_tone_name_a_place_and_one_code(ingested: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = copied(ingested, tmp_path / "desk")
    shutil.rmtree(desk.codes)  # what readers said of the sample
    monkeypatch.chdir(desk.root)
    article = sorted(CodedArticles(desk)._newest)[0]
    rows = [
        {"article_id": article, "start": 0, "end": 4, "label": "hostile"}, {"article_id": article, "start": 0, "end": 4, "frames": ["hostile", "friendly"]},
        {"article_id": article, "frames": ["hostile"]}, {"article_id": article, "start": 0, "end": 4, "frames": []},
        {"article_id": article, "start": 0, "end": 4, "frames": ["hostile"], "label": "neutral"},
    ]  # fmt: skip
    file = tmp_path / "codes.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for name, what in (("sentence-tone", "a sentence"), ("target-tone", "a target")):
        done = CliRunner().invoke(nutgraf, ["codes", "import", str(file), "--codebook", name, "--coder", "ada"])
        assert done.exit_code == 1 and done.output.startswith("1 codes taken in; 4 lines could not be used"), done.output
        for reason in (f"line 2: codebook '{name}' asks for exactly one of hostile, neutral, friendly, not 2", f"line 3: codebook '{name}' is about {what} in", "not 0"):
            assert reason in done.output
    told = CliRunner().invoke(nutgraf, ["codes", "agreement", "--codebook", "sentence-tone"]).output
    assert "1 coder, 1 coded text" in told and "all codes: alpha not assessable" in told and "main" not in told


def test_a_desk_without_codes_says_so(ingested: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = copied(ingested, tmp_path / "desk")
    shutil.rmtree(desk.codes)  # what readers said of the sample
    monkeypatch.chdir(desk.root)
    told = CliRunner().invoke(nutgraf, ["codes", "agreement", "--codebook", "generic-frames"])
    assert told.exit_code == 0 and "0 coders, 0 coded texts" in told.output and "0 shared items" in told.output
    assert isinstance(Desk(desk.root).codebook("policy-frames").frame_ids, tuple)
