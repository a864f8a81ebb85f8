"""Scenes larger than memory: the article's method on a file, block by block, by several processes.

Processes of Dask read a scene on disk, a block of rows at a time, each within a bound of memory. What is
learnt, is learnt from the labelled pixels, which have to fit into memory; every other pixel is looked at by
itself. So the labels are those of `segmentation.segment`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from examlab.arguments import Floats, Interval, floats, number, whole
from examlab.hyperspectral import pipeline
from examlab.hyperspectral.pipeline import Integers, Model, Moments
from examlab.hyperspectral.segmentation import Clock, Progress, Segmentation, Settings, keep, learn, mask_of

__all__ = ["segment_file"]

INSTALL = (
    'n_workers must be None where Dask is not installed; to install it: pip install "dask[array]" distributed'
)
# With glibc's defaults, workers give each block's memory back to the system and ask for it again: half of the
# time goes there.
MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(2**29), "MALLOC_MMAP_THRESHOLD_": str(2**25)}

Read = Callable[[int, int], NDArray[Any]]


def segment_file(
    path: str | os.PathLike[str],
    labelled: ArrayLike,
    *,
    n_workers: int | None = 2,
    memory_limit: float = 1e9,
    n_clusters: int | str = "auto",
    max_clusters: int = 15,
    radius: float | str = "auto",
    index: str = "calinski-harabasz",
    nu: float = 0.05,
    n_neighbors: int = 5,
    n_components: int | None = 10,
    random_state: int | np.random.Generator | None = None,
    progress: Progress | None = None,
) -> Segmentation:
    """Segment a scene in a file, by as many processes as asked, without ever holding it in memory.

    Parameters
    ----------
    path : path
        A file of NumPy's format (.npy) with an array of shape (rows, columns, bands), in C order.
    labelled : array of bool, shape (rows, columns)
        Which pixels to cluster. They are compared two by two: some tens of thousands are enough.
    n_workers : int, optional
        How many processes of Dask work on the blocks; None works in this one, and needs no Dask.
    memory_limit : float
        Bytes of memory of each process, 2e8 or more; Dask stops one that takes more.
    n_clusters, max_clusters, radius, index, nu, n_neighbors, n_components, random_state, progress
        As in `examlab.hyperspectral.segmentation.segment`.

    Returns
    -------
    Segmentation
        The same labels as `segment` gives for the whole array.

    Raises
    ------
    ImportError
        If Dask is asked for and not installed; the message says how to install it.
    FileNotFoundError
        If there is no such file.
    TypeError, ValueError
        If the file holds no such array, or an option is not allowed, as in `segment`.

    Examples
    --------
    >>> import tempfile
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((40, 30), random_state=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "scene.npy")
    ...     np.save(path, scene.cube)
    ...     found = segment_file(path, scene.ground_truth > 0, n_workers=None, n_clusters=4)
    >>> found.labels.shape
    (40, 30)
    """
    settings = Settings(n_clusters, max_clusters, radius, index, nu, n_neighbors, n_components)
    number("memory_limit", memory_limit, Interval(2e8, np.inf, open_high=True))
    shape = _shape(path)
    mask = mask_of(labelled, shape[:2])
    settings.check(int(mask.sum()))
    clock = Clock(progress)
    step = pipeline.block_rows(shape[1])
    spans = [(start, min(start + step, shape[0])) for start in range(0, shape[0], step)]
    read = partial(_rows, os.fspath(path))
    with _runner(n_workers, memory_limit) as run:
        with clock.step("normalise"):
            masks = [mask[start:stop] for start, stop in spans]
            seen = run(partial(_survey, read), spans, masks)
            everywhere = pipeline.combine(part for part, _ in seen)
            pixels = np.concatenate([found for _, found in seen])
        model, clustering, accepted = learn(pixels, everywhere, settings, clock, random_state)
        with clock.step("propagate"):
            found = run(partial(_assign, read), spans, model)
            labels = np.concatenate([part for part, _ in found]).astype(np.int64)
            rejected = np.concatenate([part for _, part in found])
            keep(labels, rejected, np.flatnonzero(mask), clustering.labels, accepted)
    return Segmentation(
        labels=labels.reshape(mask.shape),
        n_clusters=len(clustering.centres),
        rejected=rejected.reshape(mask.shape),
        radius=clustering.radius,
        values=clustering.values,
        kept=model.space.kept,
        seconds=clock.seconds,
    )


def _shape(path: str | os.PathLike[str]) -> tuple[int, ...]:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path must be a path, got {path!r}")
    try:
        array = np.load(os.fspath(path), mmap_mode="r", allow_pickle=False)
    except ValueError as error:
        raise ValueError(f"path must name a file of NumPy's format, got {os.fspath(path)}: {error}") from None
    if array.ndim != 3 or not array.size or array.dtype.kind not in "fiu" or not array.flags.c_contiguous:
        raise ValueError(
            "path must name a file with numbers of shape (rows, columns, bands) in C order, "
            f"got {array.dtype} of shape {array.shape}"
        )
    return tuple(array.shape)


def _rows(path: str, start: int, stop: int) -> NDArray[Any]:
    """Return rows of the file as pixels, checked, in memory of their own: the file is open no longer."""
    rows = np.array(np.load(path, mmap_mode="r")[start:stop])
    if rows.dtype.kind == "f":
        floats("path", rows)
    return pipeline.as_pixels(rows)


def _survey(read: Read, span: tuple[int, int], mask: NDArray[np.bool_]) -> tuple[Moments, Floats]:
    """Return the moments of a span of rows, and its labelled pixels."""
    block = read(*span)
    return pipeline.moments(block), block[mask.ravel()]


def _assign(read: Read, span: tuple[int, int], model: Model) -> tuple[Integers, NDArray[np.bool_]]:
    """Return the cluster of each pixel of a span of rows, in few bytes, and whether it is rejected."""
    labels, rejected = model.assign(read(*span))
    few_bytes: Any = labels.astype(np.int16)
    return few_bytes, rejected


Run = Callable[[Callable[..., Any], Sequence[tuple[int, int]], Any], list[Any]]


@contextmanager
def _runner(n_workers: int | None, memory_limit: float) -> Iterator[Run]:
    """Give a function that runs a task for each span: here, or on a cluster of processes."""
    if n_workers is None:
        yield _one_by_one
        return
    count = whole("n_workers", n_workers, at_least=1)
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ImportError(INSTALL) from error
    environment = {**dask.config.get("distributed.nanny.pre-spawn-environ", {}), **MEMORY}
    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": environment}),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=count,
            threads_per_worker=1,
            processes=True,
            memory_limit=memory_limit,
            dashboard_address="127.0.0.1:0",  # any free port: the usual one may be taken
            silence_logs=logging.ERROR,  # on a busy machine workers end late: no news for a reader's notebook
        ) as cluster,
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        yield partial(_on_cluster, client)


def _one_by_one(task: Callable[..., Any], spans: Sequence[tuple[int, int]], other: Any) -> list[Any]:
    return [task(span, each) for span, each in zip(spans, _each(spans, other), strict=True)]


def _on_cluster(
    client: Any, task: Callable[..., Any], spans: Sequence[tuple[int, int]], other: Any
) -> list[Any]:
    if not isinstance(other, list):  # what every task needs is sent once to each worker
        other = client.scatter(other, broadcast=True)
    futures = client.map(task, spans, _each(spans, other), pure=False)
    found: list[Any] = client.gather(futures)
    return found


def _each(spans: Sequence[tuple[int, int]], other: Any) -> list[Any]:
    return other if isinstance(other, list) else [other] * len(spans)
