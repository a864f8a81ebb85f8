"""The article's method end to end: from a hyperspectral image to a map of its materials.

G. Bilgin, S. Ertürk and T. Yıldırım, *Segmentation of hyperspectral images via subtractive clustering and
cluster validation using one-class support vector machines*, IEEE Transactions on Geoscience and Remote
Sensing 49(8), 2011. What the article leaves open, or what is not known of it here, is this book's own: the
radius, the validity index, the kernel's width.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from examlab.arguments import POSITIVE, Floats, choice, floats, function, number, random_source, whole
from examlab.hyperspectral import pipeline
from examlab.hyperspectral.agreement import match_classes, scores
from examlab.hyperspectral.pipeline import Integers, Model
from examlab.hyperspectral.validity import INDICES, NU

__all__ = ["STEPS", "Segmentation", "Settings", "match_classes", "scores", "segment"]

STEPS = ("normalise", "cluster", "reject", "propagate")
"""The steps of the method, in order."""

Progress = Callable[[int, int], object]


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A map of clusters.

    Attributes
    ----------
    labels : array of int, shape (rows, columns)
        The cluster of each pixel, from 0 in the order in which the centres were found.
    n_clusters : int
        How many there are.
    rejected : array of bool, shape (rows, columns)
        Pixels outside the normal domain of their cluster: they have a label, but trust it less.
    radius : float
        Of the subtractive clustering, in the unit of normalised bands.
    values : mapping of int to float
        What the validity index says of each number of clusters at this radius; empty where none was asked.
    kept : float
        The share of the normalised bands' variance that the components hold.
    seconds : mapping of str to float
        How long each of `STEPS` took.
    """

    labels: Integers
    n_clusters: int
    rejected: NDArray[np.bool_]
    radius: float
    values: Mapping[int, float]
    kept: float
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class Settings:
    """The checked options of `segment`."""

    n_clusters: int | str
    max_clusters: int
    radius: float | str
    index: str
    nu: float
    n_neighbors: int
    n_components: int | None

    def __post_init__(self) -> None:
        checked: dict[str, Any] = {
            "n_clusters": _auto_or("n_clusters", self.n_clusters, partial(whole, at_least=1)),
            "max_clusters": whole("max_clusters", self.max_clusters, at_least=2),
            "radius": _auto_or("radius", self.radius, partial(number, within=POSITIVE)),
            "index": choice("index", self.index, INDICES),
            "nu": number("nu", self.nu, NU),
            "n_neighbors": whole("n_neighbors", self.n_neighbors, at_least=1),
        }
        if self.n_components is not None:
            checked["n_components"] = whole("n_components", self.n_components, at_least=1)
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def check(self, n_labelled: int) -> None:
        """Raise ValueError if there are too few labelled pixels for what is asked."""
        for name in ("n_clusters", "n_neighbors"):
            asked = getattr(self, name)
            if not isinstance(asked, str) and asked > n_labelled:
                raise ValueError(
                    f"{name} must be at most the number of labelled pixels, {n_labelled}, got {asked}"
                )

    def numbers(self, n_labelled: int) -> list[int]:
        """Return the numbers of clusters to choose between."""
        if not isinstance(self.n_clusters, str):
            return [int(self.n_clusters)]
        return list(range(min(2, n_labelled), min(self.max_clusters, n_labelled) + 1))


def _auto_or(name: str, value: Any, check: Callable[[str, Any], Any]) -> Any:
    """Return the word "auto", or a checked number."""
    return choice(name, value, ("auto",)) if isinstance(value, str) else check(name, value)


def segment(
    cube: ArrayLike,
    labelled: ArrayLike,
    *,
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
    """Segment a hyperspectral image by the article's method.

    1. *Normalise* each band over all pixels, and keep the principal components of the labelled ones.
    2. *Cluster* the labelled pixels by subtraction. A validity index chooses the number of clusters.
    3. *Reject*: a one-class SVM learns each cluster; what lies outside is no example of it.
    4. *Propagate*: every other pixel takes the cluster of most of its nearest accepted pixels.

    No class is ever looked at: `labelled` only says which pixels to cluster.

    Parameters
    ----------
    cube : array, shape (rows, columns, bands)
        The spectrum of each pixel, in any unit.
    labelled : array of bool, shape (rows, columns)
        Which pixels to cluster.
    n_clusters : int or "auto"
        How many clusters; ``"auto"`` chooses between 2 and `max_clusters` by `index`.
    max_clusters : int
        The most that ``"auto"`` tries.
    radius : float or "auto"
        The radius r_a of the subtractive clustering, in the unit of normalised bands. ``"auto"`` takes half
        of the root mean square distance between two labelled pixels.
    index : str
        One of `examlab.hyperspectral.validity.INDICES`.
    nu : float
        Of the one-class SVMs, in (0, 1): about this share of each cluster is rejected.
    n_neighbors : int
        How many neighbours vote. If two clusters have as many votes, the one found first wins.
    n_components : int, optional
        How many principal components; all bands if None.
    random_state : int, Generator or None
        Which pixels of large clusters the one-class SVMs learn.
    progress : callable, optional
        Called as ``progress(done, of)`` as the work goes on.

    Returns
    -------
    Segmentation
        Labels, rejected pixels, what was chosen, and the time that each step took.

    Raises
    ------
    TypeError
        If an argument is not of its type.
    ValueError
        If an option is outside its range; if the cube is empty, constant, of another shape, or holds NaN or
        infinite numbers; if the mask has another size or marks no pixel; if more clusters or neighbours are
        asked than there are labelled pixels, or more clusters than different ones.

    Examples
    --------
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((60, 50), random_state=0)
    >>> found = segment(scene.cube, scene.ground_truth > 0, n_clusters=9, random_state=0)
    >>> found.labels.shape, found.n_clusters, scores(scene.ground_truth, found.labels)["OA"] > 0.4
    ((60, 50), 9, True)
    """
    settings = Settings(n_clusters, max_clusters, radius, index, nu, n_neighbors, n_components)
    spectra, mask = _checked(cube, labelled)
    settings.check(int(mask.sum()))
    clock = Clock(progress)
    pixels, marked = pipeline.as_pixels(spectra), np.flatnonzero(mask)
    with clock.step("normalise"):
        size = pipeline.block_rows(mask.shape[1]) * mask.shape[1]
        starts = range(0, len(pixels), size)
        everywhere = pipeline.combine(pipeline.moments(pixels[start : start + size]) for start in starts)
    model, clustering, accepted = learn(pixels[marked], everywhere, settings, clock, random_state)
    labels, rejected = np.empty(len(pixels), dtype=np.int64), np.empty(len(pixels), dtype=bool)
    with clock.step("propagate"):
        for start in starts:
            block = slice(start, start + size)
            labels[block], rejected[block] = model.assign(pixels[block], n_threads=pipeline.cores())
        keep(labels, rejected, marked, clustering.labels, accepted)
    return Segmentation(
        labels=labels.reshape(mask.shape),
        n_clusters=len(clustering.centres),
        rejected=rejected.reshape(mask.shape),
        radius=clustering.radius,
        values=clustering.values,
        kept=model.space.kept,
        seconds=clock.seconds,
    )


class Clock:
    """Takes the time of each step, and tells how far the work is."""

    def __init__(self, progress: Progress | None) -> None:
        if progress is not None:
            function("progress", progress)
        self.progress, self.done, self.of = progress, 0, len(STEPS)
        self.seconds = dict.fromkeys(STEPS, 0.0)

    @contextmanager
    def step(self, name: str, *, last: bool = True) -> Iterator[None]:
        """Take the time of a step, or of a part that is not the last."""
        begin = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - begin
        if last:
            self.tell()

    def tell(self) -> None:
        """Tell that one more part is done."""
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.of)


def learn(
    labelled: Floats,
    everywhere: pipeline.Moments,
    settings: Settings,
    clock: Clock,
    random_state: int | np.random.Generator | None,
) -> tuple[Model, pipeline.Clustering, NDArray[np.bool_]]:
    """Return all that the labelled pixels teach, their clusters, and which of them are examples of theirs."""
    seed = int(random_source(random_state).integers(2**31))
    if not everywhere.varies.any():
        raise ValueError("cube must hold different pixels, got a constant image")
    with clock.step("normalise", last=False):
        space = pipeline.space(labelled, everywhere, settings.n_components)
        X = space.place(labelled)
    with clock.step("cluster"):
        clustering = pipeline.cluster(
            X,
            numbers=settings.numbers(len(X)),
            radius=None if isinstance(settings.radius, str) else settings.radius,
            index=settings.index,
            random_state=seed,
        )
    with clock.step("reject"):
        domains = pipeline.Domains(X, clustering.labels, nu=settings.nu, random_state=seed)
        accepted = ~domains.outside(X, clustering.labels)
        accepted[clustering.centres] = True  # a cluster always has an example
    with clock.step("propagate", last=False):
        examples = X[accepted], clustering.labels[accepted]
        neighbours = pipeline.Neighbours(*examples, n_neighbors=settings.n_neighbors)
    return Model(space, domains, neighbours), clustering, accepted


def keep(
    labels: Integers,
    rejected: NDArray[np.bool_],
    marked: NDArray[np.intp],
    clusters: Integers,
    accepted: NDArray[np.bool_],
) -> None:
    """Give accepted labelled pixels their own cluster, whatever their neighbours say; mark the others."""
    labels[marked[accepted]] = clusters[accepted]
    rejected[marked] = ~accepted


def _checked(cube: ArrayLike, labelled: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    spectra = np.asarray(cube)
    if spectra.dtype.kind not in "iu" or not spectra.size:
        spectra = floats("cube", cube, shape=(None, None, None))
    elif spectra.ndim != 3:
        raise ValueError(f"cube must have shape (any, any, any), got shape {spectra.shape}")
    return spectra, mask_of(labelled, spectra.shape[:2])


def mask_of(labelled: ArrayLike, shape: tuple[Any, ...]) -> NDArray[np.bool_]:
    """Return the mask if it is one of this shape that marks a pixel."""
    mask = np.asarray(labelled)
    if mask.dtype != bool:
        raise TypeError(f"labelled must hold True and False, got values of type {mask.dtype}")
    if mask.shape != shape:
        raise ValueError(f"labelled must have the rows and columns of cube, {shape}, got {mask.shape}")
    if not mask.any():
        raise ValueError("labelled must mark at least one pixel, got none")
    return mask
