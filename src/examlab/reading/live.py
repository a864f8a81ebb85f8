"""The face of a slider where a kernel runs: ipywidgets that call the drawing function.

ipywidgets gives its sliders no name and its radio buttons no group. `assets/live.js` adds both, from the
labels that stand beside them. It travels with each figure in an Output widget: no other widget runs scripts.
"""

from __future__ import annotations

import io
from html import escape
from importlib.resources import files
from typing import Any

import ipywidgets as widgets
from matplotlib.figure import Figure

from examlab.i18n import gettext as _
from examlab.reading.explorer import Explorer, Position
from examlab.reading.parameters import Parameter
from examlab.reading.svg import svg_text, svg_tree

__all__ = ["LiveExplorer", "mime_bundle"]

PLAY_INTERVAL = 150
"""Milliseconds between two steps of a slider that plays, as on the site."""


class LiveExplorer(widgets.VBox):  # type: ignore[misc]
    """Sliders and the figure they move, for a notebook with a kernel.

    Parameters
    ----------
    explorer : Explorer
        The drawing function and its values.

    Attributes
    ----------
    controls : dict of str to ipywidgets.SelectionSlider or ipywidgets.RadioButtons
        What moves each parameter, by name.
    picture, readout : ipywidgets.HTML
        The figure, and under it what it shows in words.
    """

    def __init__(self, explorer: Explorer) -> None:
        super().__init__()
        self.explorer = explorer
        self.controls = {
            name: _control(parameter, index)
            for (name, parameter), index in zip(explorer.parameters.items(), explorer.start, strict=True)
        }
        self.picture = _classed(widgets.HTML(), "examlab-picture")
        self.readout = _classed(widgets.HTML(), "examlab-readout")
        for control in self.controls.values():
            control.observe(self._update, names="index")
        rows = [_with_play(control, explorer.parameters[name]) for name, control in self.controls.items()]
        panel = _classed(widgets.Box(rows), "examlab-controls")
        self.children = (_style(), panel, self.picture, self.readout, _script())
        _classed(self, "examlab-live")
        self._update()

    @property
    def position(self) -> Position:
        """Where the sliders stand."""
        return tuple(control.index for control in self.controls.values())

    def _update(self, change: Any = None) -> None:
        try:
            says = self.explorer.description(self.position)
            possible = self.explorer.refusal(self.position) is None
            if possible:
                # One assignment of the finished picture: nothing is cleared, so nothing flickers.
                self.picture.value = self._svg(says)
            self._tell(says, stale=not possible)
        except Exception as error:
            # The kernel would print the traceback where nobody looks; the reader sees it here.
            message = _("This position could not be drawn ({position}): {error}").format(
                position=self.explorer.name_of(self.position), error=f"{type(error).__name__}: {error}"
            )
            self._tell(message, stale=True)

    def _tell(self, says: str, *, stale: bool) -> None:
        """Write what stands under the picture, and mark a picture that belongs to an earlier position."""
        self.readout.value = f"<p>{escape(says)}</p>"
        (self.picture.add_class if stale else self.picture.remove_class)("examlab-stale")

    def _svg(self, says: str) -> str:
        tree = svg_tree(self.explorer.figure(self.position), prefix=f"live-{self.model_id[:8]}-")
        width, height = tree.attrib["viewBox"].split()[2:]
        tree.attrib |= {"role": "img", "aria-label": says, "width": f"{width}pt", "height": f"{height}pt"}
        return svg_text(tree)


def _control(parameter: Parameter, index: int) -> Any:
    options = list(zip(parameter.texts, range(len(parameter.texts)), strict=True))
    # Without a tooltip JupyterLab shows the word null over the label.
    common = {"options": options, "index": index, "description": parameter.label, "tooltip": parameter.label}
    if parameter.kind == "slider":
        return _classed(widgets.SelectionSlider(**common), "examlab-slider")
    return _classed(widgets.RadioButtons(orientation="horizontal", **common), "examlab-choice")


def _with_play(control: Any, parameter: Parameter) -> Any:
    if not parameter.time:
        return control
    play = widgets.Play(
        min=0,
        max=len(parameter.values) - 1,
        value=control.index,
        interval=PLAY_INTERVAL,
        show_repeat=False,
        tooltip=f"{_('Play')}: {parameter.label}",
    )
    # Joined in the browser: through the kernel, a slow drawing would send the slider back to where it was.
    widgets.jslink((play, "value"), (control, "index"))
    return _classed(widgets.VBox([control, play]), "examlab-moment")


def _style() -> Any:
    sheets = "".join(_asset(name) for name in ("palette.css", "live.css"))
    return widgets.HTML(f"<style>{sheets}</style>", layout={"display": "none"})


def _script() -> Any:
    output = {
        "output_type": "display_data",
        "data": {"text/html": f"<script>{_asset('live.js')}</script>"},
        "metadata": {},
    }
    return widgets.Output(outputs=(output,), layout={"display": "none"})


def _asset(name: str) -> str:
    return (files("examlab.reading") / "assets" / name).read_text(encoding="utf-8")


def _classed(widget: Any, name: str) -> Any:
    widget.add_class(name)
    return widget


def mime_bundle(explorer: Explorer) -> dict[str, Any]:
    """Return what a notebook shows of an explorer: widgets, and for paper a picture with its description."""
    start = explorer.start
    return {
        **LiveExplorer(explorer)._repr_mimebundle_(),
        "text/plain": explorer.description(start),
        "image/png": _png(explorer.figure(start)),
    }


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80, facecolor="white")
    return buffer.getvalue()
