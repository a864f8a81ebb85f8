"""Pictures and maps of a scene: right pixels in right places, nine colours that everyone can tell apart."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from examlab.figures import article, style
from examlab.figures.article import scene as drawing
from examlab.hyperspectral.materials import PAVIA_COUNTS
from tests.unit.colour import SEEN_BY, difference, lab


def axes():
    return Figure().add_axes((0, 0, 1, 1))


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_everyone_can_tell_the_classes_apart(eyes):
    pairs = itertools.combinations([lab(colour, seen_by=eyes) for colour in style.CLASSES], 2)
    assert min(difference(one, other) for one, other in pairs) > 11


def test_a_class_keeps_its_colour_in_dark_mode_as_its_pixels_do():
    assert all(style.DARK[colour] == colour for colour in style.CLASSES)
    assert len(style.CLASSES) == len(set(style.CLASSES)) == 9


def test_a_map_shows_each_class_in_its_colour_and_nothing_where_there_is_none():
    labels = np.arange(10).reshape(2, 5)
    ax = axes()
    drawing.class_map(ax, labels)
    pixels = ax.images[0].get_array()
    assert (pixels[..., 3] == np.where(labels, 255, 0)).all()
    for number, colour in enumerate(style.CLASSES, start=1):
        assert np.allclose(pixels[labels == number][0][:3] / 255, to_rgb(colour), atol=1 / 255)


def test_the_number_stands_inside_the_largest_region_of_its_class():
    labels = np.ones((40, 30), dtype=int)
    labels[2:6, 2:6] = 2
    labels[20:34, 8:22] = 2
    labels[0, 29] = 3  # too small for a number
    ax = axes()
    drawing.class_map(ax, labels)
    placed = {
        line.get_marker(): tuple(float(at[0]) for at in line.get_data())
        for line in ax.lines
        if line.get_marker().startswith("$") and len(line.get_xdata())
    }
    assert placed.keys() == {"$1$", "$2$"}
    x, y = placed["$2$"]
    assert abs(x - 14.5) <= 1 and abs(y - 26.5) <= 1
    x, y = placed["$1$"]
    assert labels[int(y), int(x)] == 1


def test_only_the_chosen_class_keeps_its_colour():
    labels = np.arange(10).reshape(2, 5)
    ax = axes()
    drawing.class_map(ax, labels, chosen=4)
    pixels = ax.images[0].get_array()
    assert np.allclose(pixels[labels == 4][0][:3] / 255, to_rgb(style.CLASSES[3]), atol=1 / 255)
    assert len(np.unique(pixels[(labels != 4) & (labels > 0)], axis=0)) == 1


def test_false_colour_shows_red_as_red():
    cube = np.random.default_rng(0).integers(0, 1000, (20, 20, 5))
    cube[:10, :, 4] += 5000  # much red above
    cube[10:, :, 0] += 5000  # much blue below
    pixels = drawing.false_colour(cube, np.array([460.0, 500, 550, 600, 640])).astype(int)
    assert (pixels[:10, :, 0] > pixels[:10, :, 2] + 50).all() and (
        pixels[10:, :, 2] > pixels[10:, :, 0] + 50
    ).all()


def test_a_band_is_drawn_upright_in_greys():
    cube = np.arange(12.0).reshape(3, 4)[..., None] * np.array([1, -1])
    for band, sign in ((0, 1), (1, -1)):
        ax = axes()
        drawing.band_picture(ax, cube, band)
        grey = ax.images[0].get_array().astype(int)
        assert (grey[..., 0] == grey[..., 2]).all()
        assert (sign * np.diff(grey[..., 0], axis=0) > 0).all()


def test_a_constant_band_is_drawn_too():
    ax = axes()
    drawing.band_picture(ax, np.ones((3, 4, 1)), 0)
    assert len(np.unique(ax.images[0].get_array())) == 1


def test_every_class_of_the_scene_has_its_name():
    names = [drawing.class_name(number) for number in range(1, 10)]
    assert tuple(names) == drawing.small_scene().class_names
    for number in (0, 10):
        with pytest.raises(ValueError, match=rf"number must .*got {number}"):
            drawing.class_name(number)


def test_the_spectrum_is_that_of_the_marked_pixel():
    scene = drawing.small_scene()
    figure = article.cube(band=71, material="trees")
    picture, _, right = figure.axes
    ring = picture.lines[-1]
    row, column = int(ring.get_ydata()[0]), int(ring.get_xdata()[0])
    assert scene.class_names[scene.ground_truth[row, column] - 1] == "trees"
    drawn = next(line.get_ydata() for line in right.lines if len(line.get_ydata()) == 103)
    assert (drawn == scene.cube[row, column]).all()
    assert f"counts {scene.cube[row, column, 70]} there" in article.describe_cube(band=71, material="trees")


def test_finer_maps_explain_more_of_the_spectra():
    words = [article.describe_partition(classes=k) for k in range(1, 10)]
    between = [int(re.search(r"(\d+) % lies", said)[1]) for said in words]
    assert between[0] == 0 and between == sorted(between) and between[-1] > 60


def test_every_bar_is_a_count_of_pavia_university():
    bars = [patch.get_width() for patch in article.always_one_class(answer="trees").axes[0].patches]
    assert bars == list(PAVIA_COUNTS)
