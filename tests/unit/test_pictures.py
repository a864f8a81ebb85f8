"""Many small images as one picture: each in its place, grey by grey."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from examlab.figures import pictures, style


def test_each_image_stands_in_its_place():
    images = np.linspace(-1, 1, 5)[:, None, None, None] * np.ones((5, 3, 4, 1))
    sheet = pictures.compose(images, columns=2, gap=2)
    assert sheet.shape == (3 * 3 + 2 * 2, 2 * 4 + 2, 4)
    greys = [sheet[row * 5, column * 6, 0] for row in range(3) for column in range(2)]
    assert greys[:5] == sorted(greys[:5]) and len(set(greys[:5])) == 5
    for row, column in np.ndindex(3, 2):
        place = sheet[row * 5 : row * 5 + 3, column * 6 : column * 6 + 4]
        assert (place == place[0, 0]).all()
        assert place[0, 0, 3] == (255 if (row, column) != (2, 1) else 0)
    assert (sheet[3:5, :, 3] == 0).all() and (sheet[:, 4:6, 3] == 0).all(), "nothing lies between"


def test_pixels_are_neither_turned_nor_mirrored():
    image = np.linspace(-1, 1, 6).reshape(1, 2, 3, 1)
    grey = pictures.compose(image, columns=1)[..., 0].astype(int)
    assert (np.diff(grey, axis=1) > 0).all() and (np.diff(grey, axis=0) > 0).all()


def test_black_is_the_dark_page_and_white_is_white():
    dark = int(style.DARK[style.PAPER][1:3], 16)
    sheet = pictures.compose(np.array([-1.0, 1.0, -7.0, 7.0]).reshape(4, 1, 1, 1), columns=4, gap=0)
    assert sheet[0, :, :3].tolist() == [[dark] * 3, [255] * 3] * 2


def test_a_picture_has_few_colours():
    sheet = pictures.compose(np.random.default_rng(0).uniform(-1, 1, (40, 8, 8, 1)), columns=8)
    assert len(np.unique(sheet.reshape(-1, 4), axis=0)) == pictures.LEVELS + 1 <= 16, "four bits a pixel"


def test_the_axes_hold_the_whole_picture_upright():
    axes = Figure().add_axes((0, 0, 1, 1))
    drawn = pictures.picture(axes, np.zeros((6, 8, 8, 1)), columns=3)
    assert list(drawn.get_extent()) == [-0.5, 25.5, 16.5, -0.5]
    assert drawn.get_interpolation() == "none"


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"images": np.ones((2, 8, 8)), "columns": 2}, ValueError, r"images must have shape .*\(2, 8, 8\)"),
        ({"images": np.full((1, 2, 2, 1), np.nan), "columns": 2}, ValueError, "images must .* nan"),
        ({"images": np.ones((1, 2, 2, 1)), "columns": 0}, ValueError, "columns must .* got 0"),
        ({"images": np.ones((1, 2, 2, 1)), "columns": 1, "gap": -1}, ValueError, "gap must .* got -1"),
        ({"images": [["a"]], "columns": 1}, TypeError, "images must hold real numbers"),
    ],
)
def test_a_bad_argument_is_named(arguments, error, says):
    with pytest.raises(error, match=says):
        pictures.compose(**arguments)


def test_few_colours_are_few_and_near():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3))
    errors = []
    for colours in (2, 8, 32):
        few = pictures.few_colours(pixels, colours=colours)
        assert few.shape == pixels.shape and few.dtype == np.uint8
        assert len(np.unique(few.reshape(-1, 3), axis=0)) == colours
        errors.append(np.abs(few - pixels).mean())
    assert errors[0] > errors[1] > errors[2] and errors[2] < 40


def test_colours_that_are_few_already_stay():
    pixels = np.random.default_rng(0).choice([0, 90, 250], (9, 9))[..., None] * np.ones(3)
    pixels[0] = 90  # one colour far more often than the others
    assert (pictures.few_colours(pixels, colours=16) == pixels).all()


@pytest.mark.parametrize(
    ("pixels", "colours", "says"),
    [
        (np.ones((4, 4)), 2, r"pixels must have shape .*\(4, 4\)"),
        (np.full((2, 2, 3), 256), 2, "pixels must .* 256"),
        (np.ones((2, 2, 3)), 0, "colours must .* got 0"),
    ],
)
def test_bad_pixels_are_named(pixels, colours, says):
    with pytest.raises(ValueError, match=says):
        pictures.few_colours(pixels, colours=colours)
