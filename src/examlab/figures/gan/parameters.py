"""Figure of question 7: where the discriminator's parameters sit, and what changes their number."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from examlab.figures import style
from examlab.figures.gan.looks import percent
from examlab.figures.style import number, whole
from examlab.i18n import gettext as _
from examlab.networks.shapes import LayerShape, discriminator_shapes

__all__ = ["describe_parameters_by_layer", "parameters_by_layer"]

MOST_DIGITS = 7
"""The axis ends at this power of ten; a longer bar ends in an arrow head."""


def _layers(kernel: int, filters: int, stride: int, bias: bool) -> tuple[LayerShape, ...]:
    """Return the layers that learn something."""
    if not isinstance(bias, bool):
        raise TypeError(f"bias must be True or False, got {bias!r}")
    layers = discriminator_shapes(kernel=kernel, filters=filters, stride=stride, bias=bias)
    return tuple(layer for layer in layers if layer.parameters)


def _total(layers: tuple[LayerShape, ...]) -> int:
    return sum(layer.parameters for layer in layers)


@style.styled
def parameters_by_layer(
    *, kernel: int, filters: int, stride: int = 2, bias: bool = True, narrow: bool = False
) -> Figure:
    """Draw how many parameters each layer of the exam's discriminator has, on a logarithmic scale.

    Parameters
    ----------
    kernel
        Side of both convolutions' kernels, odd; their padding is (kernel - 1) / 2.
    filters
        Of the first convolution; the second has twice as many.
    stride
        Of both convolutions.
    bias
        Whether the layers have biases.
    narrow
        Whether to draw for a narrow screen.

    Returns
    -------
    Figure
        Beside each bar its number and its share of all; a line stands where the exam's own layer ends.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a whole number, or not one that is allowed, or `bias` is not True or False.

    Examples
    --------
    >>> [round(10 ** bar.get_width()) for bar in parameters_by_layer(kernel=3, filters=32).axes[0].patches]
    [320, 18496, 131104, 33]
    """
    layers = _layers(kernel, filters, stride, bias)
    total = _total(layers)
    figure, (ax,) = style.panels(style.Cell(height=3.5, left=1.42, right=0.86, bottom=0.54), narrow=narrow)
    title = _("{total} parameters").format(total=whole(total))
    style.dress(ax, title=title, x=_("parameters (logarithmic)"), grid="x", outdent=1.34)
    names = _("Convolution 1"), _("Convolution 2"), _("Dense"), _("Dense, output")
    looks = (style.ORANGE, "///"), (style.BLUE, ""), (style.TEAL, ".."), (style.TEAL, "..")
    bars = [
        style.Row(
            f"{name}\n{_written(layer)}",
            math.log10(layer.parameters),
            f"{whole(layer.parameters)}\n{_share(layer, total)}",
            *look,
        )
        for name, layer, look in zip(names, layers, looks, strict=True)
    ]
    powers, written = range(0, MOST_DIGITS + 1, 2), ("1", "100", "10⁴", "10⁶")
    style.rows(ax, bars, limits=(0, MOST_DIGITS), ticks=powers, labels=written, column=0.8)
    exam = [math.log10(layer.parameters) for layer in _layers(3, 32, 2, True)]
    for place, value in enumerate(exam):
        ax.plot([value, value], [place - 0.4, place + 0.4], color=style.INK, lw=1.6, zorder=5)
    ax.annotate(
        _("line: the exam’s"),
        (1, 1),
        (0.8 * 72, 8),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        color=style.MUTED,
        fontsize=style.SMALL,
        annotation_clip=False,
    )
    return figure


def _share(layer: LayerShape, total: int) -> str:
    share = 100 * layer.parameters / total
    if share < 0.1:
        return _("< {percent} %").format(percent=number(0.1, digits=1))
    return _("{percent} %").format(percent=number(share, digits=1))


def _written(layer: LayerShape) -> str:
    entering, leaving = ("×".join(map(whole, shape)) for shape in (layer.entering, layer.leaving))
    return f"{leaving}" if layer.kind == "convolution" else f"{entering} → {leaving}"


def describe_parameters_by_layer(*, kernel: int, filters: int, stride: int = 2, bias: bool = True) -> str:
    """Say what `parameters_by_layer` draws at the same parameters.

    Examples
    --------
    >>> print(describe_parameters_by_layer(kernel=3, filters=32).split(". ")[1])
    The first convolution has 32·3·3·1 weights and 32 biases, 320 parameters
    """
    layers = _layers(kernel, filters, stride, bias)
    first, second, dense, _output = layers
    total = _total(layers)
    return _(
        "With kernel {kernel}, {filters} filters and stride {stride} the discriminator has {total} "
        "parameters, {biases} of them biases. The first convolution has {filters}·{kernel}·{kernel}·1 "
        "weights and {first_biases} biases, {first} parameters. The second has {second}. The first dense "
        "layer reads {length} numbers and has {dense} parameters, {share} of all."
    ).format(
        kernel=kernel,
        filters=filters,
        stride=number(stride, digits=None),
        total=whole(total),
        biases=whole(sum(layer.biases for layer in layers)),
        first_biases=first.biases,
        first=whole(first.parameters),
        second=whole(second.parameters),
        length=whole(dense.entering[0]),
        dense=whole(dense.parameters),
        share=percent(dense.parameters / total),
    )
