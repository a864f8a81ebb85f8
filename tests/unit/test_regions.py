"""Regions of a map against a flood fill in plain Python, and coarser maps against what nesting means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from examlab.hyperspectral.regions import merge_classes, regions
from examlab.hyperspectral.scenes import simulated_scene


def flooded(labels):
    """Return the regions as a set of sets of pixels."""
    waiting = set(np.ndindex(labels.shape))
    found = set()
    while waiting:
        region, edge = set(), [min(waiting)]
        while edge:
            row, column = pixel = edge.pop()
            if pixel in waiting:
                waiting.remove(pixel)
                region.add(pixel)
                around = [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
                edge += [other for other in around if other in waiting and labels[other] == labels[pixel]]
        found.add(frozenset(region))
    return found


@settings(max_examples=60, deadline=None)
@given(arrays(np.int64, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 3)))
def test_regions_are_those_of_a_flood_fill(labels):
    numbers = regions(labels)
    assert set(np.unique(numbers)) == set(range(1, numbers.max() + 1))
    ours = {frozenset(zip(*np.nonzero(numbers == k), strict=True)) for k in range(1, numbers.max() + 1)}
    assert ours == flooded(labels)


def test_a_coarser_map_joins_whole_classes():
    scene = simulated_scene((60, 50), random_state=0)
    finer = scene.materials
    for n_classes in range(8, 0, -1):
        coarser = merge_classes(scene.cube, scene.materials, n_classes=n_classes)
        assert len(np.unique(coarser)) == n_classes
        pairs = set(zip(finer.ravel().tolist(), coarser.ravel().tolist(), strict=True))
        assert len(pairs) == n_classes + 1  # exactly one class was joined to another
        finer = coarser


def test_the_nearest_spectra_are_joined_first():
    scene = simulated_scene((60, 50), random_state=1)
    X = scene.cube / scene.cube.reshape(-1, 103).std(axis=0)
    means = {k: X[scene.materials == k].mean(axis=0) for k in range(1, 10)}
    apart = {(i, j): np.linalg.norm(means[i] - means[j]) for i in means for j in means if i < j}
    i, j = min(apart, key=apart.get)
    coarser = merge_classes(scene.cube, scene.materials, n_classes=8)
    assert len(np.unique(coarser[np.isin(scene.materials, (i, j))])) == 1


def test_a_joined_class_bears_the_label_of_its_largest_member():
    cube = np.array([[[1.0], [2.0], [2.0], [9.0], [9.0], [9.0]]])
    assert merge_classes(cube, [[1, 2, 2, 3, 3, 3]], n_classes=2).tolist() == [[2, 2, 2, 3, 3, 3]]
    # A class of one pixel is not the largest of the others.
    assert merge_classes(cube[:, 3:] - [[[0], [0], [8]]], [[7, 8, 9]], n_classes=2).tolist() == [[7, 7, 9]]
    for n_classes, expected in ((1, [3] * 6), (3, [1, 2, 2, 3, 3, 3])):
        assert merge_classes(cube, [[1, 2, 2, 3, 3, 3]], n_classes=n_classes).tolist() == [expected]


def test_neither_the_unit_of_a_band_nor_a_constant_band_matters():
    scene = simulated_scene((30, 25), random_state=0)
    cube = scene.cube[:, :, ::10].astype(float)
    powers = np.arange(cube.shape[2])
    for units in (10.0**powers, 10.0 ** (-4 - powers)):
        other = np.concatenate([np.full((30, 25, 1), 7.0), cube * units], axis=2)
        for n_classes in (2, 4, 6):
            ours, theirs = (merge_classes(X, scene.materials, n_classes=n_classes) for X in (cube, other))
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("labels", "error"),
    [([1, 2], ValueError), (np.zeros((0, 3), int), ValueError), ([[-1]], ValueError), ([[0.5]], TypeError)],
)
def test_bad_labels_are_named(labels, error):
    with pytest.raises(error, match=r"^labels must .*got"):
        regions(labels)


@pytest.mark.parametrize(
    ("change", "name"),
    [({"n_classes": 3}, "n_classes"), ({"n_classes": 0}, "n_classes"), ({"cube": [[[np.nan], [1]]]}, "cube"),
     ({"cube": [[[1.0]]]}, "cube")],
)  # fmt: skip
def test_a_bad_argument_of_a_merge_is_named(change, name):
    with pytest.raises(ValueError, match=rf"^{name} must .*got"):
        merge_classes(**{"cube": [[[1.0], [2.0]]], "labels": [[1, 2]], "n_classes": 1, **change})
