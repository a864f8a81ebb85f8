"""The image of Pavia University, which this book may not hand on: read from a file, or fetched on request.

The scene was recorded by the sensor ROSIS over Pavia in northern Italy. Its published home is the collection
of the Computational Intelligence Group of the University of the Basque Country.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat, whosmat

from examlab.arguments import flag, function
from examlab.hyperspectral import fetch
from examlab.hyperspectral.materials import CLASS_NAMES, band_centres
from examlab.hyperspectral.scene import Scene

__all__ = ["load_pavia_university"]

PAGE = "https://www.ehu.eus/ccwintco/index.php?title=Hyperspectral_Remote_Sensing_Scenes"


@dataclass(frozen=True)
class _File:
    """A file as it is published, the name of the array in it, and what that array has to be."""

    name: str
    url: str
    sha256: str
    key: str
    shape: tuple[int, ...]
    highest: int
    dtype: type[np.unsignedinteger[Any]]


_CUBE = _File(
    name="PaviaU.mat",
    url="https://www.ehu.eus/ccwintco/uploads/e/ee/PaviaU.mat",
    sha256="28447fa87f7a5797845e9a189c0da85e23b1d06a4ba7361e5ff44efbf834d2fb",
    key="paviaU",
    shape=(610, 340, 103),
    highest=2**16 - 1,
    dtype=np.uint16,
)
_TRUTH = _File(
    name="PaviaU_gt.mat",
    url="https://www.ehu.eus/ccwintco/uploads/5/50/PaviaU_gt.mat",
    sha256="23f6a426928f9b32984adffe659e29f554f9fb6c93b5a107528d308d5087a829",
    key="paviaU_gt",
    shape=(610, 340),
    highest=len(CLASS_NAMES),
    dtype=np.uint8,
)


def load_pavia_university(
    folder: str | os.PathLike[str] | None = None,
    *,
    download: bool = False,
    verify: bool = True,
    progress: Callable[[int, int], object] | None = None,
) -> Scene:
    """Load the image of Pavia University: 610 × 340 pixels, 103 bands, nine classes.

    It is read from ``PaviaU.mat`` and ``PaviaU_gt.mat``, and nothing is fetched unless asked for.

    Parameters
    ----------
    folder : path, optional
        Where the two files are, or shall be. Unless told: the book's own folder in the user's cache, which
        the environment variable ``EXAMLAB_CACHE`` can move.
    download : bool
        Whether to fetch a file that is missing, about 33 MB in all, and keep it in the folder. A download
        that broke off is continued at the next call.
    verify : bool
        Whether the files have to be the published ones, byte for byte. A copy that another program saved
        differs: with False, it is enough that it holds arrays of the right names, shapes and numbers.
    progress : callable, optional
        Called while a file is fetched, with the bytes that have arrived and the bytes there will be.

    Returns
    -------
    Scene
        With the counts of the file (`cube`, uint16) and 42 776 labelled pixels. The file has no wavelengths:
        those of the scene are evenly spread over the sensor's range, 430 to 860 nm, and so approximate.

    Raises
    ------
    FileNotFoundError
        If the folder or a file is missing.
    FetchError
        If a file cannot be fetched. It is an OSError.
    ValueError
        If a file is not what it should be.
    TypeError
        If `folder` is not a path.

    Each message says what happened, and how to get the files by hand.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as empty:
    ...     load_pavia_university(empty)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    FileNotFoundError: PaviaU.mat and PaviaU_gt.mat are not in ... Fetch the files with download=True, ...
    """
    if folder is not None and not isinstance(folder, str | os.PathLike):
        raise TypeError(f"folder must be a path, got {folder!r} of type {type(folder).__name__}")
    download, verify = flag("download", download), flag("verify", verify)
    if progress is not None:
        function("progress", progress)
    place = fetch.cache_folder() if folder is None else Path(os.path.expanduser(folder))
    try:
        _prepare(place, make=folder is None and download)
        _gather(place, download=download, progress=progress)
        cube, truth = (_read(place / file.name, file, verify=verify) for file in (_CUBE, _TRUTH))
    except ValueError as error:
        raise ValueError(f"{error}. Move it away and pass download=True, or {_by_hand(place)}") from error
    except OSError as error:
        start = "To get the files" if download else "Fetch the files with download=True, or"
        raise type(error)(f"{error}. {start} {_by_hand(place)}") from error
    return Scene(cube, truth, CLASS_NAMES, band_centres())


def _prepare(place: Path, *, make: bool) -> None:
    if make:
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise fetch.FetchError(f"folder {place} could not be made ({error.strerror})") from error
    elif place.exists() and not place.is_dir():
        raise NotADirectoryError(f"folder must be a folder, got the file {place}")


def _gather(place: Path, *, download: bool, progress: Callable[[int, int], object] | None) -> None:
    """Fetch what is missing, if that is asked for."""
    missing = [file for file in (_CUBE, _TRUTH) if not (place / file.name).exists()]
    if not missing:
        return
    if not place.exists():
        raise FileNotFoundError(f"there is no folder {place}")
    if not download:
        names = " and ".join(file.name for file in missing)
        raise FileNotFoundError(f"{names} {'is' if len(missing) == 1 else 'are'} not in {place}")
    for file in missing:
        fetch.fetch(file.url, place / file.name, sha256=file.sha256, progress=progress)


def _by_hand(place: Path) -> str:
    return (
        f"by hand: open {PAGE} in a browser, save {_CUBE.name} (SHA-256 {_CUBE.sha256}) and {_TRUTH.name} "
        f"(SHA-256 {_TRUTH.sha256}) in {place}, or in a folder that you name to load_pavia_university"
    )


def _read(path: Path, file: _File, *, verify: bool) -> NDArray[Any]:
    """Return the array of a file, or say what is wrong with it."""
    found = fetch.file_digest(path)
    array = _array(path, file)  # first, because it knows more of what is wrong
    if verify and found != file.sha256:
        raise ValueError(
            f"{path} must be the published file, got another one with SHA-256 {found} (for a copy that you "
            f"trust, pass verify=False)"
        )
    return array


def _array(path: Path, file: _File) -> NDArray[Any]:
    with path.open("rb") as opened:
        head = opened.read(512)
    if fetch.looks_like_a_page(head):
        raise ValueError(f"{path} must be a MAT file, got a web page that was saved under its name")
    if head.startswith(b"MATLAB 7.3"):
        raise ValueError(
            f"{path} must be a MAT file of version 5, as published, got one saved in version 7.3"
        )
    try:
        names = [name for name, *_ in whosmat(path)]
        array = loadmat(path, variable_names=[file.key]).get(file.key)
    except Exception as error:  # whatever it is that a damaged file makes the reader stumble over
        raise ValueError(
            f"{path} must be a whole MAT file, got one that is damaged, cut off or of another kind "
            f"({path.stat().st_size} bytes; {type(error).__name__}: {error})"
        ) from error
    if array is None:
        raise ValueError(f"{path} must hold an array {file.key!r}, got {', '.join(names) or 'none at all'}")
    if array.shape != file.shape:
        raise ValueError(f"{path} must hold an array of shape {file.shape}, got shape {array.shape}")
    return _whole(path, file, array)


def _whole(path: Path, file: _File, array: NDArray[Any]) -> NDArray[Any]:
    """Return the array in the type it has to have, if that changes no number."""
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{path} must hold whole numbers, got an array of type {array.dtype}")
    held = (array >= 0) & (array <= file.highest)
    if array.dtype.kind == "f":
        held &= array == np.floor(array)
    if not held.all():
        raise ValueError(
            f"{path} must hold whole numbers from 0 to {file.highest}, got {array[~held].flat[0]}"
        )
    return array.astype(file.dtype)
