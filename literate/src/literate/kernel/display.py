"""Displaying: what a notebook would show for a value and for the open figures."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# Numbers in the names of an SVG depend on what was drawn before; these do not.
SVG_SETTINGS: dict[Any, Any] = {"svg.hashsalt": "literate", "svg.fonttype": "none"}
DOT = "text/vnd.graphviz"
"""The type of a graph's source, for whoever can lay it out."""


@dataclass(frozen=True)
class Display:
    """A displayed text, HTML in its place, pictures, and the key of each of them."""

    text: str = ""
    pictures: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    html: str = ""


def display(value: object) -> Display:
    r"""Display a value as the last expression of a cell.

    A value that offers SVG or PNG, as IPython asks for it, is a picture; so is a
    Matplotlib figure. A sequence of pictures is one picture with steps, a mapping of
    numbers or texts to pictures one with a slider. Anything else is its repr, beside
    the HTML that it offers; None shows nothing.

    Example:
        >>> display([1, 2]).text
        '[1, 2]\n'
    """
    if value is None:
        return Display()
    bundle = _bundle(value)
    if (picture := _picture(value, bundle)) is not None:
        return Display(pictures=(picture,))
    keys, values = _collected(value)
    if values and (pictures := _pictures(values)):
        return Display(pictures=pictures, keys=keys)
    text, html = bundle.get("text/plain"), bundle.get("text/html")
    text = text if isinstance(text, str) else repr(value)
    html = html if isinstance(html, str) else _offered(value, "html")
    return Display(f"{text}\n", html=html if isinstance(html, str) else "")


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


def _collected(value: Any) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The keys of a mapping and the values of a collection; none of anything else.

    What an object says of its class may be untrue, and walking it may fail.
    """
    kind = type(value)
    with contextlib.suppress(Exception):
        if issubclass(kind, list | tuple):
            return (), tuple(value)
        if issubclass(kind, Mapping) and all(map(_is_key, value)):
            return tuple(map(str, value)), tuple(value.values())
    return (), ()


def _is_key(key: object) -> bool:
    return issubclass(type(key), int | float | str)


def _pictures(values: tuple[Any, ...]) -> tuple[str, ...]:
    """The pictures of some values; none where one of them is no picture."""
    pictures = []
    for value in values:
        picture = _picture(value, _bundle(value))
        if picture is None:
            return ()
        pictures.append(picture)
    return tuple(pictures)


def _picture(value: Any, bundle: Mapping[str, Any]) -> str | None:
    """The picture of a value that has one: SVG, else pixels, else a graph's source."""
    figure = sys.modules.get("matplotlib.figure")
    if figure is not None and issubclass(type(value), figure.Figure):
        drawn = _draw(value)
        sys.modules["matplotlib.pyplot"].close(value)
        return drawn
    svg = bundle.get("image/svg+xml") or _offered(value, "svg")
    if isinstance(svg, str) and "<svg" in svg:
        return clean(svg)
    for kind in ("png", "jpeg"):
        pixels = bundle.get(f"image/{kind}") or _offered(value, kind)
        if isinstance(pixels, bytes):
            pixels = base64.b64encode(pixels).decode()
        if isinstance(pixels, str):
            pixels = "".join(pixels.split())
            return f'<img src="data:image/{kind};base64,{pixels}">'
    dot = bundle.get(DOT)
    return dot if isinstance(dot, str) else None


def _bundle(value: Any) -> Mapping[str, Any]:
    """What a value offers, by type."""
    data = _said(value, "_repr_mimebundle_", include=None, exclude=None)
    return data if isinstance(data, Mapping) else {}


def _offered(value: Any, kind: str) -> Any:
    """What a value offers of one kind; matplotlib offers None where it has nothing."""
    data = _said(value, f"_repr_{kind}_")
    return data if isinstance(data, str | bytes) else None


def _said(value: Any, name: str, **arguments: object) -> Any:
    """What a method for displaying returns, if a value has it."""
    method = _method(value, name)
    try:
        data = method(**arguments) if method else None
    except NotImplementedError:  # a subclass may offer it
        return None
    # the data, or a pair of it and what is known about it
    return data[0] if isinstance(data, tuple) and data else data


def _method(value: Any, name: str) -> Callable[..., Any] | None:
    """A method for displaying, if a value really has it.

    A class has those of its instances, and a proxy or a mock answers to any name: so
    IPython asks for one that nobody has, and so do we.
    """
    if issubclass(type(value), type):
        return None
    try:
        if hasattr(value, "_ipython_canary_method_should_not_exist_"):
            return None
        method = getattr(value, name, None)
    except Exception:
        return None
    return method if callable(method) else None


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
