"""Measured over many simulated scenes: the number of clusters an index chooses, who segments best, how long.

`make segmentation-study` computes it, some minutes, and stores what came out; `stored_study` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from examlab.arguments import Floats, choice, entries, whole
from examlab.hyperspectral import pipeline
from examlab.hyperspectral.clustering import SubtractiveClustering
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.segmentation import STEPS, scores, segment
from examlab.hyperspectral.spectra import standardize
from examlab.hyperspectral.validity import INDICES, choose_n_clusters

__all__ = [
    "METHODS",
    "PARAMETERS",
    "PARTITIONS",
    "Study",
    "choices",
    "competition",
    "stored_study",
    "study",
    "times",
]

PARTITIONS = ("subtractive", "k-means")
"""Whose clusters the indices judge."""
METHODS = ("ours", "ours, 9 clusters", "k-means", "Gaussian mixture")
"""Who segments; the last two are told the true number of classes, 9, and so is the second."""

MEASURES = ("OA", "AA", "kappa", "NMI", "ARI")
"""By what they are scored."""

PARAMETERS: Mapping[str, Any] = {
    "scenes": 24,
    "shape": [120, 100],
    "pixels": 1500,
    "fewest": 3,
    "numbers": [2, 14],
    "competitions": 10,
    "large_shape": [610, 340],
    "components": 10,
}
"""Small scenes for the indices, each with `fewest` to 9 of the nine materials and so many labelled pixels;
the numbers of clusters that they choose between. Larger scenes for the competition, and the components that
all methods see."""

_SOURCE = "segmentation_study.json"
_DECIMALS = 4
_HUNDREDTHS = 2
_TIMED = 5  # runs of ours on one of the larger scenes
_SMALLEST = 40  # labelled pixels of a material that counts as present


@dataclass(frozen=True, eq=False)
class Study:
    """What was measured.

    Attributes
    ----------
    truth : list of int
        How many materials each small scene has.
    chosen : mapping of str to mapping of str to list of int
        One of `PARTITIONS`, then one of `INDICES`: the number chosen on each scene.
    scores : mapping of str to mapping of str to list of float
        One of `METHODS`, then one of OA, AA, kappa, NMI, ARI: on each larger scene.
    n_clusters : list of int
        The numbers that ``"ours"`` chose on them.
    seconds : mapping of str to float
        How long each step of ``"ours"`` took on one of them, on the machine that ran the study.
    parameters, versions : mapping
        With what it was made.
    """

    truth: Sequence[int]
    chosen: Mapping[str, Mapping[str, Sequence[int]]]
    scores: Mapping[str, Mapping[str, Sequence[float]]]
    n_clusters: Sequence[int]
    seconds: Mapping[str, float]
    parameters: Mapping[str, Any]
    versions: Mapping[str, str]

    def errors(self, partition: str) -> dict[str, Floats]:
        """Return for each index by how much it chooses too many clusters, on each scene."""
        chosen = self.chosen[choice("partition", partition, self.chosen)]
        return {name: np.subtract(found, self.truth) for name, found in chosen.items()}

    def wins(self, measure: str, *, of: str = "ours", over: str = "k-means") -> int:
        """Return on how many scenes one method scores higher than another."""
        choice("measure", measure, MEASURES)
        return self.wins_all([measure], of=of, over=over)

    def wins_all(self, measures: Iterable[str], *, of: str = "ours", over: str = "k-means") -> int:
        """Return on how many scenes one method scores higher than another by every one of some measures."""
        mine, yours = (self.scores[choice(*pair, self.scores)] for pair in (("of", of), ("over", over)))
        chosen = [choice("measures", measure, MEASURES) for measure in entries("measures", measures)]
        pairs = [np.array(mine[measure]) > np.array(yours[measure]) for measure in chosen]
        return int(np.all(pairs, axis=0).sum())


def choices(seed: int) -> tuple[int, dict[str, dict[str, int]]]:
    """Return how many materials a small scene has, and how many each index chooses for it.

    Examples
    --------
    >>> truth, chosen = choices(0)
    >>> 3 <= truth <= 9, sorted(chosen)
    (True, ['k-means', 'subtractive'])
    """
    rng = np.random.default_rng(whole("seed", seed, at_least=0))
    X, truth = _pixels(rng)
    numbers = range(PARAMETERS["numbers"][0], PARAMETERS["numbers"][1] + 1)
    radius = pipeline.half_distance(X)
    bound = pipeline.NEVER
    centres = SubtractiveClustering(radius=radius, accept=bound, reject=bound, max_clusters=numbers[-1]).fit(
        X
    )
    by_partition = {
        "subtractive": pipeline.partitions(X, centres.cluster_centers_, numbers),
        "k-means": {k: KMeans(k, n_init=3, random_state=seed).fit_predict(X) for k in numbers},
    }
    chosen = {
        name: choose_n_clusters(X, found.values(), n_samples=500, random_state=seed)
        for name, found in by_partition.items()
    }
    return len(np.unique(truth)), {
        name: {index: choice.n_clusters for index, choice in found.items()} for name, found in chosen.items()
    }


def _pixels(rng: np.random.Generator) -> tuple[Floats, NDArray[Any]]:
    """Return labelled pixels of some materials of a scene, placed as `segment` does, and their classes."""
    scene = simulated_scene(PARAMETERS["shape"], random_state=rng)
    counts = np.bincount(scene.ground_truth.ravel(), minlength=10)
    present = [material for material in range(1, 10) if counts[material] >= _SMALLEST]
    wanted = int(rng.integers(PARAMETERS["fewest"], len(present) + 1))
    kept = np.isin(scene.ground_truth, rng.choice(present, wanted, replace=False))
    marked = np.flatnonzero(kept)
    marked = np.sort(rng.choice(marked, min(PARAMETERS["pixels"], len(marked)), replace=False))
    # Only these materials are there: the bands are normalised over them.
    pixels = pipeline.as_pixels(scene.cube)
    everywhere = pipeline.moments(pixels[kept.ravel()])
    space = pipeline.space(pixels[marked], everywhere, PARAMETERS["components"])
    return space.place(pixels[marked]), scene.ground_truth.ravel()[marked]


def competition(seed: int, *, shape: Sequence[int] | None = None) -> tuple[int, dict[str, dict[str, float]]]:
    """Return how many clusters ours chooses on a larger scene, and the scores of every method.

    All see the same components of the same normalised bands; k-means and the mixture cluster the labelled
    pixels, on which everyone is scored.

    Examples
    --------
    >>> n_clusters, found = competition(0, shape=(60, 50))
    >>> list(found) == list(METHODS), sorted(found["ours"])
    (True, ['AA', 'ARI', 'NMI', 'OA', 'kappa'])
    """
    wanted = PARAMETERS["large_shape"] if shape is None else shape
    scene = simulated_scene(wanted, random_state=whole("seed", seed, at_least=0))
    truth, mask = scene.ground_truth, scene.ground_truth > 0
    ours = segment(scene.cube, mask, random_state=seed)
    told = segment(scene.cube, mask, n_clusters=9, random_state=seed)
    X = standardize(pipeline.as_pixels(scene.cube))[mask.ravel()]
    X = X @ np.linalg.eigh(np.cov(X.T)).eigenvectors[:, -PARAMETERS["components"] :]
    others = {
        "k-means": KMeans(9, n_init=3, random_state=seed),
        "Gaussian mixture": GaussianMixture(9, reg_covar=1e-4, random_state=seed),
    }
    labels = {"ours": ours.labels[mask], "ours, 9 clusters": told.labels[mask]}
    labels |= {name: method.fit_predict(X) for name, method in others.items()}
    return ours.n_clusters, {name: scores(truth[mask], labels[name]) for name in METHODS}


def times(*, shape: Sequence[int] | None = None) -> dict[str, float]:
    """Return how many seconds each step of ours takes on a larger scene: the middle one of some runs.

    Examples
    --------
    >>> list(times(shape=(60, 50)))
    ['normalise', 'cluster', 'reject', 'propagate']
    """
    scene = simulated_scene(PARAMETERS["large_shape"] if shape is None else shape, random_state=0)
    mask = scene.ground_truth > 0
    runs = [segment(scene.cube, mask, random_state=0).seconds for _ in range(_TIMED)]
    return {step: float(np.median([run[step] for run in runs])) for step in STEPS}


def study(
    chosen: Sequence[tuple[int, dict[str, dict[str, int]]]],
    competitions: Sequence[tuple[int, dict[str, dict[str, float]]]],
    seconds: Mapping[str, float],
    versions: Mapping[str, str],
) -> str:
    """Write what `choices`, `competition` and `times` returned as the text of the stored file.

    Examples
    --------
    >>> found = json.loads(study([choices(0)], [competition(0, shape=(60, 50))], {}, {}))
    >>> list(found["chosen"]["k-means"]) == list(INDICES)
    True
    """
    found: dict[str, Any] = {
        "parameters": dict(PARAMETERS),
        "versions": dict(versions),
        "truth": [truth for truth, _ in chosen],
        "chosen": {
            partition: {index: [numbers[partition][index] for _, numbers in chosen] for index in INDICES}
            for partition in PARTITIONS
        },
        "n_clusters": [n_clusters for n_clusters, _ in competitions],
        "seconds": {step: round(taken, _HUNDREDTHS) for step, taken in seconds.items()},
        "scores": {
            method: {
                measure: [round(run[method][measure], _DECIMALS) for _, run in competitions]
                for measure in MEASURES
            }
            for method in METHODS
        },
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
    return f"{{\n{lines}\n}}\n"


def stored_study() -> Study:
    """Return what `make segmentation-study` stored.

    Examples
    --------
    >>> found = stored_study()
    >>> len(found.truth) == found.parameters["scenes"]
    True
    """
    text = (files("examlab.hyperspectral") / "data" / _SOURCE).read_text(encoding="utf-8")
    return Study(**json.loads(text))
