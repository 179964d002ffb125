"""The whole evidence beside a page: what a kernel writes, the publisher offers, and nothing else passes."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from lxml import html
from nutgraf.errors import PublishError
from nutgraf.findings import Finding
from nutgraf.findings.finding import MIME
from nutgraf.findings.places import Places
from nutgraf.findings.saving import FOLDER_VARIABLE, save
from nutgraf.publish import exporter
from nutgraf.publish.excerpts import Excerpts
from nutgraf.publish.exporter import Page, ReportExporter, read_page, render_page
from nutgraf.publish.figures import add_downloads

from tests.test_publish import cell, finding, notebook

ARTICLES = pd.DataFrame(
    {"article_id": ["a1", "b2"], "version": [1, 1], "outlet": ["Courier", "=Bell"], "published_on": ["2026-03-02", None],
     "url": ["https://courier.example/dam", None]}
)  # fmt: skip
ABOUT = {"title": "t", "site_title": "s", "language": "en", "version": None, "published_at": None}
SPANS = pd.DataFrame(
    {"article_id": ["b2", "a1", "a1"], "version": 1, "sentence": [None, 2, 2], "start": [0, 7, 3], "end": [9, 9, 6], "kind": "tone_word",
     "value": [None, -1.5, 2.0], "rule": ["vader:x", "vader:good", "vader:bad"], "measure": "tone"}
)  # fmt: skip


def places(spans: pd.DataFrame = SPANS) -> Places:
    return Places(lambda: spans.copy(), lambda: ARTICLES, ("outlet",), texts=lambda: {("a1", 1): "secret words", ("b2", 1): "hidden text"})


def rested(id: str = "tone", **changes: object) -> Finding:
    return finding(id, places=places(), **changes)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder that a run names."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "evidence"))
    return tmp_path / "evidence"


def page_of(folder: Path | None, *cells: object) -> Page:
    return read_page(notebook(*cells), "page", Excerpts({}, 25), folder)


def test_a_kernel_writes_ids_offsets_numbers_labels_and_rules_but_no_text(kernel: Path) -> None:
    _, metadata = rested()._repr_mimebundle_()
    about = metadata[MIME]["evidence"]
    (path,) = kernel.iterdir()
    assert path.name == f"{about['sha256']}.parquet" and about["n"] == 3
    table = pq.read_table(path)
    assert "text" not in table.column_names
    assert table.column("start").to_pylist() == [3, 7, 0] and table.column("value").to_pylist() == [2.0, -1.5, None]
    assert table.column("outlet").to_pylist() == ["Courier", "Courier", "=Bell"]
    assert not any(word in path.read_bytes() for word in (b"secret", b"hidden"))


def test_the_same_places_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = save(places().frame(), tmp_path / "1"), save(places(SPANS.iloc[::-1]).frame(), tmp_path / "2")
    assert first == second
    other = save(places(SPANS.assign(start=SPANS["start"] + 1)).frame(), tmp_path / "2")
    assert other["sha256"] != first["sha256"]


def test_nothing_is_written_outside_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _, metadata = rested()._repr_mimebundle_()
    assert "evidence" not in metadata[MIME] and not list(tmp_path.iterdir())


def test_a_page_offers_all_places_once_for_findings_that_share_them(kernel: Path) -> None:
    shown = page_of(kernel, cell(rested()), cell(rested("again", examples=())))
    files = [name for name in shown.files if "places-" in name]
    assert len(files) == 2, "one Parquet and one CSV file for both"
    tree = html.fromstring(render_page(shown, [shown], ABOUT))
    for id in ("tone", "again"):
        links = tree.xpath(f"//section[@id='{id}']//details[@class='evidence']//a[contains(@href, 'places-')]")
        assert [link.get("href") for link in links] == files
        assert [link.get("download") for link in links] == [f"page.{id}.places.parquet", f"page.{id}.places.csv"]
    said = " ".join(tree.xpath("//section[@id='again']//details[@class='evidence']")[0].text_content().split())
    assert said.startswith("Evidence: 3 places to download") and "All 3 places" in said and "its column outlet says in which rows" in said
    rows = list(csv.DictReader(io.StringIO(shown.files[files[1]])))
    assert [row["start"] for row in rows] == ["3", "7", "0"] and rows[1]["value"] == "-1.5" and rows[2]["value"] == ""
    assert rows[2]["outlet"] == "'=Bell", "no spreadsheet takes it for a formula"


def test_a_long_table_is_offered_as_parquet_alone(kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporter, "CSV_PLACES", 2)
    shown = page_of(kernel, cell(rested()))
    assert [name.rpartition(".")[2] for name in shown.files if "places-" in name] == ["parquet"]


def test_evidence_that_is_not_what_the_kernel_wrote_is_refused(kernel: Path) -> None:
    made = cell(rested())
    (path,) = kernel.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole + b"x")
    with pytest.raises(PublishError, match="'tone': its evidence is not what the notebook wrote"):
        page_of(kernel, made)
    path.unlink()
    with pytest.raises(PublishError, match="its evidence is not there"):
        page_of(kernel, made)
    path.write_bytes(whole)
    made["outputs"][0]["data"][MIME]["evidence_n"] = 4
    with pytest.raises(PublishError, match="3 places, the finding rests on 4"):
        page_of(kernel, made)


def test_without_the_folder_a_page_shows_the_chosen_places_alone(kernel: Path) -> None:
    made = cell(rested())
    assert not [name for name in page_of(None, made).files if "places-" in name]
    body, _ = ReportExporter().from_notebook_node(notebook(made))
    assert "Places shown here" in body and "All 3 places" not in body


def test_a_table_downloads_as_parquet_with_its_types() -> None:
    shown, again = page_of(None, cell(finding())), page_of(None, cell(finding()))
    add_downloads([shown])
    add_downloads([again])
    table = pq.read_table(io.BytesIO(shown.files["data/page.tone.parquet"]))
    assert table.to_pydict() == {
        "outlet": ["Courier", "Bell"], "tone": [0.2, -0.1], "low": [0.1, -0.2], "high": [0.3, 0.1], "n": [10, 9], "note": [None, None],
    }  # fmt: skip
    assert [str(kind) for kind in table.schema.types] == ["string", "double", "double", "double", "int64", "string"]
    assert shown.files["data/page.tone.parquet"] == again.files["data/page.tone.parquet"]


def test_a_card_names_the_command_that_shows_its_place() -> None:
    shown = page_of(None, cell(finding()))
    body = render_page(shown, [shown], ABOUT)
    assert re.search(r"<code>nutgraf show a1 --version 1 --span 100:133</code>", body)


def test_a_run_publishes_the_whole_evidence_of_every_finding(finished) -> None:
    folder = finished.site / "editions" / "sample"
    links = 0
    for page in folder.glob("*.html"):
        tree = html.fromstring(page.read_text(encoding="utf-8"))
        for section in tree.xpath("//section[contains(@class, 'finding') and not(contains(@class, 'cannot'))]"):
            (link,) = section.xpath(".//a[contains(@href, 'places-') and contains(@href, '.parquet')]/@href")
            said = re.search(r"All ([\d,]+) places", section.text_content())
            assert pq.read_table(folder / link).num_rows == int(said[1].replace(",", "")), section.get("id")
            links += 1
    files = {path.name for path in (folder / "data").glob("places-*.parquet")}
    assert len(files) < links, "findings that rest on the same places share a file"
