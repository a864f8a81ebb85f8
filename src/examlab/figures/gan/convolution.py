"""Figures of question 6: which pixels an output reads, and the tensors between the discriminator's layers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from examlab.arguments import whole
from examlab.figures import style
from examlab.figures.style import number
from examlab.i18n import gettext as _
from examlab.i18n import ngettext
from examlab.networks.convolution import output_size
from examlab.networks.shapes import discriminator_shapes, times_read, window_starts

__all__ = [
    "MOST_PADDING",
    "MOST_SIZE",
    "describe_layer_tensors",
    "describe_pixels_read",
    "layer_tensors",
    "pixels_read",
    "why_not_read",
]

MOST_SIZE = 8
"""The largest side of an image whose pixels are drawn."""
MOST_PADDING = 2

_ROOM = MOST_SIZE + 2 * MOST_PADDING  # cells of the input's grid, padding included
_GAP = 2  # cells between the two grids
_EDGE = 0.2  # cells that a broad frame needs around them

Box = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True)
class _Reading:
    """One setting, the output pixel that is looked at (from 0), and what follows from them."""

    size: int
    kernel: int
    stride: int
    padding: int
    outputs: int
    row: int
    column: int
    left_over: int
    unread: int

    @property
    def padded(self) -> int:
        return self.size + 2 * self.padding

    @property
    def travel(self) -> int:
        """How far the kernel can go beyond its first place."""
        return self.padded - self.kernel


def why_not_read(*, size: int, kernel: int, stride: int, padding: int) -> str | None:
    """Say why a setting makes no sense, or return None where it does: for `explore`'s ``impossible``.

    Examples
    --------
    >>> why_not_read(size=4, kernel=5, stride=1, padding=0)
    'A 5×5 kernel does not fit into 4×4 pixels without padding. Add padding, or take a smaller kernel.'
    """
    size, kernel = whole("size", size, at_least=1), whole("kernel", kernel, at_least=1)
    padding = whole("padding", padding, at_least=0)
    whole("stride", stride, at_least=1)  # any step makes sense
    if padding > kernel - 1:
        most = ngettext("at most {most} pixel", "at most {most} pixels", kernel - 1)
        return _(
            "With padding {padding}, a {kernel}×{kernel} kernel in the corner would read nothing but zeros. "
            "Padding makes sense up to kernel − 1, here {most}."
        ).format(padding=padding, kernel=kernel, most=most.format(most=kernel - 1))
    if kernel > size + 2 * padding:
        within = _("without padding") if padding == 0 else _("with padding {padding}").format(padding=padding)
        return _(
            "A {kernel}×{kernel} kernel does not fit into {size}×{size} pixels {within}. "
            "Add padding, or take a smaller kernel."
        ).format(kernel=kernel, size=size, within=within)
    return None


def _reading(size: int, kernel: int, stride: int, padding: int, place: int | None) -> _Reading:
    if whole("size", size, at_least=1) > MOST_SIZE:
        raise ValueError(f"size must be at most {MOST_SIZE}, got {size}: more pixels cannot be told apart")
    if whole("padding", padding, at_least=0) > MOST_PADDING:
        raise ValueError(f"padding must be at most {MOST_PADDING}, got {padding}")
    outputs = output_size(size, kernel, stride=stride, padding=padding)
    if padding >= kernel:
        raise ValueError(f"padding must be at most kernel - 1 = {kernel - 1}, got {padding}")
    index = outputs**2 if place is None else whole("place", place, at_least=1)
    if index > outputs**2:
        raise ValueError(f"place must be at most {outputs}² = {outputs**2}, got {place}")
    row, column = divmod(index - 1, outputs)
    read = times_read(size, kernel, stride=stride, padding=padding)[padding : padding + size]
    seen = int(np.count_nonzero(read))
    left_over = (size + 2 * padding - kernel) % stride
    return _Reading(size, kernel, stride, padding, outputs, row, column, left_over, unread=size**2 - seen**2)


@style.styled
def pixels_read(
    *, size: int, kernel: int, stride: int, padding: int, place: int | None = None, narrow: bool = False
) -> Figure:
    """Draw a small image and the output of a convolution, and which pixels one output pixel reads.

    Parameters
    ----------
    size
        Side of the image in pixels, from 1 to 8.
    kernel, stride
        Side of the kernel and step between two of its places, in pixels, at least 1.
    padding
        Ring of zeros around the image, in pixels, from 0 to 2 and below `kernel`.
    place
        Which output pixel is looked at, counted by rows from 1; the last one if None.
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        Left the image with its padding, right the output, below one row of the image cut into the kernel's
        first place, its steps, and what is left over.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a whole number or not allowed, or the kernel does not fit.

    Examples
    --------
    >>> len(pixels_read(size=8, kernel=3, stride=2, padding=1).axes)
    1
    """
    reading = _reading(size, kernel, stride, padding, place)
    reach = 2 * _ROOM - 2 + _GAP  # across: the output has at most two cells less than the padded image
    # In cells: a line of titles above, the key, the ruler and the arithmetic below.
    top, bottom = (-3.1, 25.0) if narrow else (-2.1, 18.1)
    width = (style.NARROW if narrow else style.WIDE) - 0.2
    cell = min(width / (reach + 2 * _EDGE), 0.26)
    height = cell * (bottom - top)
    figure, (ax,) = style.panels(
        style.Cell(height=height + 0.1, left=0.1, right=0.1, top=0.05, bottom=0.05), narrow=narrow
    )
    ax.set(xlim=(-_EDGE, width / cell - _EDGE), ylim=(bottom, top))
    ax.axis("off")
    _draw_input(ax, reading)
    _draw_output(ax, reading)
    _draw_key(ax, *((13.4, 8.2) if narrow else (12.7, 6.5)))
    _draw_ruler(ax, reading, 16.2 if narrow else 14.8)
    _write_arithmetic(ax, reading, narrow)
    return figure


def _squares(
    ax: Axes,
    boxes: Iterable[Box],
    *,
    fill: str = "none",
    edge: str = "none",
    width: float = 0.8,
    zorder: float = 2,
    **look: Any,
) -> None:
    """Draw rectangles as one patch, so that a figure has the same artists however many there are."""
    outline = [
        np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]) for x, y, w, h in boxes
    ] or [np.full((5, 2), -9.0)]  # nothing to draw: a point outside
    path = Path.make_compound_path(*(Path(corners, closed=True) for corners in outline))
    ax.add_patch(PathPatch(path, fc=fill, ec=edge, lw=width, zorder=zorder, **look))


def _unread(ax: Axes, boxes: Iterable[Box]) -> None:
    _squares(ax, boxes, fill=style.PAPER, edge=style.MUTED, hatch="//////", zorder=3)


def _draw_input(ax: Axes, reading: _Reading) -> None:
    """Draw the padded image; the image's first pixel stays where it is whatever the padding."""
    first = MOST_PADDING - reading.padding
    last = MOST_PADDING + reading.size
    cells = [(column, row) for row in range(first, first + reading.padded) for column in _span(reading)]
    read = times_read(reading.size, reading.kernel, stride=reading.stride, padding=reading.padding) > 0
    inside = {cell for cell in cells if all(MOST_PADDING <= place < last for place in cell)}
    never = [cell for cell in cells if not (read[cell[0] - first] and read[cell[1] - first])]
    starts = window_starts(reading.size, reading.kernel, stride=reading.stride, padding=reading.padding)
    left, above = (MOST_PADDING + int(starts[place]) for place in (reading.column, reading.row))
    window = {
        (column, row)
        for column in range(left, left + reading.kernel)
        for row in range(above, above + reading.kernel)
    }
    _squares(ax, _unit(set(cells) - inside), edge=style.SPINE, linestyle=(0, (2, 2)))
    _squares(ax, _unit(inside), fill=style.BLUE_TINT, edge=style.SPINE)
    _unread(ax, _unit(never))
    _squares(ax, _unit(window & inside), fill=style.BLUE, edge=style.PAPER, zorder=4)
    _squares(ax, [(left, above, reading.kernel, reading.kernel)], edge=style.ORANGE, width=2.5, zorder=6)
    title = _("Input {size}×{size},\npadding {padding}").format(size=reading.size, padding=reading.padding)
    style.note(ax, 0, -0.25, title, va="bottom", fontsize=style.NORMAL)
    origin = _ROOM + _GAP
    target = origin + reading.column, MOST_PADDING + reading.row + 0.5
    start = left + reading.kernel, above + reading.kernel / 2
    ax.plot(*zip(start, target, strict=True), color=style.ORANGE, lw=1.4, zorder=5)


def _span(reading: _Reading) -> range:
    first = MOST_PADDING - reading.padding
    return range(first, first + reading.padded)


def _unit(cells: Iterable[tuple[int, int]]) -> list[Box]:
    return [(column, row, 1, 1) for column, row in sorted(cells)]


def _draw_output(ax: Axes, reading: _Reading) -> None:
    origin = _ROOM + _GAP, MOST_PADDING
    every = [(origin[0] + x, origin[1] + y) for x in range(reading.outputs) for y in range(reading.outputs)]
    chosen = [(origin[0] + reading.column, origin[1] + reading.row, 1, 1)]
    _squares(ax, _unit(every), fill=style.BLUE_TINT, edge=style.SPINE)
    _squares(ax, chosen, fill=style.BLUE, edge=style.ORANGE, width=2.5, zorder=6)
    title = _("Output {outputs}×{outputs}\nfor each filter").format(outputs=reading.outputs)
    style.note(ax, origin[0], -0.25, title, va="bottom", fontsize=style.NORMAL)


def _draw_key(ax: Axes, y: float, step: float) -> None:
    places = [(step * entry, y, 1.0, 1.0) for entry in range(3)]
    _squares(ax, places[:1], fill=style.BLUE, edge=style.ORANGE, width=2.0)
    _squares(ax, places[1:2], edge=style.SPINE, linestyle=(0, (2, 2)))
    _unread(ax, places[2:])
    for place, name in zip(places, (_("read now"), _("padding"), _("never read")), strict=True):
        style.note(ax, place[0] + 1.4, y + 0.55, name, va="center")


def _draw_ruler(ax: Axes, reading: _Reading, y: float) -> None:
    """Cut one row of the padded image into the first place, whole steps, and the rest."""
    left = MOST_PADDING - reading.padding
    ends = [left + reading.kernel + reading.stride * step for step in range(reading.outputs)]
    _squares(ax, [(left, y, reading.kernel, 1)], fill=style.BLUE, edge=style.ORANGE, width=2.5, zorder=6)
    _squares(ax, [(end, y, reading.stride, 1) for end in ends[:-1]], fill=style.BLUE_TINT, edge=style.INK)
    rest = [(ends[-1], y, reading.left_over, 1)] if reading.left_over else []
    _unread(ax, rest)
    # The pixels themselves, as ticks under the blocks.
    ticks = [(left + cell, y + 1.25, 1, 0.25) for cell in range(reading.padded)]
    _squares(ax, ticks, edge=style.SPINE)


def _write_arithmetic(ax: Axes, reading: _Reading, narrow: bool) -> None:
    steps = reading.outputs - 1
    cut = ngettext(
        "{padded} = {kernel} + {steps} step of {stride} + {rest} left over",
        "{padded} = {kernel} + {steps} steps of {stride} + {rest} left over",
        steps,
    ).format(
        padded=reading.padded,
        kernel=reading.kernel,
        steps=steps,
        stride=reading.stride,
        rest=reading.left_over,
    )
    inner = f"{reading.size} + 2·{reading.padding} − {reading.kernel}"
    formula = f"⌊({inner}) / {reading.stride}⌋ + 1"
    result = f"= ⌊{_quotient(reading)}⌋ + 1 = {reading.outputs}"
    lines = [(0.0, 19.2, cut), (0.0, 21.8, formula), (0.0, 24.2, result)]
    if not narrow:
        lines = [(_ROOM + _GAP, 15.3, cut), (0.0, 17.0, f"{formula} {result}")]
    for x, y, line in lines:
        style.note(ax, x, y, line, fontsize=style.LARGE, va="center")


def _quotient(reading: _Reading) -> str:
    """Write how many steps fit, with the part of a step that the floor drops."""
    steps = reading.travel / reading.stride
    return number(steps, digits=None if (2 * steps).is_integer() else 2)


def describe_pixels_read(
    *, size: int, kernel: int, stride: int, padding: int, place: int | None = None
) -> str:
    """Say what `pixels_read` draws at the same parameters.

    Examples
    --------
    >>> print(describe_pixels_read(size=8, kernel=3, stride=2, padding=1).split(". ")[0])
    ⌊(8 + 2·1 − 3)/2⌋ + 1 = ⌊3.5⌋ + 1 = 4: with kernel 3, stride 2 and padding 1, 8×8 pixels give 4×4
    """
    reading = _reading(size, kernel, stride, padding, place)
    starts = window_starts(size, kernel, stride=stride, padding=padding)
    rows, columns = (
        len(set(range(start, start + kernel)) & set(range(size)))
        for start in (int(starts[reading.row]), int(starts[reading.column]))
    )
    sentences = [
        _(
            "⌊({size} + 2·{padding} − {kernel})/{stride}⌋ + 1 = ⌊{quotient}⌋ + 1 = {outputs}: with kernel "
            "{kernel}, stride {stride} and padding {padding}, {size}×{size} pixels give {outputs}×{outputs}."
        ),
        _("Output pixel {place} (row {row}, column {column}) reads {rows}×{columns} pixels of the image.")
        if rows * columns == kernel**2
        else _(
            "Output pixel {place} (row {row}, column {column}) reads {rows}×{columns} pixels of the image "
            "and zeros of the padding."
        ),
    ]
    if reading.unread:
        sentences.append(
            ngettext(
                "{unread} pixel of the image is read by no output.",
                "{unread} pixels of the image are read by no output.",
                reading.unread,
            )
        )
    elif reading.left_over:
        sentences.append(_("The floor drops {dropped} of a step, all of it padding: every pixel is read."))
    else:
        sentences.append(_("The steps fit without a rest, and every pixel is read."))
    return " ".join(sentences).format(
        size=size,
        kernel=kernel,
        stride=stride,
        padding=padding,
        outputs=reading.outputs,
        quotient=_quotient(reading),
        place=reading.row * reading.outputs + reading.column + 1,
        row=reading.row + 1,
        column=reading.column + 1,
        rows=rows,
        columns=columns,
        unread=reading.unread,
        dropped=f"{reading.left_over}/{stride}",
    )


@dataclass(frozen=True)
class _Tensor:
    """A box to draw: the sides that stand for its sizes, in inches, and what is written below."""

    shape: tuple[int, ...]
    height: float
    depth: float


def _tensors() -> list[_Tensor]:
    """Return the boxes between the layers: pixels on one scale, channels on another, vectors on none."""
    layers = discriminator_shapes()
    boxes = []
    for shape in [layers[0].entering, *(layer.leaving for layer in layers)]:
        if len(shape) == 3:
            boxes.append(_Tensor(shape, 1.25 * shape[0] / 32, max(0.45 * shape[2] / 64, 0.012)))
        else:
            boxes.append(_Tensor(shape, 0.12 + 1.4 * math.log(shape[0]) / math.log(4096), 0.0))
    return boxes


def _written(shape: tuple[int, ...]) -> str:
    return "×".join(style.whole(side) for side in shape)


@style.styled
def layer_tensors(*, narrow: bool = False) -> Figure:
    """Draw the tensors between the layers of the exam's discriminator, and how many numbers each holds.

    Parameters
    ----------
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        Heights of the boxes are to scale, in pixels, and so are their depths, in channels, on another scale.
        Vectors are drawn as columns, whose height grows with the logarithm of their length.

    Examples
    --------
    >>> len(layer_tensors().axes)
    2
    """
    figure, (images, vectors) = style.panels(
        style.Cell(height=2.85, left=0.1, right=0.1, top=0.42, bottom=0.05),
        style.Cell(height=2.85, left=0.1, right=0.1, top=0.42, bottom=0.05),
        narrow=narrow,
    )
    boxes = _tensors()
    layers = (
        _("image"),
        _("convolution 1"),
        _("convolution 2"),
        _("flatten"),
        _("dense"),
        _("dense, output"),
    )
    for ax, first, title in ((images, 0, _("Images, channel on channel")), (vectors, 3, _("Vectors"))):
        style.dress(ax, title=title, grid="none")
        box = ax.get_position()
        ax.set(xlim=(0, box.width * figure.get_figwidth()), ylim=(0, box.height * figure.get_figheight()))
        ax.axis("off")
        for place, tensor in enumerate(boxes[first : first + 3]):
            middle = 0.58 + 1.17 * place
            _draw_box(ax, tensor, middle)
            style.note(
                ax, middle, 0.48, _written(tensor.shape), ha="center", weight="bold", fontsize=style.NORMAL
            )
            style.note(ax, middle, 0.28, layers[first + place], ha="center", colour=style.MUTED)
            numbers = ngettext("{count} number", "{count} numbers", math.prod(tensor.shape))
            text = numbers.format(count=style.whole(math.prod(tensor.shape)))
            style.note(ax, middle, 0.09, text, ha="center", colour=style.MUTED)
    return figure


def _draw_box(ax: Axes, tensor: _Tensor, middle: float) -> None:
    """Draw a box in parallel projection, or a column for a vector, on one ground line."""
    depth, height = tensor.depth, tensor.height
    width = height if tensor.depth else 0.1
    if len(tensor.shape) == 3:
        width *= 0.6  # the image seen from the side: foreshortened
    left, ground = middle - (width + depth) / 2, 0.66
    slant = 0.3 * depth
    front = [(left, ground), (left + width, ground), (left + width, ground + height), (left, ground + height)]
    top = [
        front[3],
        front[2],
        (left + width + depth, ground + height + slant),
        (left + depth, ground + height + slant),
    ]
    side = [front[1], (left + width + depth, ground + slant), top[2], front[2]]
    for corners, colour in ((top, style.PAPER), (side, style.PAPER), (front, style.BLUE_TINT)):
        path = Path(np.array([*corners, corners[0]]), closed=True)
        ax.add_patch(PathPatch(path, fc=colour, ec=style.BLUE, lw=1.3))


def describe_layer_tensors() -> str:
    """Say what `layer_tensors` draws.

    Examples
    --------
    >>> describe_layer_tensors().startswith("The tensors between the layers: 32×32×1, 16×16×32, 8×8×64,")
    True
    """
    boxes = _tensors()
    counts = [math.prod(box.shape) for box in boxes]
    return _(
        "The tensors between the layers: {shapes}. Sides shrink and channels multiply: the first convolution "
        "turns {before} numbers into {after}."
    ).format(
        shapes=", ".join(_written(box.shape) for box in boxes),
        before=style.whole(counts[0]),
        after=style.whole(counts[1]),
    )
