"""Pictures and maps of a scene: right pixels in right places, nine colours that everyone can tell apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from examlab.figures import style
from examlab.figures.article import scene as drawing

SEEN_BY = {  # G. Machado et al. 2009, severity 1; linear RGB
    "most people": np.eye(3),
    "protanopes": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopes": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def axes():
    return Figure().add_axes((0, 0, 1, 1))


def lab(colour, seen):
    shade = np.array(to_rgb(colour))
    linear = np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = xyz @ np.clip(seen @ linear, 0, 1) / (0.9505, 1, 1.089)
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("who", SEEN_BY)
def test_everyone_can_tell_the_classes_apart(who):
    pairs = itertools.combinations([lab(colour, SEEN_BY[who]) for colour in style.CLASSES], 2)
    assert min(np.linalg.norm(one - other) for one, other in pairs) > 20


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
