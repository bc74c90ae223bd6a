from __future__ import annotations

import re
from collections.abc import Iterator

import matplotlib
import pytest
from literate.kernel.blocks import Result
from literate.kernel.display import display, open_figures
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
    html = figure(Result("ran", pictures=(svg,)), 'A "graph" of `x`', "fence-3")
    assert '<use href="#fence-3-1-p" fill="currentColor"/>' in html
    assert 'id="fence-3-1-p"' in html and "url(#fence-3-1-p)" in html
    assert '<polygon fill="none"/>' in html
    assert "stroke: currentColor; fill: var(--md-default-bg-color)" in html
    assert '<text fill="#1f77b4">black</text>' in html
    assert 'role="img" aria-label="A &quot;graph&quot; of x"' in html
    assert '<figcaption>A "graph" of <code>x</code></figcaption>' in html
    assert "<title>" not in html and "<a " not in html


def test_steps_are_numbered_for_those_who_cannot_see_them() -> None:
    html = figure(Result("ran", pictures=("<svg/>", "<svg/>")), "The pass", "fence-1")
    assert html.count('class="literate-frame"') == 2
    labels = re.findall(r'aria-label="([^"]*)"', html)
    assert labels == ["The pass, step 1 of 2", "The pass, step 2 of 2"]
