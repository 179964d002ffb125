"""Executed notebook to page: only Markdown cells, Findings and, folded away, the code.

No HTML of an output is trusted, so an article title can run no script. A page loads nothing from elsewhere and holds no script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import nbformat
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.exporter import Exporter

from nutgraf.charts import draw_svg
from nutgraf.errors import PublishError
from nutgraf.findings.finding import MIME, shown
from nutgraf.publish.svg import inline


_REFUSED = ("text/html", "image/png", "image/jpeg", "image/svg+xml", "application/javascript", "text/markdown", "text/latex")


class ReportExporter(Exporter):
    """nbconvert exporter for published reports; `resources` carries edition title, page list and times."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, dict]:
        """HTML of one notebook."""
        page = dict(resources or {})
        body, left_out = blocks(nb)
        css = own_css()
        html = _environment().get_template("page.html.j2").render(
            **page, blocks=body, css=Markup(css), policy=policy(css), shown=shown
        )
        return html, {**page, "left_out": left_out, "output_extension": ".html"}


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("nutgraf.publish"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def own_css() -> str:
    """The style sheet, as it stands in the page."""
    from pathlib import Path

    return (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")


def policy(css: str) -> str:
    """Content security policy: nothing from anywhere but this one style sheet and pictures of this site."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; base-uri 'none'; form-action 'none'"


def blocks(notebook: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """What a page shows of a notebook, in order, and what it leaves out.

    Raises:
        PublishError: For HTML, pictures or scripts from anything but a Finding.
    """
    found: list[dict[str, Any]] = []
    left_out: list[str] = []
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "markdown":
            found.append({"kind": "prose", "html": Markup(markdown(cell["source"]))})
        elif cell["cell_type"] == "code":
            if cell["source"].strip():
                found.append({"kind": "code", "source": cell["source"]})
            for output in cell["outputs"]:
                finding = output.get("data", {}).get(MIME)
                if finding is not None:
                    found.append(figure(finding, output.get("metadata", {}).get(MIME, {}).get("versions", {})))
                elif output["output_type"] == "error":
                    raise PublishError(f"cell {number} failed: {output['ename']}", not_done="nothing was published")
                elif refused := [kind for kind in _REFUSED if kind in output.get("data", {})]:
                    raise PublishError(
                        f"cell {number} shows {refused[0]} that is no Finding",
                        mend="end the cell in a Finding, or in nothing",
                        not_done="nothing was published",
                    )
                else:
                    left_out.append(f"cell {number}: {output['output_type']}")
    return found, left_out


def figure(data: Mapping[str, Any], versions: Mapping[str, str]) -> dict[str, Any]:
    """One finding, ready for the template."""
    charts = []
    if data["chart"]:
        for width in ("wide", "narrow"):
            svg = draw_svg(dict(data), width)
            charts.append(
                Markup(inline(svg, prefix=f"{data['id']}-{width}", label=data["chart"]["alt"], css_class=f"chart {width}"))
            )
    return {"kind": "finding", "data": data, "charts": charts, "versions": dict(versions)}


def markdown(source: str) -> str:
    """Markdown to safe HTML: nh3 lets nothing active through."""
    import nh3
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    return nh3.clean(
        markdown2html_mistune(source),
        tags={"h1", "h2", "h3", "h4", "p", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "table",
              "thead", "tbody", "tr", "th", "td", "hr", "br"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )  # fmt: skip




def read_executed(path: Any) -> Any:
    """An executed notebook."""
    return nbformat.read(path, as_version=4)
