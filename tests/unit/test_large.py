"""Scenes in a file: the labels of the scene in memory, whoever computes them, and files that are none."""

from __future__ import annotations

import builtins
import os

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from examlab.hyperspectral import pipeline
from examlab.hyperspectral.large import segment_file
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.segmentation import segment

SCENE = simulated_scene((61, 40), random_state=5)
MASK = SCENE.ground_truth > 0
OPTIONS = {"n_clusters": 6, "radius": 8.0, "random_state": 0}


@pytest.fixture
def path(tmp_path):
    np.save(tmp_path / "scene.npy", SCENE.cube)
    return tmp_path / "scene.npy"


@pytest.fixture
def small_blocks(monkeypatch):
    """Cut the scene into blocks of 5 rows, and the last of one."""
    monkeypatch.setattr(pipeline, "BLOCK", 220)


def same(one, other):
    assert_array_equal(one.labels, other.labels)
    assert_array_equal(one.rejected, other.rejected)
    assert (one.n_clusters, one.radius, one.values, one.kept) == (
        other.n_clusters,
        other.radius,
        other.values,
        other.kept,
    )


def test_one_process_gives_the_labels_of_the_scene_in_memory(path, small_blocks):
    same(segment_file(path, MASK, n_workers=None, **OPTIONS), segment(SCENE.cube, MASK, **OPTIONS))


def test_a_cluster_of_processes_gives_them_too(path, small_blocks):
    told = []
    found = segment_file(
        path, MASK, n_workers=2, progress=lambda done, of: told.append((done, of)), **OPTIONS
    )
    same(found, segment(SCENE.cube, MASK, **OPTIONS))
    assert told[-1][0] == told[-1][1] == len(told)


def test_the_size_of_the_blocks_does_not_matter(path, monkeypatch):
    whole = segment_file(path, MASK, n_workers=None, **OPTIONS)
    monkeypatch.setattr(pipeline, "BLOCK", 1)  # a row at a time
    rows = segment_file(os.fspath(path), MASK, n_workers=None, **OPTIONS)
    assert (rows.labels == whole.labels).mean() > 0.999


def test_without_dask_the_message_says_what_to_do(path, monkeypatch):
    real = builtins.__import__

    def missing(name, *arguments, **options):
        if name.split(".")[0] in {"dask", "distributed"}:
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(
        ImportError, match=r'n_workers must be None .*pip install "dask\[array\]" distributed'
    ):
        segment_file(path, MASK, **OPTIONS)
    assert segment_file(path, MASK, n_workers=None, **OPTIONS).n_clusters == 6


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not an array", "path must name a file of NumPy's format"),
        (np.zeros((4, 5)), r"path must name a file with numbers of shape \(rows, columns, bands\).*\(4, 5\)"),
        (np.zeros((0, 5, 3)), "path must name a file with numbers"),
        (np.full((4, 5, 3), "a"), "path must name a file with numbers"),
        (np.asfortranarray(np.ones((61, 40, 3))), "path must name .* in C order"),
        (np.full((61, 40, 3), np.nan), "path must hold numbers in .*nan"),
        (np.ones((61, 40, 3)), "cube must hold different pixels"),
        (np.ones((60, 40, 3)), "labelled must have the rows and columns"),
    ],
)
def test_a_file_that_is_no_scene_is_named(tmp_path, content, says):
    path = tmp_path / "scene.npy"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        np.save(path, content)
    with pytest.raises(ValueError, match=says):
        segment_file(path, MASK, n_workers=None, **OPTIONS)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"n_workers": 0}, "n_workers must"),
        ({"memory_limit": 1e6}, "memory_limit must"),
        ({"n_clusters": 10**6}, "n_clusters must"),
        ({"nu": 2}, "nu must"),
    ],
)
def test_a_bad_option_is_named(path, options, says):
    with pytest.raises(ValueError, match=says):
        segment_file(path, MASK, **{**OPTIONS, **options})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npy"):
        segment_file(tmp_path / "none.npy", MASK)
