"""What people put right by hand: how the file is read, what it lays over the articles, what reports and freshness keys say of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from nutgraf.desk import Desk
from nutgraf.erasures import Tombstone, note
from nutgraf.errors import InputError
from nutgraf.findings.by_hand import by_hand
from nutgraf.findings.coverage import attrition
from nutgraf.ingesting import Report, derive
from nutgraf.jupyter import Workbench, inputs_of
from nutgraf.overrides import AS_READ, Override, Overrides, copy_decisions, read, say
from nutgraf.runs.runner import run
from nutgraf.stories import bring_up_to_date

from tests.test_cli import nutgraf
from tests.test_why import article, because, copy, file, made, new_desk, read_in  # noqa: F401 - two are fixtures

OSLO = ZoneInfo("Europe/Oslo")
A, B, C = "3fa9c1d2e4b50617", "9ac01b7d5e3f2486", "00000000000000ff"
HEADER = "article,field,value,who,why,at\n"


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.csv").write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder / "overrides.csv"


def id_of(desk: Desk, headline: str) -> str:
    rows = desk.store.read("articles", ["article_id", "headline"]).to_pylist()
    return next(row["article_id"] for row in rows if row["headline"] == headline)


# The file ----------------------------------------------------------------------------------------------------------------


def test_no_file_is_no_override(tmp_path: Path) -> None:
    assert Overrides.load(tmp_path, OSLO).all == ()


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_a_spreadsheet_saves_is_read(tmp_path: Path, sign: str, ending: str) -> None:
    lines = [HEADER.strip().split(","), [A, "outlet", "The Bell", "ada", f'"a{sign}b"', ""], [""] * 6, [A, "byline", "none", "ada", "staff", "2026-11-27"]]
    text = "\ufeff" + ending.join(sign.join(line) for line in lines)
    (tmp_path / "overrides.csv").write_bytes(text.encode())
    found = read(tmp_path / "overrides.csv", OSLO)
    assert [one[:5] for one in found] == [(A, "outlet", "The Bell", "ada", f"a{sign}b"), (A, "byline", "none", "ada", "staff")]
    assert [one.line for one in found] == [2, 4]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (f"{A},outlet,The Bell,ada", r"line 2: 4 columns, 6 needed"),
        (f"{A},outlet,The Bell, and more,ada,why,", r"line 2: 7 columns, 6 needed.*quotation marks"),
        ("3.10E+15,outlet,The Bell,ada,why,", r"line 2: '3.10E\+15' is no article id.*spreadsheet made a number"),
        (f"{A.upper()},outlet,The Bell,ada,why,", r"is no article id.*sixteen characters"),
        (f"{A},author,The Bell,ada,why,", r"line 2: 'author' is no field.*use one of published_at, byline"),
        (f"{A},outlet,The Bell,,why,", r"line 2: nobody says who.*fill in both"),
        (f"{A},outlet,The Bell,ada,,", r"line 2: nobody says why"),
        (f"{A},outlet,,ada,why,", r"there is no value.*'none'.*'as read'"),
        (f"{A},outlet,none,ada,why,", r"an article has an outlet"),
        (f"{A},published_at,14/03/2026,ada,why,", r"line 2: published_at: '14/03/2026' is no day or moment.*2026-03-14.*a spreadsheet"),
        (f"{A},published_at,2026-02-30,ada,why,", r"'2026-02-30' is no day"),
        (f"{A},published_at,20260314T0930,ada,why,", r"is no day or moment"),
        (f"{A},status,withdrawn,ada,why,", r"'withdrawn' is no status.*kept or quarantined"),
        (f"{A},copy,yes,ada,why,", r"copy: 'yes' is no article id"),
        (f"{A},copy,{A},ada,why,", r"no copy of itself"),
        (f"{A},outlet,The Bell,ada,why,27.11.2026", r"at: '27.11.2026' is no day"),
        (f"{A},headline,{'x' * 2001},ada,why,", r"2,001 characters"),
        (f'{A},headline,"two\nlines",ada,why,', r"line 3: headline: it holds a line break"),
        (f'{A},headline,"open,ada,why,', r"line 2: this is no CSV.*quotation marks"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_and_none_counts(tmp_path: Path, line: str, what: str) -> None:
    path = written(tmp_path, line, f"{B},outlet,The Courier,ada,why,") if '"open' not in line else written(tmp_path, line)
    with pytest.raises(InputError, match=f"(?i){what}") as told:
        Overrides.load(tmp_path, OSLO)
    assert "data/decisions/overrides.csv" in str(told.value) and "No line of it counts" in str(told.value) and path.exists()


def test_several_wrong_lines_are_all_named(tmp_path: Path) -> None:
    written(tmp_path, f"{A},x,y,ada,why,", f"{A},outlet,y,ada,why,", f"{A},status,y,ada,why,", f"{A},copy,y,ada,why,")
    with pytest.raises(InputError, match=r"line 2: 'x' is no field.*wrong lines 4, 5 too"):
        Overrides.load(tmp_path, OSLO)


@pytest.mark.parametrize("header", ["article,field,value,who,why\n", "", "id;field;value;who;why;at\n"])
def test_other_columns_are_refused(tmp_path: Path, header: str) -> None:
    written(tmp_path, header=header)
    with pytest.raises(InputError, match=r"(?i)line 1: its columns are .*they must be article, field, value, who, why, at"):
        Overrides.load(tmp_path, OSLO)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "overrides.csv").write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(InputError, match="not in UTF-8"):
        Overrides.load(tmp_path, OSLO)


def test_later_lines_win_and_can_be_taken_back(tmp_path: Path) -> None:
    written(tmp_path, f"{A},outlet,One,ada,why,", f"{A},outlet,Two,bo,why,", f"{B},outlet,Three,ada,why,", f"{B},outlet,{AS_READ},bo,why,")
    held = Overrides.load(tmp_path, OSLO)
    assert {key: one.value for key, one in held.current.items()} == {(A, "outlet"): "Two"} and len(held.all) == 4
    assert [one.article for one in held.unknown([B])] == [A] and held.unknown([A]) == []


def test_copies_that_people_know(tmp_path: Path) -> None:
    written(
        tmp_path, f"{B},copy,{A},ada,why,", f"{A},copy,{B},ada,why,", f"{C},copy,none,ada,why,", f"{'1' * 16},copy,{C},ada,why,"
    )
    assert copy_decisions(Overrides.load(tmp_path, OSLO)) == ([(A, B)], [C])


def test_writing_keeps_the_manner_of_the_file(tmp_path: Path) -> None:
    one = Override(A, "byline", "Ida Moen; Per Vik", "ada", 'she said "both"', "2026-11-27T09:15:00Z")
    say(tmp_path / "new", one, OSLO)
    assert (tmp_path / "new" / "overrides.csv").read_text() == HEADER + f'{A},byline,Ida Moen; Per Vik,ada,"she said ""both""",2026-11-27T09:15:00Z\n'
    (tmp_path / "overrides.csv").write_bytes((HEADER.replace(",", ";").replace("\n", "\r\n") + f"{A};outlet;One;ada;why;").encode())
    say(tmp_path, one, OSLO)
    assert (tmp_path / "overrides.csv").read_bytes().endswith(b"\r\n" + f'{A};byline;"Ida Moen; Per Vik";ada;"she said ""both""";2026-11-27T09:15:00Z\r\n'.encode())
    assert [one.value for one in read(tmp_path / "overrides.csv", OSLO)] == ["One", "Ida Moen; Per Vik"]
    before = (tmp_path / "overrides.csv").read_bytes()
    with pytest.raises(InputError, match="is no status"):
        say(tmp_path, one._replace(field="status"), OSLO)
    assert (tmp_path / "overrides.csv").read_bytes() == before


# Rows ----------------------------------------------------------------------------------------------------------------------


def table(**more: list) -> pa.Table:
    moment = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
    columns = {
        "article_id": [A, A, B], "version": [1, 2, 1], "published_at": pa.array([moment, moment, None], pa.timestamp("us", "UTC")),
        "published_from": ["meta", "meta", None], "published_precision": ["minute", "minute", None], "published_offset": ["+01:00", None, None],
        "outlet": ["Bell", "Bell", "Courier"], "status": ["kept", "quarantined", "quarantined"], "status_reason": [None, "odd", "the text is empty"],
        "n_words": [100, 100, 0],
    }  # fmt: skip
    return pa.table({**columns, **more})


def over(*lines: tuple[str, str, str]) -> tuple[list[dict], dict]:
    given = tuple(Override(*line, "ada", "why", "") for line in lines)
    found, as_read = Overrides(given, OSLO).over(table())
    return found.to_pylist(), as_read


def test_a_date_is_laid_over_every_version() -> None:
    rows, as_read = over((A, "published_at", "2026-03-14"), (B, "published_at", "2026-03-14T09:30"))
    assert [row["published_at"] for row in rows] == [datetime(2026, 3, 14, 11, tzinfo=UTC)] * 2 + [datetime(2026, 3, 14, 8, 30, tzinfo=UTC)]
    assert [row["published_precision"] for row in rows] == ["day", "day", "minute"]
    assert {row["published_from"] for row in rows} == {"put right by hand"} and rows[0]["published_offset"] is None
    assert as_read[A, 1]["published_at"] == datetime(2026, 3, 3, 9, 30, tzinfo=UTC) and as_read[B, 1]["published_at"] is None
    rows, _ = over((A, "published_at", "none"))
    assert rows[0]["published_at"] is rows[0]["published_from"] is None


def test_an_article_without_words_stays_set_aside() -> None:
    rows, as_read = over((A, "status", "kept"), (B, "status", "kept"))
    assert [(row["status"], row["status_reason"]) for row in rows] == [("kept", None)] * 2 + [("quarantined", "the text is empty")]
    assert as_read[A, 2] == {"status": "quarantined", "status_reason": "odd"} and not as_read[B, 1]
    rows, _ = over((A, "status", "quarantined"))
    assert [row["status_reason"] for row in rows] == ["set aside by hand", "set aside by hand", "the text is empty"]


def test_what_nobody_put_right_is_the_same_table() -> None:
    plain = table()
    assert Overrides((Override(C, "outlet", "X", "ada", "why", ""),), OSLO).over(plain)[0] is plain


# A desk --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made_now = new_desk(tmp_path / "desk")
    read_in(made_now.root)
    return Desk(made_now.root)


WINDOW = {"date_from": "2026-03-02", "date_to": "2026-03-08"}


def put(desk: Desk, headline: str, field: str, value: str) -> str:
    name = id_of(desk, headline)
    say(desk.decisions, Override(name, field, value, "ada", "the page says so", "2026-11-27T09:15:00Z"), desk.timezone)
    return name


def test_the_selection_sees_what_was_put_right_and_the_table_what_was_read(desk: Desk) -> None:
    before = desk.select(**WINDOW)
    raw = desk.store.read("articles").to_pylist()
    inputs = {item.article_id: item for item in inputs_of(desk, before)}
    put(desk, "Story one", "outlet", "The Harbour Bell")
    put(desk, "Story two", "published_at", "2026-04-02")
    put(desk, "Story far", "published_at", "2026-03-04")
    put(desk, "Story three", "status", "quarantined")
    after = desk.select(**WINDOW)
    assert {row["headline"]: row["outlet"] for row in after.articles.to_pylist()} == {"Story one": "The Harbour Bell", "Story far": "Bell"}
    assert ("set aside: set aside by hand", 1, 3) in after.attrition and ("published outside the window", 1, 2) in after.attrition
    assert desk.store.read("articles").to_pylist() == raw
    assert inputs_of(desk, after.only({key for key in after.keys if key[0] in inputs}, "x")) == [inputs[id_of(desk, "Story one")]]
    assert {(one.headline, one.override.field, one.as_read) for one in after.put_right} == {
        ("Story one", "outlet", "Bell"), ("Story two", "published_at", "2026-03-03T11:00:00+00:00"),
        ("Story far", "published_at", "2026-04-01T10:00:00+00:00"), ("Story three", "status", "kept"),
    }  # fmt: skip
    assert [row["outlet"] for row in Workbench(desk).articles().to_dict("records") if row["headline"] == "Story one"] == ["The Harbour Bell"]
    with pytest.raises(Exception, match="unknown outlet 'Courier'"):
        put(desk, "Story three", "outlet", "Bell")
        desk.select(outlets=["Courier"])


def test_what_does_not_touch_a_selection_is_not_told_there(desk: Desk) -> None:
    put(desk, "Story far", "published_at", "2026-04-03")
    put(desk, "Story far", "byline", "Ida Moen")
    assert desk.select(**WINDOW).put_right == [] and len(desk.select().put_right) == 2


def test_a_copy_that_people_named_is_told_where_it_is_left_out(desk: Desk) -> None:
    put(desk, "Story two", "copy", id_of(desk, "Story one"))
    derive(desk, Report())
    for copies in ("once", "all", "none"):
        assert [(one.headline, one.override.field) for one in desk.select(copies=copies).put_right] == [("Story two", "copy")], copies


def test_a_file_that_cannot_be_read_stops_the_selection(desk: Desk) -> None:
    desk.select()
    written(desk.decisions, f"{A},x,y,ada,why,")
    with pytest.raises(InputError, match="line 2: 'x' is no field"):
        desk.select()


def test_findings_show_who_put_right_what(desk: Desk) -> None:
    put(desk, "Story one", "published_at", "2026-03-05")
    put(desk, "Story three", "published_at", "2026-03-06T08:00Z")
    put(desk, "Story three", "outlet", "The Courier")
    selection = desk.select(**WINDOW)
    shown = attrition(selection, source="s")
    assert shown.takeaway == "3 of 4 articles are analysed here; put right by hand: 2 dates and 1 outlet"
    assert "as read: 2026-03-03 12:00 (ada: the page says so)" in shown.method.text
    listed = by_hand(selection, source="s")
    assert listed.takeaway == "Put right by hand: 2 dates and 1 outlet" and dict(listed.n) == {"articles": 2, "corrections": 3}
    assert ["date of publication", "Story one", "Bell", "2026-03-03 12:00", "2026-03-05", "ada", "the page says so"] in listed.rows


def test_without_overrides_nothing_is_said(desk: Desk) -> None:
    selection = desk.select(**WINDOW)
    assert attrition(selection, source="s").takeaway == "3 of 4 articles are analysed here"
    assert by_hand(selection, source="s").takeaway == "Nothing was put right by hand" and by_hand(selection, source="s").rows == []


def test_stories_follow_a_corrected_date(desk: Desk) -> None:
    from nutgraf.measuring import Registry

    registry = Registry(desk.measure_options)
    with desk.store.lock("test"):
        assert bring_up_to_date(desk, registry) is not None and bring_up_to_date(desk, registry) is None
        put(desk, "Story one", "published_at", "2025-01-01")
        assert bring_up_to_date(desk, registry) is not None


# Runs ----------------------------------------------------------------------------------------------------------------------


def test_an_override_touches_its_editions_alone_and_why_says_so(copy: Path) -> None:  # noqa: F811
    desk = Desk(copy)
    put(desk, "Story far", "byline", "Ida Moen")
    assert because(copy) == [], "that article is in no edition"
    put(desk, "Story one", "published_at", "2026-03-05")
    assert because(copy) == [
        "1 article with another date, put right by hand, from Bell: “Story one”",
        "data/decisions/overrides.csv: articles of it were put right by hand",
    ]
    assert run(Desk(copy), say=lambda line: None).exit_code == 0
    assert because(copy) == []
    put(desk, "Story one", "published_at", AS_READ)
    assert "data/decisions/overrides.csv: corrections by hand that touched it were taken back" in because(copy)


def test_another_reason_alone_is_a_change(copy: Path) -> None:  # noqa: F811
    desk = Desk(copy)
    put(desk, "Story one", "published_at", "2026-03-05")
    run(Desk(copy), say=lambda line: None)
    name = id_of(desk, "Story one")
    say(desk.decisions, Override(name, "published_at", "2026-03-05", "bo", "another reason", ""), desk.timezone)
    assert because(copy) == ["data/decisions/overrides.csv: other corrections by hand touch it"]


def test_a_run_says_what_is_wrong_and_what_is_unknown(copy: Path) -> None:  # noqa: F811
    page = (copy / "site/editions/week/index.html").read_bytes()
    written(copy / "data/decisions", f"{A},x,y,ada,why,")
    with_stories = json.loads((copy / "notebooks/a.ipynb").read_text())
    with_stories["metadata"]["nutgraf"]["needs"].append("openings")
    (copy / "notebooks/a.ipynb").write_text(json.dumps(with_stories))
    outcome = run(Desk(copy), say=lambda line: None)
    assert outcome.states == {"week": "failed"} and outcome.exit_code and "overrides.csv, line 2: 'x' is no field" in outcome.errors["week"]
    assert (copy / "site/editions/week/index.html").read_bytes() == page
    written(copy / "data/decisions", f"{A},outlet,y,ada,why,")
    note(copy / "data/decisions", Tombstone(C, (), None, (), "why", "ada", "2026-11-27T09:15:00Z", False))
    said: list[str] = []
    assert run(Desk(copy), say=said.append).exit_code == 0
    assert f"data/decisions/overrides.csv, line 2: no article {A} on this desk: the line counts when it comes in" in said
    assert f"the erasure of {C} was cut short: 'nutgraf erase {C}' goes on with it" in said


# The command ---------------------------------------------------------------------------------------------------------------


def test_the_command(desk: Desk) -> None:
    name = id_of(desk, "Story one")
    done = nutgraf(desk.root, "override", name[:8], "outlet", "The Harbour Bell", "--why", "renamed in May", "--who", "ada")
    assert done.returncode == 0 and done.stdout == f"{name}: outlet: The Harbour Bell; reports that it touches follow with the next run\n", done.stderr
    assert read(desk.decisions / "overrides.csv", OSLO)[0][:5] == (name, "outlet", "The Harbour Bell", "ada", "renamed in May")
    written(desk.decisions, f"{name},outlet,Once,ada,why,", f"{name},outlet,Twice,ada,why,", f"{C},byline,none,ada,why,")
    listed = nutgraf(desk.root, "override", "list")
    assert listed.stdout == (
        f"{C}  byline: none  (ada: why)  (no such article on this desk: it counts when it comes in)\n"
        f"{name}  outlet: Twice  (ada: why)\n2 corrections; 1 earlier line no longer count\n"
    )
    shown = nutgraf(desk.root, "show", name)
    assert "Twice" in shown.stdout and "put right by hand: outlet: Twice (ada: why)" in shown.stdout
    for given, words in (
        ((name, "author", "x"), "'author' is no field"), (("ffffff", "outlet", "x"), "no such article"),
        ((name, "published_at", "May"), "'May' is no day or moment"), ((name, "copy", name), "no copy of itself"),
    ):  # fmt: skip
        refused = nutgraf(desk.root, "override", *given, "--why", "w")
        assert refused.returncode == 2 and words in refused.stderr and "was " in refused.stderr
