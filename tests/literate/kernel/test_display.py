from __future__ import annotations

import re
from collections.abc import Iterator

import matplotlib
import pytest
from literate.kernel.blocks import Result
from literate.kernel.display import Display, display, open_figures
from literate.weaving.figures import figure

matplotlib.use("agg")
from matplotlib import pyplot  # the backend comes first

SVG = '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg id="a"><!-- no --><g/></svg>\n'


class Picture:
    """Shows itself as Jupyter asks."""

    def _repr_svg_(self) -> str:
        return SVG


class Bundle:
    def _repr_mimebundle_(self, include: object, exclude: object) -> dict[str, str]:
        return {"image/svg+xml": SVG, "text/plain": "a bundle"}


@pytest.fixture(autouse=True)
def no_figure_left() -> Iterator[None]:
    yield
    assert pyplot.get_fignums() == []


def test_none_shows_nothing() -> None:
    assert display(None) == display(None).__class__("", ())


@pytest.mark.parametrize("value", [1.5, "text", [], [1], {"a": 1}, Picture])
def test_other_values_show_their_repr(value: object) -> None:
    assert display(value).text == f"{value!r}\n"
    assert display(value).pictures == ()


@pytest.mark.parametrize("value", [Picture(), Bundle()])
def test_a_value_with_svg_is_a_picture(value: object) -> None:
    shown = display(value)
    assert (shown.text, shown.pictures) == ("", ('<svg id="a"><g/></svg>',))


def test_a_sequence_of_pictures_is_one_picture_with_steps() -> None:
    assert len(display([Picture(), Bundle()]).pictures) == 2
    assert display([Picture(), 1]).pictures == ()


def test_open_figures_are_drawn_once_and_closed() -> None:
    pyplot.plot([1, 2])
    [svg] = open_figures()
    assert svg.startswith("<svg") and "<metadata" not in svg
    assert open_figures() == ()
    shown = pyplot.figure()
    assert len(display(shown).pictures) == 1
    assert open_figures() == ()


def test_a_drawing_does_not_depend_on_what_was_drawn_before() -> None:
    drawn: list[object] = []
    for _ in range(2):
        pyplot.plot([1, 2], label="line")
        pyplot.legend()
        drawn += open_figures()
    assert drawn[0] == drawn[1]


def test_a_figure_follows_the_scheme_and_has_names_of_its_own() -> None:
    svg = (
        '<svg><defs><path id="p"/></defs><title>no</title>'
        '<a xlink:href="#x"><use xlink:href="#p" fill="black"/></a>'
        '<polygon fill="white"/>'
        '<g style="stroke: #000000; fill: #ffffff" clip-path="url(#p)"/>'
        '<text fill="#1f77b4">black</text></svg>'
    )
    html = figure(Result("ran", pictures=(svg,)), 'A "graph" of <b>x</b>', "fence-3")
    assert '<use href="#fence-3-1-p" fill="currentColor"/>' in html
    assert 'id="fence-3-1-p"' in html and "url(#fence-3-1-p)" in html
    assert '<polygon fill="none"/>' in html
    assert "stroke: currentColor; fill: var(--md-default-bg-color)" in html
    assert '<text fill="#1f77b4">black</text>' in html
    assert 'role="img" aria-label="Picture"' in html  # the caption is read once
    assert '<figcaption>A "graph" of <b>x</b></figcaption>' in html
    assert "<title>" not in html and "<a " not in html


@pytest.mark.parametrize("size", [8, 10])
def test_a_plot_is_never_smaller_than_its_letters_can_be_read(size: int) -> None:
    with pyplot.rc_context({"font.size": size}):
        pyplot.subplots(figsize=(6.5, 3.2))[1].plot([1, 2])
        [svg] = open_figures()
    [width] = re.findall(r'width="([\d.]+)pt"', svg)
    html = figure(Result("ran", pictures=(svg,)), "A line", "fence-1")
    [told] = re.findall(r"min-width:(\d+)px", html)
    # Where a point has a pixel, letters have as many pixels as they have points.
    assert int(told) == round(10 / size * float(width))


@pytest.mark.parametrize(("width", "least"), [(300, 300), (350, 328), (370, 370)])
def test_a_plot_that_needs_little_more_than_a_phone_has_is_as_wide(
    width: int, least: int
) -> None:
    svg = f'<svg width="{width}pt"><text style="font-size: 10px">1</text></svg>'
    html = figure(Result("ran", pictures=(svg,)), "A line", "fence-1")
    assert f"min-width:{least}px" in html


def test_a_plot_holds_text_in_the_font_and_the_colors_of_the_page() -> None:
    pyplot.plot([1, 2], color="C0", label="line")
    pyplot.title("a loss", color="C3")
    [svg] = open_figures()
    html = figure(Result("ran", pictures=(svg,)), "A line", "fence-1")
    [title] = re.findall(r"<text([^>]*)>a loss</text>", html)
    assert "var(--literate-red, #d62728)" in title
    assert "font-family" not in html and "DejaVu" not in html
    assert "stroke: var(--literate-blue, #1f77b4)" in html


def test_a_step_marks_and_says_what_is_new() -> None:
    first = '<svg><text x="1">a = 1</text></svg>'
    second = '<svg><text x="2">a = 1</text><text>b = <tspan>2</tspan></text></svg>'
    html = figure(Result("ran", pictures=(first, second)), "Two steps", "fence-1")
    assert 'aria-label="Step 2 of 2: b = 2"' in html
    assert html.count("changed") == 1 and '<text class="changed">b' in html


def test_a_step_says_what_its_picture_marks() -> None:
    node = '<g id="n" class="node current"><text>d</text><text>grad 2</text></g>'
    pictures = ("<svg><text>d</text></svg>", f"<svg>{node}</svg>")
    html = figure(Result("ran", pictures=pictures), "Two steps", "fence-1")
    assert 'aria-label="Step 2 of 2: d, grad 2"' in html and "changed" not in html


def test_steps_are_numbered_for_those_who_cannot_see_them() -> None:
    html = figure(Result("ran", pictures=("<svg/>", "<svg/>")), "The pass", "fence-1")
    assert html.count('class="literate-frame"') == 2
    labels = re.findall(r'aria-label="([^"]*)"', html)
    assert labels == ["Step 1 of 2", "Step 2 of 2"]


class Says:
    """Offers what it was made with, as IPython asks for it."""

    def __init__(self, **offers: object) -> None:
        for kind, value in offers.items():
            setattr(self, f"_repr_{kind}_", lambda value=value, **_: value)

    def __repr__(self) -> str:
        return "Says()"


@pytest.mark.parametrize(
    ("value", "picture"),
    [
        (Says(png=b"abc"), '<img src="data:image/png;base64,YWJj">'),
        (Says(png=(b"abc", {"width": 3})), '<img src="data:image/png;base64,YWJj">'),
        (Says(jpeg=b"abc"), '<img src="data:image/jpeg;base64,YWJj">'),
        (
            Says(mimebundle=({"image/png": "YW\nJj"}, {})),
            '<img src="data:image/png;base64,YWJj">',
        ),
        (Says(mimebundle={"text/vnd.graphviz": "digraph {}"}), "digraph {}"),
        (Says(svg=SVG, png=b"abc"), '<svg id="a"><g/></svg>'),
    ],
)
def test_pixels_and_graphs_are_pictures(value: object, picture: str) -> None:
    assert display(value) == Display(pictures=(picture,))


@pytest.mark.parametrize(
    ("value", "text", "html"),
    [
        (Says(html="<b>x</b>"), "Says()\n", "<b>x</b>"),
        (Says(html=("<b>x</b>", {})), "Says()\n", "<b>x</b>"),
        (Says(html=None), "Says()\n", ""),
        (Says(html=3), "Says()\n", ""),
        (
            Says(mimebundle={"text/plain": "told", "text/html": "<i/>"}),
            "told\n",
            "<i/>",
        ),
        (Says(mimebundle={"text/vnd.graphviz": 3}), "Says()\n", ""),
        (Says(mimebundle=3), "Says()\n", ""),
        (Says(mimebundle=()), "Says()\n", ""),
        (Says(html=()), "Says()\n", ""),
        (Says(svg="no picture"), "Says()\n", ""),
    ],
)
def test_html_stands_beside_its_text(value: object, text: str, html: str) -> None:
    assert display(value) == Display(text, html=html)


def test_a_method_that_is_not_implemented_offers_nothing() -> None:
    class Base:
        def _repr_html_(self) -> str:
            raise NotImplementedError

        def __repr__(self) -> str:
            return "Base()"

    assert display(Base()) == Display("Base()\n")


def test_a_tuple_and_a_mapping_of_pictures_are_pictures() -> None:
    one = '<svg id="a"><g/></svg>'
    assert display((Picture(), Picture())) == Display(pictures=(one, one))
    shown = display({1: Picture(), "b": Picture()})
    assert shown == Display(pictures=(one, one), keys=("1", "b"))
    assert display({(): Picture()}).pictures == ()
    assert display({1: Picture(), 2: 3}).pictures == ()
    assert display(()) == Display("()\n") and display({}) == Display("{}\n")


class Generous:
    """Answers to any name."""

    def __getattr__(self, name: str) -> object:
        return lambda *_, **__: "anything"

    def __repr__(self) -> str:
        return "Generous()"


class Strict:
    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)

    def __repr__(self) -> str:
        return "Strict()"


class Liar:
    """Says that it is a list."""

    @property  # type: ignore[misc]  # that is the lie
    def __class__(self) -> type:
        return list

    def __repr__(self) -> str:
        return "Liar()"


class Unwalkable(list[int]):
    def __iter__(self) -> Iterator[int]:
        raise ValueError

    def __repr__(self) -> str:
        return "Unwalkable()"


@pytest.mark.parametrize("kind", [Generous, Strict, Liar, Unwalkable])
def test_an_object_that_lies_shows_its_repr(kind: type) -> None:
    assert display(kind()) == Display(f"{kind.__name__}()\n")
