"""Displaying: what a notebook would show for a value and for the open figures."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import dataclass
from typing import Any

# Numbers in the names of an SVG depend on what was drawn before; these do not.
SVG_SETTINGS: dict[Any, Any] = {"svg.hashsalt": "literate", "svg.fonttype": "path"}


@dataclass(frozen=True)
class Display:
    """A displayed text, and the SVG of each displayed picture."""

    text: str = ""
    pictures: tuple[str, ...] = ()


def display(value: object) -> Display:
    r"""Display a value as the last expression of a cell.

    A value that offers SVG, as Jupyter asks for it, is a picture; so is a Matplotlib
    figure, and a sequence of pictures is one picture with steps. Anything else is its
    repr.

    Args:
        value: The value; None shows nothing.

    Returns:
        What a reader sees.

    Example:
        >>> display([1, 2]).text
        '[1, 2]\n'
    """
    if value is None:
        return Display()
    if (picture := _picture(value)) is not None:
        return Display(pictures=(picture,))
    if isinstance(value, list | tuple) and value:
        pictures = [_picture(each) for each in value]
        if all(picture is not None for picture in pictures):
            return Display(pictures=tuple(str(picture) for picture in pictures))
    return Display(f"{value!r}\n")


def open_figures() -> tuple[str, ...]:
    """Draw and close the figures that a cell left open in pyplot, as Jupyter does."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return ()
    figures = [pyplot.figure(number) for number in pyplot.get_fignums()]
    drawn = tuple(_draw(figure) for figure in figures)
    close_figures()
    return drawn


def close_figures() -> None:
    """Close the figures that are open in pyplot."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


def _picture(value: Any) -> str | None:
    """The SVG of a value that has one."""
    figure = sys.modules.get("matplotlib.figure")
    if figure is not None and isinstance(value, figure.Figure):
        drawn = _draw(value)
        sys.modules["matplotlib.pyplot"].close(value)
        return drawn
    if isinstance(value, type):
        return None
    svg = None
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_(include=None, exclude=None)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        svg = (data or {}).get("image/svg+xml")
    if svg is None and hasattr(value, "_repr_svg_"):
        svg = value._repr_svg_()
    return None if svg is None else clean(svg)


def _draw(figure: Any) -> str:
    """Draw a Matplotlib figure as SVG."""
    import matplotlib

    target = io.StringIO()
    with matplotlib.rc_context(SVG_SETTINGS):
        figure.savefig(
            target,
            format="svg",
            bbox_inches="tight",
            transparent=True,
            metadata={"Date": None, "Creator": None},
        )
    return clean(target.getvalue())


def clean(svg: str) -> str:
    """The `<svg>` element alone, without declarations and comments."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    return svg.strip()
