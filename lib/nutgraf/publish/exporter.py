"""Executed notebook to page: only Markdown cells, Findings and, folded away, the code.

No HTML of an output is trusted, so an article title can run no script. A page loads nothing from elsewhere and holds no script but
the JSON-LD that describes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert.exporters.exporter import Exporter

from nutgraf.charts import WIDTHS, drawn
from nutgraf.errors import FindingError, PublishError
from nutgraf.findings import saving
from nutgraf.findings.finding import MIME
from nutgraf.numbers import shown
from nutgraf.publish.downloads import evidence_csv, figure_names, places_csv, table_csv
from nutgraf.publish.dressing import NOTHING
from nutgraf.publish.excerpts import Excerpts, cards
from nutgraf.publish.jsonld import json_ld
from nutgraf.publish.prose import Outline, dropped, highlighted, in_outline, markdown, plain_text
from nutgraf.publish.styles import policy, style_sheet
from nutgraf.publish.svg import in_page
from nutgraf.publish.templating import counts, environment, held

_REFUSED = {
    "application/javascript": "JavaScript", "text/html": "HTML", "image/svg+xml": "an SVG picture", "image/png": "a picture",
    "image/jpeg": "a picture", "image/gif": "a picture", "application/pdf": "a PDF", "text/latex": "LaTeX",
    "text/markdown": "Markdown", "application/vnd.jupyter.widget-view+json": "a widget",
}  # fmt: skip
#: A bare DataFrame brings HTML along; it is left out and listed, not refused, because notebooks are worked in, too.
_DATA_FRAME = "<style scoped>"
TABLE_ROWS = 200
_NUMBERS = ("count", "share", "score", "rate")
#: More places than this are a download for programs alone, as Parquet.
CSV_PLACES = 5_000


@dataclass
class Page:
    """One notebook as a page shows it.

    Attributes:
        name: The notebook's name without ending.
        title: The page's h1, from the notebook's first heading; None when it has none.
        lead: HTML between that heading and the next.
        answer: Takeaways of the findings that the notebook's metadata names as its answer (``nutgraf.answer``), the standfirst.
        blocks: What follows, in order.
        left_out: What the notebook shows and the page does not, one line each.
        files: Downloads by name.
        versions: Measure versions behind the findings, from the outputs' metadata.
    """

    name: str
    title: str | None = None
    lead: Markup = Markup("")
    answer: list[dict[str, Any]] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    files: dict[str, str | bytes] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Data of the findings, in order."""
        return [block["data"] for block in self.blocks if block["kind"] == "finding"]


class ReportExporter(Exporter):
    """nbconvert exporter for published reports; `resources` carries edition title, page list and times."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, dict]:
        """HTML of one notebook, as a page of its own."""
        given = dict(resources or {})
        name = given.get("metadata", {}).get("name") or "report"
        page = read_page(nb, name, Excerpts({}, given.get("excerpt_words", 25)))
        about = {"title": page.title or name, "site_title": "Nutgraf", "language": "en", "version": None, "published_at": None}
        html = render_page(page, [page], {**about, **{key: given[key] for key in about if key in given}})
        return html, {**given, "left_out": page.left_out, "output_extension": ".html"}


def read_executed(path: Any) -> Any:
    """An executed notebook."""
    return nbformat.read(path, as_version=4)


def findings_of(cells: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Data of the findings in executed cells, in order."""
    outputs = (output for cell in cells for output in cell.get("outputs", []))
    return [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]


def read_page(notebook: Mapping[str, Any], name: str, excerpts: Excerpts, evidence: Path | None = None) -> Page:
    """What a page shows of a notebook, in order, and what it leaves out.

    Args:
        notebook: The executed notebook.
        name: Its name without ending.
        excerpts: What the edition has shown of each article so far; evidence is counted there.
        evidence: Folder with the whole evidence that the notebook's kernel wrote; None offers only the places that are shown.

    Raises:
        PublishError: For a failed cell, for HTML, pictures or scripts from anything but a Finding, for two findings of one id, and for
            evidence that is not what the kernel wrote.
    """
    page, outline, hidden = Page(name), Outline(), None
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "markdown":
            hidden = None
            _prose(page, outline, cell["source"], number)
        elif cell["cell_type"] == "code":
            if cell["source"].strip():
                if hidden is None:  # cells that follow each other without anything shown share one fold
                    hidden = {"kind": "code", "cells": []}
                    page.blocks.append(hidden)
                hidden["cells"].append(Markup(highlighted(cell["source"])))
            for output in cell["outputs"]:
                finding = _finding(page, output, number)
                if finding is not None:
                    hidden = None
                    page.blocks.append(_section(page, finding, output, outline, excerpts, number, evidence))
    page.answer = [_answer(page, name) for name in notebook["metadata"].get("nutgraf", {}).get("answer", [])]
    return page


def _answer(page: Page, id: str) -> dict[str, Any]:
    """The finding that answers the page's question."""
    found = next((data for data in page.findings if data["id"] == id), None)
    if found is None:
        raise PublishError(
            f"no finding with the id '{id}', which nutgraf.answer in the notebook's metadata names", where=page.name,
            mend="name one of " + ", ".join(data["id"] for data in page.findings), not_done="nothing was published",
        )  # fmt: skip
    return found


def _prose(page: Page, outline: Outline, source: str, number: int) -> None:
    page.left_out += [f"cell {number}: <{tag}> in Markdown" for tag in dropped(source)]
    is_first = outline.title is None
    safe = in_outline(markdown(source), outline)
    if is_first and outline.title is not None and not page.blocks:
        page.title = outline.title
        lead, mark, rest = safe.partition("<h2>")
        page.lead, safe = Markup(lead.strip()), mark + rest
    if safe:
        page.blocks.append({"kind": "prose", "html": Markup(safe)})


def _finding(page: Page, output: Mapping[str, Any], number: int) -> dict[str, Any] | None:
    """The finding an output holds; None, with a line in `left_out`, for plain text; refused is the rest."""
    data = output.get("data", {})
    if MIME in data:
        return data[MIME]
    if output["output_type"] == "error":
        raise PublishError(f"cell {number} failed: {output['ename']}", where=page.name, not_done="nothing was published")
    if _DATA_FRAME in "".join(data.get("text/html", "")):
        page.left_out.append(f"cell {number}: a bare table")
        return None
    refused = next((words for kind, words in _REFUSED.items() if kind in data), None)
    if refused:
        raise PublishError(
            f"cell {number} shows {refused} that is no Finding", where=page.name,
            mend="end the cell in a Finding with a chart form from docs/adding.md, or in nothing", not_done="nothing was published",
        )  # fmt: skip
    page.left_out.append(f"cell {number}: {'printed text' if output['output_type'] == 'stream' else 'plain output'}")
    return None


def _section(
    page: Page, data: dict[str, Any], output: Mapping[str, Any], outline: Outline, excerpts: Excerpts, number: int, evidence: Path | None
) -> dict[str, Any]:
    """One finding, ready for the template; its downloads go into the page's files."""
    if any(held["id"] == data["id"] for held in page.findings):
        raise PublishError(
            f"cell {number} shows a second finding with the id '{data['id']}'", where=page.name, mend="give each its own id",
            not_done="nothing was published",
        )  # fmt: skip
    about = output.get("metadata", {}).get(MIME, {})
    page.versions.update(about.get("versions", {}))
    charts = []
    if data["chart"]:
        for width in WIDTHS:
            charts.append(Markup(in_page(drawn(data, width), id=data["id"], form=width, label=data["chart"]["alt"])))
    files: dict[str, str | None] = dict.fromkeys(("table", "table_parquet", "evidence", "places", "places_csv", "places_name"))
    files |= figure_names(page.name, data["id"]) if charts else {}
    named = f"data/{page.name}.{data['id']}"
    if data["rows"]:
        files |= {"table": f"{named}.csv", "table_parquet": f"{named}.parquet"}
        page.files[f"{named}.csv"] = table_csv(data)
    if data["evidence"]:
        files["evidence"] = f"{named}.evidence.csv"
        page.files[files["evidence"]] = evidence_csv(data)
    if evidence is not None and about.get("evidence", {}).get("n"):
        files |= _places(page, data, about["evidence"], evidence, number)
    return {
        "kind": "finding", "data": data, "charts": charts, "files": files, "level": outline.under,
        "cards": cards(data["evidence"], excerpts), **_table(data),
        "n": counts(data["n"]),
    }  # fmt: skip


def _places(page: Page, data: Mapping[str, Any], about: Mapping[str, Any], folder: Path, number: int) -> dict[str, str]:
    """Downloads of every place behind a finding, called after their content, so that findings which rest on the same places share them."""
    try:
        content = saving.saved(about, folder)
    except FindingError as error:
        raise PublishError(
            f"cell {number}, '{data['id']}': {error.what}", where=page.name, mend=error.mend, not_done="nothing was published"
        ) from error
    if about["n"] != data["evidence_n"]:
        raise PublishError(
            f"cell {number}, '{data['id']}': its evidence has {about['n']:,} places, the finding rests on {data['evidence_n']:,}",
            where=page.name, mend="make the edition again with 'nutgraf run --force'", not_done="nothing was published",
        )  # fmt: skip
    name = f"data/places-{about['sha256'][:16]}"
    found = {"places": f"{name}.parquet", "places_name": f"{page.name}.{data['id']}.places"}
    page.files[found["places"]] = content
    if about["n"] <= CSV_PLACES:
        found["places_csv"] = f"{name}.csv"
        page.files[found["places_csv"]] = places_csv(content)
    return found


def _table(data: Mapping[str, Any]) -> dict[str, Any]:
    """The first rows of a table as a reader sees them: the first cell, then the others with how they stand.

    Text columns that hold nothing are left out; the CSV has them all.
    """
    kept = [
        index for index, column in enumerate(data["columns"])
        if index == 0 or column["kind"] != "text" or any(row[index] is not None for row in data["rows"])
    ]  # fmt: skip
    kinds = [data["columns"][index]["kind"] for index in kept]
    look = [Markup(' class="number"' if kind in _NUMBERS else ' dir="auto"') for kind in kinds]
    cells = [[held(shown(row[index], kind)) for index, kind in zip(kept, kinds, strict=True)] for row in data["rows"][:TABLE_ROWS]]
    return {
        "columns": [{**data["columns"][index], "is_number": kind in _NUMBERS} for index, kind in zip(kept, kinds, strict=True)],
        "rows": [(texts[0], list(zip(texts[1:], look[1:], strict=True))) for texts in cells],
    }


def glance(pages: list[Page], limit: int = 5) -> list[dict[str, Any]]:
    """The findings for "At a glance": of each page in turn its first with a chart, then its second, shown in page order."""
    by_page, seen = [], set()
    for page in pages:
        found = []
        for data in page.findings:
            # The same point on two pages is shown once, where it comes first.
            if (data["chart"] or data["status"] == "not_assessable") and data["takeaway"] not in seen:
                seen.add(data["takeaway"])
                found.append((page, data))
        by_page.append(found)
    turns = [found[turn] for turn in range(limit) for found in by_page if turn < len(found)]
    chosen = {(page.name, data["id"]) for page, data in turns[:limit]}
    return [
        {"page": page.name, "data": data}
        for page in pages for data in page.findings if (page.name, data["id"]) in chosen
    ]  # fmt: skip


def file_of(name: str, pages: list[Page]) -> str:
    """A page's file: the first is ``index.html``."""
    return "index.html" if pages and pages[0].name == name else f"{name}.html"


def render_page(page: Page, pages: list[Page], about: Mapping[str, Any]) -> str:
    """HTML of one page.

    Args:
        page: The page.
        pages: All pages of the edition, in order.
        about: title, site_title, language and optionally content_sha256 and what the page says about itself, as
            `dressing.view_of` gives it.
    """
    css = style_sheet()
    is_first = page is pages[0]
    title = page.title or about["title"]
    base = about.get("base")
    context = {
        **NOTHING, "content_sha256": None, **about, "canonical": f"{base}{file_of(page.name, pages)}" if base else None,
        "heading": title, "page_title": title if title == about["title"] else f"{title} · {about['title']}",
        "page": page, "is_first": is_first, "css": Markup(css), "policy": policy(css),
        "pages": [{"title": p.title or p.name, "file": file_of(p.name, pages), "is_here": p is page} for p in pages],
        "glance": [
            {**item, "link": ("" if item["page"] == page.name else file_of(item["page"], pages)) + "#" + item["data"]["id"]}
            for item in (glance(pages) if is_first and sum(map(len, (p.findings for p in pages))) > 1 else [])
        ],
        "summary": plain_text(str(page.lead))[:300] or title,
    }  # fmt: skip
    context["json_ld"] = Markup(json_ld(page, pages, context))
    return environment().get_template("page.html.j2").render(context)
