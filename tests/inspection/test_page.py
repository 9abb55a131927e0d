"""Pages hold what they are given, as text, and load nothing."""

from matplotlib.figure import Figure

from skkeras.inspection._page import as_figure, as_page, as_table


def test_texts_are_escaped():
    table = as_table([("<a>", "1")], header=("<name>", "n"), numbers=[1], classes=["marked"])
    assert "<thead><tr><th>&lt;name&gt;</th>" in table
    assert '<tr class="marked"><td>&lt;a&gt;</td><td class="number">1</td></tr>' in table
    page = as_page("<title>", [("a & b", table), ("", "<p>last</p>")])
    assert "<title>&lt;title&gt;</title>" in page
    assert page.index("<h2>a &amp; b</h2>") < page.index(table) < page.index("<p>last</p>")
    assert page.count("<h2>") == 1
    assert "default-src 'none'" in page


def test_names_of_rows_without_a_header():
    assert "<tr><th>seed</th><td>3</td></tr>" in as_table([("seed", "3")])


def test_figures_are_inside_the_page():
    found = as_figure(Figure(), 'a "figure"')
    assert "<figcaption>a &quot;figure&quot;</figcaption>" in found
    assert 'src="data:image/svg+xml;base64,' in found
