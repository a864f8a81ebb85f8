"""Loading Pavia University from files that the tests make, small ones of the published form."""

from __future__ import annotations

import dataclasses
import hashlib
import urllib.request

import numpy as np
import pytest
from scipy.io import savemat

from examlab.hyperspectral import fetch, pavia
from examlab.hyperspectral.materials import CLASS_NAMES
from examlab.hyperspectral.scenes import load_pavia_university

ROWS, COLUMNS, BANDS = 7, 5, 103


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with a small scene, published at an address of which the tests decide what it does."""
    rng = np.random.default_rng(0)
    folder, home = tmp_path / "scene", tmp_path / "published"
    for name, array in {
        "_CUBE": rng.integers(0, 8000, size=(ROWS, COLUMNS, BANDS)).astype(np.uint16),
        "_TRUTH": rng.integers(0, 10, size=(ROWS, COLUMNS)).astype(np.uint8),
    }.items():
        file = getattr(pavia, name)
        for place in (folder, home):
            place.mkdir(exist_ok=True)
            savemat(place / file.name, {file.key: array}, do_compression=True)
        published = home / file.name
        (folder / file.name).write_bytes(published.read_bytes())  # the header holds the time
        digest = hashlib.sha256(published.read_bytes()).hexdigest()
        small = dataclasses.replace(file, url=published.as_uri(), sha256=digest, shape=array.shape)
        monkeypatch.setattr(pavia, name, small)
    return folder


@pytest.fixture
def no_network(monkeypatch):
    def forbidden(*_, **__):
        raise AssertionError("asked the network unasked")

    monkeypatch.setattr(urllib.request.OpenerDirector, "open", forbidden)


def refused(error, message, *arguments, **options):
    """Check that the error says what happened, and how to go on by hand."""
    with pytest.raises(error, match=message) as raised:
        load_pavia_university(*arguments, **options)
    words = str(raised.value)
    assert "by hand: open https://www.ehu.eus/" in words and "\n" not in words
    for file in (pavia._CUBE, pavia._TRUTH):
        assert file.name in words and file.sha256 in words


def test_the_published_files_are_described_as_the_question_has_them():
    assert pavia._CUBE.shape == (610, 340, 103) and pavia._TRUTH.shape == (610, 340)
    assert len(pavia._CUBE.sha256) == len(pavia._TRUTH.sha256) == 64
    assert pavia._CUBE.url.endswith(pavia._CUBE.name) and pavia._TRUTH.url.endswith(pavia._TRUTH.name)


def test_a_scene_is_read_as_it_was_saved(folder, no_network):
    scene = load_pavia_university(folder)
    assert scene.cube.dtype == np.uint16 and scene.cube.shape == (ROWS, COLUMNS, BANDS)
    assert scene.ground_truth.shape == (ROWS, COLUMNS) and scene.materials is None
    rng = np.random.default_rng(0)
    assert (scene.cube == rng.integers(0, 8000, size=scene.cube.shape)).all()
    assert (scene.ground_truth == rng.integers(0, 10, size=scene.ground_truth.shape)).all()
    assert scene.class_names == CLASS_NAMES and scene.wavelengths.shape == (BANDS,)
    assert (load_pavia_university(str(folder)).cube == scene.cube).all()


def test_nothing_is_fetched_unless_asked_for(folder, no_network):
    (folder / "PaviaU_gt.mat").unlink()
    refused(
        FileNotFoundError, r"^PaviaU_gt\.mat is not in .*\. Fetch the files with download=True, or by", folder
    )
    (folder / "PaviaU.mat").unlink()
    refused(FileNotFoundError, r"^PaviaU\.mat and PaviaU_gt\.mat are not in ", folder)


def test_a_file_that_is_there_is_not_fetched(folder, no_network):
    assert load_pavia_university(folder, download=True).cube.shape == (ROWS, COLUMNS, BANDS)


def test_what_is_missing_is_fetched_and_kept(folder, monkeypatch):
    expected = load_pavia_university(folder)
    cache = folder.parent / "new" / "cache"
    monkeypatch.setenv("EXAMLAB_CACHE", str(cache))
    told = []
    scene = load_pavia_university(download=True, progress=lambda done, of: told.append((done, of)))
    assert (scene.cube == expected.cube).all() and (scene.ground_truth == expected.ground_truth).all()
    assert sorted(path.name for path in cache.iterdir()) == ["PaviaU.mat", "PaviaU_gt.mat"]
    size = (cache / "PaviaU.mat").stat().st_size
    assert (size, size) in told
    assert (load_pavia_university().cube == expected.cube).all()
    (cache / "PaviaU.mat").unlink()  # the folder is there, half of what it should hold is not
    assert (load_pavia_university(download=True).cube == expected.cube).all()


def test_a_download_that_fails_says_so_and_leaves_nothing(folder, monkeypatch):
    (folder / "PaviaU.mat").unlink()
    monkeypatch.setenv("no_proxy", "*")
    nowhere = dataclasses.replace(pavia._CUBE, url="http://127.0.0.1:9/PaviaU.mat")
    monkeypatch.setattr(pavia, "_CUBE", nowhere)
    refused(
        fetch.FetchError,
        r"^no connection to 127\.0\.0\.1.*\. To get the files by hand",
        folder,
        download=True,
    )
    assert [path.name for path in folder.iterdir()] == ["PaviaU_gt.mat"]


def test_a_download_that_is_another_file_says_so_and_leaves_nothing(folder, monkeypatch):
    (folder / "PaviaU.mat").unlink()
    (folder.parent / "published" / "PaviaU.mat").write_bytes(b"<html>Please log in</html>")
    refused(fetch.FetchError, "did not send the published file but a web page", folder, download=True)
    assert [path.name for path in folder.iterdir()] == ["PaviaU_gt.mat"]


def test_progress_that_cannot_be_told_is_refused(folder, no_network):
    with pytest.raises(TypeError, match="progress must be a function, got 3"):
        load_pavia_university(folder, progress=3)


def test_folders_that_are_none_are_named(folder, monkeypatch):
    for download in (False, True):
        refused(FileNotFoundError, "^there is no folder .*nowhere", folder / "nowhere", download=download)
        refused(
            NotADirectoryError,
            "^folder must be a folder, got the file",
            folder / "PaviaU.mat",
            download=download,
        )
    monkeypatch.setenv("EXAMLAB_CACHE", str(folder / "PaviaU.mat" / "below"))
    refused(fetch.FetchError, r"^folder .*below could not be made \(Not a directory\)", download=True)
    with pytest.raises(TypeError, match="folder must be a path, got 3 of type int"):
        load_pavia_university(3)


def replaced(folder, content):
    """Put something else in the place of the cube, and return its path."""
    path = folder / "PaviaU.mat"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        savemat(path, content)
    return path


def cube(dtype=np.uint16, value=1, shape=(ROWS, COLUMNS, BANDS)):
    return np.full(shape, value, dtype)


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"must be a whole MAT file, got one that is damaged.*\(0 bytes"),
        (b"counts", r"must be a whole MAT file, got one that is damaged.*\(6 bytes"),
        (b"<!DOCTYPE html><html>", "must be a MAT file, got a web page that was saved under its name"),
        (
            b"MATLAB 7.3 MAT-file" + bytes(500),
            r"must be .* version 5, as published, got one saved in version 7\.3",
        ),
        ({"pavia": cube()}, "must hold an array 'paviaU', got pavia"),
        ({}, "must hold an array 'paviaU', got none at all"),
        (
            {"paviaU": cube(shape=(COLUMNS, ROWS, BANDS))},
            r"must hold an array of shape \(7, 5, 103\), got shape",
        ),
        ({"paviaU": cube()[0]}, r"must hold an array of shape \(7, 5, 103\), got shape \(5, 103\)"),
        ({"paviaU": cube(complex)}, "must hold whole numbers, got an array of type complex128"),
        ({"paviaU": cube(float, 0.5)}, r"must hold whole numbers from 0 to 65535, got 0\.5"),
        ({"paviaU": cube(float, np.nan)}, "must hold whole numbers from 0 to 65535, got nan"),
        ({"paviaU": cube(np.int32, -1)}, "must hold whole numbers from 0 to 65535, got -1"),
        (
            {"paviaU": np.pad(cube(np.int32)[:-1], ((0, 1), (0, 0), (0, 0)), constant_values=-3)},
            "must hold .* got -3",
        ),
        ({"paviaU": cube(np.int32, 70_000)}, "must hold whole numbers from 0 to 65535, got 70000"),
        ({"paviaU": "abc"}, "must hold an array of shape"),
    ],
)
def test_a_wrong_file_is_told_what_it_is(folder, no_network, content, message, verify):
    path = replaced(folder, content)
    before = path.read_bytes()
    refused(ValueError, rf"^.*PaviaU\.mat {message}", folder, verify=verify)
    refused(ValueError, message, folder, verify=verify, download=True)
    assert path.read_bytes() == before  # a file of the reader's is not touched


def test_half_a_file_is_refused_wherever_it_is_cut(folder):
    whole = (folder / "PaviaU.mat").read_bytes()
    for size in (100, 130, 200, len(whole) // 2, len(whole) - 1):
        replaced(folder, whole[:size])
        refused(ValueError, r"PaviaU\.mat must be a whole MAT file, got one that is damaged", folder)


def test_a_copy_of_another_program_needs_the_readers_word(folder):
    replaced(folder, {"paviaU": cube(float, 7.0)})
    refused(
        ValueError, "must be the published file, got another one with SHA-256 .* pass verify=False", folder
    )
    scene = load_pavia_university(folder, verify=False)
    assert scene.cube.dtype == np.uint16 and (scene.cube == 7).all()
    savemat(folder / "PaviaU_gt.mat", {"paviaU_gt": cube(np.uint8, 10, (ROWS, COLUMNS))})
    refused(ValueError, r"PaviaU_gt\.mat must hold whole numbers from 0 to 9, got 10", folder, verify=False)
