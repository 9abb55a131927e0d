"""Self-contained HTML."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

# The policy blocks loading; scikit-learn's diagrams need inline styles and scripts.
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light; }}
body {{ font: 15px/1.5 system-ui, sans-serif; color: #222; background: white;
  max-width: 70rem; margin: 2rem auto; padding: 0 1.5rem; }}
h1 {{ font-size: 1.6rem; margin-bottom: 1.2rem; }}
h2 {{ font-size: 1.2rem; margin: 2.5rem 0 0.8rem; border-bottom: 1px solid #ccc; }}
.scroll {{ overflow: auto; max-height: 34rem; width: fit-content; max-width: 100%;
  border: 1px solid #ddd; margin: 0.8rem 0 1.2rem; }}
.page-table {{ border-collapse: collapse; font-size: 0.87rem; }}
.page-table th, .page-table td {{ padding: 0.25rem 0.7rem; text-align: left; white-space: nowrap; }}
.page-table tr {{ border-bottom: 1px solid #eee; }}
.page-table thead th {{ position: sticky; top: 0; background: #f2f4f7; }}
.page-table .number {{ text-align: right; font-variant-numeric: tabular-nums; }}
.page-table .marked td {{ background: #e3f0fa; font-weight: 600; }}
.page-table .faded td {{ color: #767676; }}
figure {{ margin: 1.2rem 0 2rem; overflow-x: auto; }}
figure img {{ max-width: 100%; }}
figcaption {{ color: #444; margin-bottom: 0.4rem; }}
pre {{ background: #f5f5f5; padding: 0.8rem 1rem; overflow: auto; max-height: 34rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def as_page(title: str, sections: Iterable[tuple[str, str]]) -> str:
    """Return a page of sections.

    Parameters
    ----------
    title : str
        The title, as plain text.
    sections : iterable of (str, str)
        Headings as plain text, empty for none, and the contents of the sections as HTML.

    Returns
    -------
    str
        The page.
    """
    body = [
        (f"<h2>{escape(heading)}</h2>\n" if heading else "") + html for heading, html in sections
    ]
    return _PAGE.format(title=escape(title), body="\n".join(body))


def as_table(
    rows: Iterable[Sequence[str]],
    header: Sequence[str] = (),
    numbers: Sequence[int] = (),
    classes: Sequence[str] = (),
) -> str:
    """Return a table of plain texts.

    Parameters
    ----------
    rows : iterable of sequences of str
        The cells.
    header : sequence of str, default=()
        Names of the columns; empty for a table whose first column has the names of the rows.
    numbers : sequence of int, default=()
        Indices of the columns to align right.
    classes : sequence of str, default=()
        "marked", "faded" or "" for each row.

    Returns
    -------
    str
        HTML.
    """

    def line(cells: Sequence[str], row_tag: str = "<tr>", heads: bool = False) -> str:
        made = []
        for at, cell in enumerate(cells):
            tag = "th" if heads or (not header and at == 0) else "td"
            kind = ' class="number"' if at in numbers else ""
            made.append(f"<{tag}{kind}>{escape(cell)}</{tag}>")
        return f"{row_tag}{''.join(made)}</tr>"

    head = f"<thead>{line(header, heads=True)}</thead>" if header else ""
    rows = list(rows)
    tags = [f'<tr class="{name}">' for name in classes] or ["<tr>"] * len(rows)
    lines = [line(cells, tag) for cells, tag in zip(rows, tags, strict=True)]
    table = f'<table class="page-table">{head}<tbody>\n' + "\n".join(lines) + "\n</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def as_figure(figure: Any, caption: str) -> str:
    """Return the HTML of a matplotlib figure as SVG, below its caption."""
    file = io.BytesIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    image = base64.b64encode(file.getvalue()).decode("ascii")
    text = escape(caption)
    return (
        f"<figure><figcaption>{text}</figcaption>"
        f'<img alt="{text}" src="data:image/svg+xml;base64,{image}"></figure>'
    )
