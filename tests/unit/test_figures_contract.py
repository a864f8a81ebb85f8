"""What every drawing function promises, at the start and at every corner of what a reader can move."""

from __future__ import annotations

import inspect
import io
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from examlab.figures import article, gan, preamble, style
from examlab.figures.style import number
from examlab.networks import gan as networks
from examlab.networks.activation_study import stored_study
from examlab.networks.digits import load_digits_8x8
from examlab.networks.scores import Scores

SMALL_XOR = {"starts": 200, "steps": 200}


@cache
def trained(loss, steps=30):
    """Return a short training of the small GAN."""
    return networks.train(
        load_digits_8x8()[0],
        generator=networks.build_digit_generator(random_state=0),
        discriminator=networks.build_digit_discriminator(random_state=1),
        steps=steps,
        loss=loss,
        snapshots=4,
        random_state=2,
    )


DIGITS = load_digits_8x8()[0]
SHARES = np.full(10, 0.1)
NEAREST = {
    "samples": DIGITS[:10],
    "neighbours": DIGITS[10:20],
    "distances": np.linspace(0.21, 0.62, 50),
    "reference": np.linspace(0.1, 0.51, 50),
}
PAIR = {"discriminator": ("leaky-relu", "leaky-relu", "relu"), "generator": ("relu", "relu", "leaky-relu")}


@dataclass(frozen=True)
class Case:
    """A drawing function, what a reader can move in it (first value: the start), and what is fixed."""

    draw: Callable[..., Figure]
    describe: Callable[..., str]
    moved: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    impossible: Callable[..., str | None] = lambda **_position: None

    def positions(self):
        """Return the start and every corner, the ends of the sliders combined, if they go together."""
        corners = itertools.product(*(values[1:] for values in self.moved.values()))
        start = tuple(values[0] for values in self.moved.values())
        found = [dict(zip(self.moved, values, strict=True)) for values in dict.fromkeys([start, *corners])]
        return [position for position in found if self.impossible(**position) is None]


CASES = {
    "five_factors": Case(
        preamble.five_factors,
        preamble.describe_five_factors,
        {"b1": (-0.5, -3.0, 3.0), "w1": (1.5, -2.0, 2.0)},
    ),
    "five_factors, sigmoid": Case(
        preamble.five_factors,
        preamble.describe_five_factors,
        {"b1": (-0.5, -3.0, 3.0), "w1": (1.5, -2.0, 2.0)},
        {"activation": "sigmoid", "loss": "squared", "y": 0.0},
    ),
    "relu_or_leaky": Case(
        gan.relu_or_leaky, gan.describe_relu_or_leaky, {"alpha": (0.1, 0.01, 0.5), "z1": (-1.5, -3.0, 3.0)}
    ),
    "xor_bars": Case(gan.xor_bars, gan.describe_xor_bars, {}, SMALL_XOR),
    "silent_units_over_time": Case(
        gan.silent_units_over_time, gan.describe_silent_units_over_time, {"step": (20, 0, 200)}, SMALL_XOR
    ),
    "loss_slope": Case(
        gan.loss_slope,
        gan.describe_loss_slope,
        {"d": (0.1, 0.01, 0.99), "loss": ("minimax", "minimax", "non-saturating")},
    ),
    "logit_and_threshold": Case(
        gan.logit_and_threshold,
        gan.describe_logit_and_threshold,
        {"z": (1.0, -6.0, 6.0), "threshold": (0.5, 0.1, 0.9)},
    ),
    "softmax_pair": Case(
        gan.softmax_pair, gan.describe_softmax_pair, {"z": (1.0, -4.0, 4.0), "shift": (3.0, -6.0, 6.0)}
    ),
    "held_out_logits": Case(
        gan.held_out_logits, gan.describe_held_out_logits, {"threshold": (0.5, 0.01, 0.99)}
    ),
    "slope_near_one": Case(gan.slope_near_one, gan.describe_slope_near_one, {"nines": (3, 0, 8)}),
    "fused_or_not": Case(gan.fused_or_not, gan.describe_fused_or_not, {"s": (16.0, 14.0, 19.0)}),
    "two_players": Case(
        gan.two_players, gan.describe_two_players, {"eta": (0.2, 0.1, 0.4), "step": (10, 0, 40)}
    ),
    "forger_and_detective": Case(
        gan.forger_and_detective, gan.describe_forger_and_detective, {"d": (0.2, 0.0, 1.0)}
    ),
    "pixels_read": Case(
        gan.pixels_read,
        gan.describe_pixels_read,
        {"size": (7, 4, 8), "kernel": (3, 2, 5), "stride": (2, 1, 3), "padding": (1, 0, 2)},
        impossible=gan.why_not_read,
    ),
    "pixels_read, place": Case(
        gan.pixels_read,
        gan.describe_pixels_read,
        {"place": (6, 1, 16)},
        {"size": 8, "kernel": 3, "stride": 2, "padding": 1},
    ),
    "layer_tensors": Case(gan.layer_tensors, gan.describe_layer_tensors),
    "parameters_by_layer": Case(
        gan.parameters_by_layer,
        gan.describe_parameters_by_layer,
        {
            "kernel": (3, 1, 7),
            "filters": (32, 8, 64),
            "stride": (2, 1, 3),
            "bias": (True, True, False),
        },
    ),
    "activation_courses": Case(
        gan.activation_courses,
        gan.describe_activation_courses,
        {**PAIR, "penalty": ("plain", "plain", "r1"), "step": (1500, 0, 750)},
        {"study": stored_study()},
    ),
    "samples_by_step": Case(
        gan.samples_by_step,
        gan.describe_samples_by_step,
        {"step": (20, 0, 30)},
        {"history": trained("minimax")},
    ),
    "gradient_norms": Case(
        gan.gradient_norms,
        gan.describe_gradient_norms,
        {"step": (10, 1, 30)},
        {"histories": {"minimax": trained("minimax"), "non-saturating": trained("non-saturating")}},
    ),
    "gradient_norms, one run": Case(
        gan.gradient_norms,
        gan.describe_gradient_norms,
        {"step": (10, 1, 30)},
        {"histories": {"non-saturating": trained("non-saturating")}},
    ),
    "class_shares": Case(
        gan.class_shares,
        gan.describe_class_shares,
        {},
        {"shares": {"generated": np.linspace(0, 0.2, 10), "real, held out": [0.1] * 10}},
    ),
    "final_distances": Case(
        gan.final_distances,
        gan.describe_final_distances,
        {},
        {"distances": {"minimax": [4.1, 4.5], "non-saturating, R1": [2.1, 2.2]}, "reference": 0.42},
    ),
    "score_bars": Case(
        gan.score_bars,
        gan.describe_score_bars,
        {},
        {
            "generated": {"8×8": Scores(0.89, SHARES, 1.2), "32×32": Scores(0.86, SHARES, 30.0)},
            "real": {"8×8": Scores(0.97, SHARES, 0.42), "32×32": Scores(0.98, SHARES, 3.1)},
        },
    ),
    "nearest_images": Case(gan.nearest_images, gan.describe_nearest_images, {}, NEAREST),
    "boundary": Case(
        article.boundary, article.describe_boundary, {"sigma2": (1.0, 0.05, 20.0), "nu": (0.1, 0.02, 0.5)}
    ),
}
EVERY = [(name, index) for name, case in CASES.items() for index in range(len(case.positions()))]
LAYOUTS = {"wide": False, "narrow": True}
MOVED = [(name, parameter) for name, case in CASES.items() for parameter in case.moved]


def drawn(name, layout, **position):
    return CASES[name].draw(**position, **CASES[name].fixed, narrow=LAYOUTS[layout])


def as_svg(figure):
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "examlab"}):
        figure.savefig(buffer, format="svg", metadata=nothing)
    return buffer.getvalue()


@cache
def figure_at(name, index, layout):
    return drawn(name, layout, **CASES[name].positions()[index])


@cache
def svg_at(name, index, layout):
    return as_svg(figure_at(name, index, layout))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("name", "index"), EVERY)
def test_texts_are_whole_legible_and_apart(name, index, layout):
    figure = figure_at(name, index, layout)
    assert figure.get_figwidth() == {"wide": style.WIDE, "narrow": style.NARROW}[layout]
    check_texts(figure)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CASES)
def test_french_texts_have_the_room_they_need(name, layout, monkeypatch):
    monkeypatch.setenv("EXAMLAB_LANGUAGE", "fr")
    check_texts(drawn(name, layout, **CASES[name].positions()[-1]))


def check_texts(figure):
    """Fail if a text is small, leaves the figure, or lies on another."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    assert min(text.get_fontsize() for text in texts) >= 9.5
    boxes = {text: text.get_window_extent(canvas.get_renderer()) for text in texts}
    page = figure.bbox
    for text, box in boxes.items():
        inside = page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        assert inside, f"{text.get_text()!r} leaves the figure"
    for one, other in itertools.combinations(texts, 2):
        common = boxes[one].intersection(boxes[one], boxes[other])
        apart = common is None or min(common.width, common.height) < 1
        assert apart, f"{one.get_text()!r} and {other.get_text()!r} overlap"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CASES)
def test_all_positions_share_one_skeleton(name, layout):
    def skeleton(index):
        figure = figure_at(name, index, layout)
        return [[(type(child), child.get_zorder()) for child in ax.get_children()] for ax in figure.axes]

    def groups(index):
        return re.findall(r'<g id="([a-z]+[\w.]*)"', svg_at(name, index, layout))

    everywhere = range(len(CASES[name].positions()))
    assert all(skeleton(index) == skeleton(0) for index in everywhere)
    assert all(groups(index) == groups(0) for index in everywhere)


@pytest.mark.parametrize(("name", "index"), EVERY)
def test_only_colours_with_a_dark_partner(name, index):
    svg = svg_at(name, index, "wide")
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", svg)) <= set(style.DARK)
    assert set(re.findall(r"opacity: ([\d.]+)", svg)) <= {"0"}  # an empty marker, never a mixed colour
    # Black is what an SVG shape has when it names no colour, and so would stay black in dark mode.
    assert not re.search(r"\b(black|white|rgb\()", svg)
    painted = re.findall(r'<(?:path|use)(?=[^>]*clip-path)[^>]*style="([^"]*)"', svg)
    assert painted and all(re.search(r"(fill|stroke): (#|url)", paint) for paint in painted)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", CASES)
def test_same_parameters_same_bytes_whatever_the_reader_prefers(name, layout):
    preferences = {
        "lines.linewidth": 9,
        "patch.linewidth": 5,
        "axes.grid": True,
        "axes.spines.top": True,
        "font.size": 20,
        "text.color": "#ff0000",
        "axes.titlepad": 40,
        "xtick.direction": "in",
    }
    with matplotlib.rc_context(preferences):
        figure = drawn(name, layout, **CASES[name].positions()[0])
        assert matplotlib.rcParams["font.size"] == 20
    assert as_svg(figure) == svg_at(name, 0, layout)


@pytest.mark.parametrize(("name", "parameter"), MOVED)
def test_each_slider_alone_changes_the_picture_and_the_words(name, parameter):
    case = CASES[name]
    start = case.positions()[0]
    moved = start | {parameter: case.moved[parameter][-1]}
    assert as_svg(drawn(name, "narrow", **moved)) != svg_at(name, 0, "narrow")
    assert case.describe(**moved, **case.fixed) != case.describe(**start, **case.fixed)


SAID = {
    "minimax": "log(1 − d)",
    "non-saturating": "−log d",
    "relu": "ReLU",
    "leaky-relu": "LeakyReLU",
    "plain": "without penalty",
    "r1": "with R1 penalty",
}
"""How the words write what was chosen, where it is no number."""


@pytest.mark.parametrize(("name", "index"), EVERY)
def test_words_state_what_was_chosen(name, index):
    case = CASES[name]
    position = case.positions()[index]
    words = case.describe(**position, **case.fixed)
    assert words.endswith(".") and not re.search(r"[{}$\\]|nan|None", words)
    assert len(re.findall(r"\.(?:\s|$)", words)) <= 4
    for value in position.values():
        assert (SAID.get(value) or number(value, digits=None)) in words


@pytest.mark.parametrize("name", CASES)
def test_draw_and_describe_take_the_same_parameters(name):
    drawing, telling = (inspect.signature(f).parameters for f in (CASES[name].draw, CASES[name].describe))
    assert [*telling, "narrow"] == list(drawing)
    assert all(telling[parameter] == drawing[parameter] for parameter in telling)
    assert {parameter.kind for parameter in drawing.values()} == {inspect.Parameter.KEYWORD_ONLY}


BAD = [
    ("five_factors", "b1", float("nan"), "nan"),
    ("five_factors", "activation", "swish", "'swish'"),
    ("five_factors", "loss", "hinge", "'hinge'"),
    ("five_factors", "x", (1, 2, 3), "(3,)"),
    ("five_factors", "y", 2, "2"),
    ("five_factors", "parameters", {"w11": 1}, "w11"),
    ("relu_or_leaky", "alpha", 0.6, "0.6"),
    ("relu_or_leaky", "alpha", -0.1, "-0.1"),
    ("relu_or_leaky", "z1", 3.5, "3.5"),
    ("xor_bars", "starts", 0, "0"),
    ("xor_bars", "alpha", 2, "2"),
    ("xor_bars", "random_state", -1, "-1"),
    ("silent_units_over_time", "step", 201, "201"),
    ("silent_units_over_time", "step", -1, "-1"),
    ("loss_slope", "d", 0, "0"),
    ("loss_slope", "d", 1, "1"),
    ("loss_slope", "loss", "hinge", "'hinge'"),
    ("logit_and_threshold", "z", 6.5, "6.5"),
    ("logit_and_threshold", "threshold", 0, "0"),
    ("logit_and_threshold", "threshold", 1, "1"),
    ("softmax_pair", "z", float("nan"), "nan"),
    ("softmax_pair", "shift", 7, "7"),
    ("held_out_logits", "threshold", 1, "1"),
    ("held_out_logits", "random_state", -1, "-1"),
    ("slope_near_one", "nines", 9, "9"),
    ("slope_near_one", "nines", -1, "-1"),
    ("fused_or_not", "s", 20, "20"),
    ("two_players", "eta", 0, "0"),
    ("two_players", "eta", 0.6, "0.6"),
    ("two_players", "step", 41, "41"),
    ("forger_and_detective", "d", 1.1, "1.1"),
    ("pixels_read", "size", 9, "9"),
    ("pixels_read", "kernel", 0, "0"),
    ("pixels_read", "kernel", 11, "11"),
    ("pixels_read", "stride", 0, "0"),
    ("pixels_read", "padding", 3, "3"),
    ("pixels_read, place", "place", 17, "17"),
    ("pixels_read, place", "place", 0, "0"),
    ("parameters_by_layer", "kernel", 4, "4"),
    ("parameters_by_layer", "filters", 0, "0"),
    ("parameters_by_layer", "stride", 0, "0"),
    ("boundary", "sigma2", 0, "0"),
    ("boundary", "nu", 0, "0"),
    ("boundary", "nu", 1.5, "1.5"),
    ("boundary", "n_samples", 1, "1"),
    ("activation_courses", "discriminator", "tanh", "'tanh'"),
    ("activation_courses", "generator", "tanh", "'tanh'"),
    ("activation_courses", "penalty", "r2", "'r2'"),
    ("activation_courses", "step", 1, "1"),
    ("samples_by_step", "step", 15, "15"),
    ("gradient_norms", "step", 0, "0"),
    ("gradient_norms", "step", 31, "31"),
    ("gradient_norms", "histories", {}, "0"),
    ("class_shares", "shares", {}, "0"),
    ("class_shares", "shares", {"mine": [0.5] * 3}, "(3,)"),
    ("class_shares", "shares", {"mine": [2] * 10}, "2"),
    ("final_distances", "distances", {}, "none"),
    ("final_distances", "distances", {"minimax": [-1.0]}, "-1"),
    ("final_distances", "reference", -1, "-1"),
    ("score_bars", "real", {}, "[]"),
    ("nearest_images", "samples", np.full((10, 8, 8, 1), np.nan), "nan"),
    ("nearest_images", "neighbours", DIGITS[:9], "(9, 8, 8, 1)"),
    ("nearest_images", "distances", [], "empty"),
    ("nearest_images", "reference", [[1]], "(1, 1)"),
]


@pytest.mark.parametrize(("name", "argument", "value", "got"), BAD)
def test_a_bad_value_is_named(name, argument, value, got):
    case = CASES[name]
    arguments = {**case.positions()[0], **case.fixed, argument: value}
    for function in (case.draw, case.describe):
        with pytest.raises(ValueError, match=rf"^{argument} must .*got .*{re.escape(got)}"):
            function(**arguments)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("five_factors", "b1"),
        ("relu_or_leaky", "z1"),
        ("xor_bars", "starts"),
        ("silent_units_over_time", "step"),
        ("loss_slope", "d"),
        ("loss_slope", "loss"),
        ("logit_and_threshold", "z"),
        ("softmax_pair", "shift"),
        ("held_out_logits", "threshold"),
        ("slope_near_one", "nines"),
        ("fused_or_not", "s"),
        ("two_players", "step"),
        ("forger_and_detective", "d"),
        ("pixels_read", "size"),
        ("pixels_read", "padding"),
        ("pixels_read, place", "place"),
        ("parameters_by_layer", "kernel"),
        ("parameters_by_layer", "bias"),
        ("boundary", "sigma2"),
    ],
)
def test_a_wrong_type_is_named(name, argument):
    case = CASES[name]
    for function in (case.draw, case.describe):
        with pytest.raises(TypeError, match=argument):
            function(**{**case.positions()[0], **case.fixed, argument: [None]})
