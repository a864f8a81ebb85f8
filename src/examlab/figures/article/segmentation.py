"""Clusters spread over a scene, how many there should be, and one map of a scene beside another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from examlab.arguments import choice, instance, mapping, text, whole, whole_numbers
from examlab.arguments import number as checked
from examlab.figures import style
from examlab.figures.article import scene as drawing
from examlab.figures.style import number, per_cent
from examlab.hyperspectral.segmentation import Segmentation, match_classes, scores, segment
from examlab.hyperspectral.segmentation_study import PARTITIONS, Study
from examlab.hyperspectral.validity import INDICES
from examlab.i18n import gettext as _
from examlab.i18n import ngettext

__all__ = [
    "NEIGHBOURS",
    "describe_index_choices",
    "describe_influence",
    "describe_method_maps",
    "describe_method_scores",
    "describe_propagated_clusters",
    "describe_step_seconds",
    "index_choices",
    "influence",
    "method_maps",
    "method_scores",
    "propagated_clusters",
    "step_seconds",
]

NEIGHBOURS = (1, 5, 15, 45)
"""Numbers of neighbours that a slider best moves through."""

_CLASSES = len(style.CLASSES)
_MAP = {"height": 2.9, "left": 0.1, "right": 0.05, "bottom": 0.12}
_BARS = {"left": 1.55, "right": 0.9, "bottom": 0.35}
_MEASURES = ("OA", "AA", "kappa", "NMI", "ARI")
_LOOKS = {"OA": (style.BLUE, "o"), "NMI": (style.ORANGE, "s"), "ARI": (style.TEAL, "^")}

Labels = NDArray[np.integer[Any]]


# ---- Question 12: from labelled pixels to all


@lru_cache(maxsize=64)
def _segmented(n_clusters: int, n_neighbors: int) -> Segmentation:
    scene = drawing.small_scene()
    mask = scene.ground_truth > 0
    return segment(scene.cube, mask, n_clusters=n_clusters, n_neighbors=n_neighbors, random_state=0)


def _checked(n_clusters: int, n_neighbors: int) -> tuple[int, int]:
    if whole("n_clusters", n_clusters, at_least=2) > _CLASSES:
        raise ValueError(f"n_clusters must be a whole number from 2 to {_CLASSES}, got {n_clusters}")
    if whole("n_neighbors", n_neighbors, at_least=1) > 100:
        raise ValueError(f"n_neighbors must be a whole number from 1 to 100, got {n_neighbors}")
    return n_clusters, n_neighbors


def _named(truth: Labels, labels: Labels) -> Labels:
    """Return clusters under the names of their classes; those that are left without a class become 0."""
    named = match_classes(truth, labels)
    return np.where(named > _CLASSES, 0, named)


@style.styled
def propagated_clusters(*, n_clusters: int, n_neighbors: int, narrow: bool = False) -> Figure:
    """Draw the clusters of a scene's labelled pixels, the map that they grow into, and the truth.

    Parameters
    ----------
    n_clusters
        How many clusters, from 2 to 9.
    n_neighbors
        How many neighbours vote on the other pixels, from 1 to 100.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(propagated_clusters(n_clusters=4, n_neighbors=5).axes)
    4
    """
    found = _segmented(*_checked(n_clusters, n_neighbors))
    scene = drawing.small_scene()
    mask = scene.ground_truth > 0
    named = _named(scene.ground_truth, found.labels)
    assert scene.materials is not None
    maps = {
        _("Labelled pixels, clustered"): np.where(mask, named, 0),
        _("All pixels, k = {k}").format(k=n_neighbors): named,
        _("The truth"): scene.materials,
    }
    figure, axes = style.panels(
        *[style.Cell(**_MAP) for _title in maps], style.Cell(height=1.5, share=0, **_BARS), narrow=narrow
    )
    for ax, (title, labels) in zip(axes, maps.items(), strict=False):
        ax.set_title(title, pad=7)
        drawing.class_map(ax, labels)
    labelled, others = _shares_right(found)
    _bars_of_accuracy(axes[-1], {_("labelled"): labelled, _("the others"): others})
    return figure


def _shares_right(found: Segmentation) -> tuple[float, float]:
    """Return which share of the labelled pixels of the small scene is right, and of the others."""
    scene = drawing.small_scene()
    mask = scene.ground_truth > 0
    assert scene.materials is not None
    right = _named(scene.ground_truth, found.labels) == scene.materials
    return float(right[mask].mean()), float(right[~mask].mean())


def _bars_of_accuracy(ax: Axes, shares: Mapping[str, float]) -> None:
    rows = [
        style.Row(name, 100 * share, f"{per_cent(share)} %", style.BLUE) for name, share in shares.items()
    ]
    style.dress(ax, title=_("Pixels that are right, in %"), grid="x", outdent=1.4)
    style.rows(ax, rows, limits=(0, 100), ticks=(0, 25, 50, 75, 100), column=0.75)


def describe_propagated_clusters(*, n_clusters: int, n_neighbors: int) -> str:
    """Say what `propagated_clusters` draws at the same parameters.

    Examples
    --------
    >>> print(describe_propagated_clusters(n_clusters=4, n_neighbors=5).split(",")[0])
    With 4 clusters
    """
    found = _segmented(*_checked(n_clusters, n_neighbors))
    labelled, others = _shares_right(found)
    return _(
        "With {clusters} clusters, matched with as many classes, {labelled} % of the labelled pixels are "
        "right. Each other pixel takes the cluster of most of its k = {k} nearest neighbours: {others} % of "
        "these are right. {rejected} % of all pixels lie outside the normal domain of their cluster."
    ).format(
        clusters=n_clusters,
        k=n_neighbors,
        labelled=per_cent(labelled),
        others=per_cent(others),
        rejected=per_cent(float(found.rejected.mean())),
    )


def _index_name(index: str) -> str:
    names = {
        "support-vectors": _("support vectors (ours)"),
        "silhouette": _("silhouette"),
        "davies-bouldin": _("Davies-Bouldin"),
        "calinski-harabasz": _("Caliński-Harabasz"),
    }
    return names[index]


@style.styled
def index_choices(*, study: Study, partition: str, index: str, narrow: bool = False) -> Figure:
    """Draw which number of clusters an index chose on scenes whose number of materials is known.

    Parameters
    ----------
    study
        From `examlab.hyperspectral.segmentation_study.stored_study`.
    partition
        Whose clusters were judged: ``"subtractive"`` or ``"k-means"``.
    index
        One of `examlab.hyperspectral.validity.INDICES`.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    ValueError
        If a word is not one of these.

    Examples
    --------
    >>> from examlab.hyperspectral.segmentation_study import stored_study
    >>> len(index_choices(study=stored_study(), partition="k-means", index="silhouette").axes)
    2
    """
    instance("study", study, Study)
    choice("partition", partition, PARTITIONS)
    choice("index", index, INDICES)
    truth, chosen = np.array(study.truth), np.array(study.chosen[partition][index])
    figure, (left, right) = style.panels(
        style.Cell(height=3.2, left=0.6), style.Cell(height=2.4 if narrow else 3.2, left=1.75), narrow=narrow
    )
    low, high = study.parameters["numbers"]
    style.dress(left, title=_("Chosen against true"), x=_("materials"), y=_("clusters chosen"), outdent=0.5)
    style.scale(left.xaxis, (1.5, 9.5), (3, 5, 7, 9))
    style.scale(left.yaxis, (low - 0.8, high + 0.8), range(low, high + 1, 2))
    left.plot([1.5, 9.5], [1.5, 9.5], color=style.MUTED, lw=1.2, ls=(0, (3, 1.5)))
    style.note(left, 9.2, 10.2, _("as many"), colour=style.MUTED, ha="right")
    left.plot(
        truth + _apart(truth, chosen), chosen, "o", ls="", ms=6, mfc=style.BLUE, mec=style.PAPER, mew=0.8
    )
    rows = []
    for name, error in study.errors(partition).items():
        colour, mean = style.BLUE if name == index else style.SPINE, float(np.abs(error).mean())
        rows.append(style.Row(_index_name(name), mean, number(mean, digits=1), colour))
    style.dress(right, title=_("Mean error, clusters"), x=_("clusters"), grid="x", outdent=1.6)
    style.rows(right, rows, limits=(0, 8), ticks=(0, 2, 4, 6, 8), column=0.1)
    return figure


def _apart(truth: NDArray[Any], chosen: NDArray[Any]) -> NDArray[Any]:
    """Return small shifts that keep equal points from hiding each other."""
    shifts = np.zeros(len(truth))
    for pair in {*zip(truth.tolist(), chosen.tolist(), strict=True)}:
        here = np.flatnonzero((truth == pair[0]) & (chosen == pair[1]))
        shifts[here] = 0.17 * (np.arange(len(here)) - (len(here) - 1) / 2)
    return shifts


def describe_index_choices(*, study: Study, partition: str, index: str) -> str:
    """Say what `index_choices` draws at the same parameters.

    Examples
    --------
    >>> from examlab.hyperspectral.segmentation_study import stored_study
    >>> words = describe_index_choices(study=stored_study(), partition="k-means", index="silhouette")
    >>> print(words.split(",")[0])
    Clusters by k-means
    """
    instance("study", study, Study)
    choice("partition", partition, PARTITIONS)
    choice("index", index, INDICES)
    error = study.errors(partition)[index]
    return _(
        "Clusters by {partition}, judged by {index}: on {scenes} scenes it chooses the true number {exact} "
        "times, too few clusters {few} times and too many {many} times. Its mean error is {mean} clusters."
    ).format(
        partition=_("subtractive clustering") if partition == "subtractive" else "k-means",
        index=_index_name(index),
        scenes=len(error),
        exact=int((error == 0).sum()),
        few=int((error < 0).sum()),
        many=int((error > 0).sum()),
        mean=number(float(np.abs(error).mean()), digits=1),
    )


# ---- The capstone


def _checked_maps(truth: ArrayLike, maps: Mapping[str, ArrayLike]) -> dict[str, Labels]:
    if not mapping("maps", maps):
        raise ValueError("maps must hold at least one map, got none")
    known = whole_numbers("truth", truth, at_least=0)
    found = {name: whole_numbers("maps", labels) for name, labels in maps.items()}
    for name, labels in found.items():
        if labels.shape != known.shape:
            raise ValueError(
                f"maps must have the shape of truth, {known.shape}, got {labels.shape} for {name}"
            )
    return {name: _named(known, labels) for name, labels in found.items()}


@style.styled
def method_maps(*, truth: ArrayLike, maps: Mapping[str, ArrayLike], narrow: bool = False) -> Figure:
    """Draw a ground truth and maps of clusters, each cluster in the colour of the class it is matched with.

    Parameters
    ----------
    truth
        The classes of a scene, shape (rows, columns), from 1 to 9; 0 where nothing is known.
    maps
        Clusters by the name of the method, each of the same shape. Clusters without a class stay empty.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> truth = np.repeat([[1, 1, 2], [3, 3, 2]], 10, axis=0)
    >>> len(method_maps(truth=truth, maps={"ours": 7 * truth}).axes)
    3
    """
    found = {_("Ground truth"): np.asarray(truth), **_checked_maps(truth, maps)}
    figure, axes = style.panels(
        *[style.Cell(height=3.0, left=0.1, right=0.05, bottom=0.12, top=0.36) for _name in found],
        style.Cell(height=1.0 + 0.28 * len(maps), share=0, **_BARS),
        narrow=narrow,
    )
    for ax, (name, labels) in zip(axes, found.items(), strict=False):
        ax.set_title(name, pad=5)
        drawing.class_map(ax, labels, smallest=max(9, np.size(truth) // 400))
    right = {name: scores(truth, np.asarray(labels))["OA"] for name, labels in maps.items()}
    _bars_of_accuracy(axes[-1], right)
    return figure


def describe_method_maps(*, truth: ArrayLike, maps: Mapping[str, ArrayLike]) -> str:
    """Say what `method_maps` draws at the same parameters.

    Examples
    --------
    >>> truth = np.repeat([[1, 1, 2], [3, 3, 2]], 10, axis=0)
    >>> print(describe_method_maps(truth=truth, maps={"ours": 7 * truth}))
    The ground truth has 3 classes. Of its pixels, these are right: ours 100 %.
    """
    _checked_maps(truth, maps)
    known = np.asarray(truth)
    classes = len(np.unique(known[known > 0]))
    right = [f"{name} {per_cent(scores(known, np.asarray(labels))['OA'])} %" for name, labels in maps.items()]
    return _("The ground truth has {classes} classes. Of its pixels, these are right: {right}.").format(
        classes=classes, right="; ".join(right)
    )


def _checked_scores(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    if not 1 <= len(mapping("found", found, to=Mapping)) <= 4:
        raise ValueError(f"found must hold the scores of one to four methods, got {len(found)}")
    for name, values in found.items():
        if set(_MEASURES) - set(values):
            raise ValueError(
                f"found must hold {', '.join(_MEASURES)} of each method, got {list(values)} for {name}"
            )
        for measure in _MEASURES:
            checked(f"found[{name!r}][{measure!r}]", values[measure])
    return list(found)


@style.styled
def method_scores(*, found: Mapping[str, Mapping[str, float]], narrow: bool = False) -> Figure:
    """Draw the five scores of one to four methods, a row of points for each score.

    Parameters
    ----------
    found
        What `examlab.hyperspectral.segmentation.scores` returned, by the name of the method.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    ValueError
        If there are no methods, too many, or a score is missing.

    Examples
    --------
    >>> from examlab.hyperspectral.segmentation import scores
    >>> len(method_scores(found={"ours": scores([1, 1, 2], [0, 0, 1])}).axes)
    1
    """
    names = _checked_scores(found)
    figure, (ax,) = style.panels(style.Cell(height=3.4, left=0.75, top=0.85), narrow=narrow)
    style.dress(ax, x=_("score (1 is perfect)"), grid="x")
    style.scale(ax.xaxis, (-0.02, 1.02), (0, 0.2, 0.4, 0.6, 0.8, 1))
    ax.set_ylim(len(_MEASURES) - 0.5, -0.5)
    ax.set_yticks(range(len(_MEASURES)), labels=list(_MEASURES), color=style.INK, fontsize=style.NORMAL)
    ax.tick_params(axis="y", length=0)
    looks = ((style.BLUE, "o"), (style.ORANGE, "s"), (style.TEAL, "^"), (style.INK, "D"))
    for place, (name, (colour, marker)) in enumerate(zip(names, looks, strict=False)):
        heights = np.arange(len(_MEASURES)) + 0.16 * (place - (len(names) - 1) / 2)
        look: dict[str, Any] = {"ls": "", "marker": marker, "ms": 7, "mfc": colour, "mec": style.PAPER}
        ax.plot([found[name][measure] for measure in _MEASURES], heights, zorder=3, clip_on=False, **look)
        x, y = (0.02 + 0.5 * (place % 2), 1.19 - 0.11 * (place // 2))
        ax.plot([x], [y], transform=ax.transAxes, clip_on=False, **look)
        style.note(ax, x + 0.03, y, name, transform=ax.transAxes, va="center_baseline")
    return figure


def describe_method_scores(*, found: Mapping[str, Mapping[str, float]]) -> str:
    """Say what `method_scores` draws at the same parameters.

    Examples
    --------
    >>> from examlab.hyperspectral.segmentation import scores
    >>> print(describe_method_scores(found={"ours": scores([1, 1, 2], [0, 0, 1])}))
    Scores of ours: OA 1.00, AA 1.00, kappa 1.00, NMI 1.00, ARI 1.00.
    """
    names = _checked_scores(found)
    each = [f"{name}: {', '.join(f'{m} {number(found[name][m])}' for m in _MEASURES)}" for name in names]
    return _("Scores of {methods}.").format(methods="; ".join(each))


def _step_names() -> dict[str, str]:
    return {
        "normalise": _("normalise"),
        "cluster": _("cluster and choose"),
        "reject": _("one-class SVMs"),
        "propagate": _("neighbours"),
    }


def _checked_seconds(seconds: Mapping[str, float]) -> dict[str, float]:
    if set(mapping("seconds", seconds)) != set(_step_names()):
        raise ValueError(f"seconds must hold {', '.join(_step_names())}, got {list(seconds)}")
    return {name: checked("seconds", seconds[name]) for name in _step_names()}


@style.styled
def step_seconds(*, seconds: Mapping[str, float], narrow: bool = False) -> Figure:
    """Draw how long each step of the method took.

    Parameters
    ----------
    seconds
        As `examlab.hyperspectral.segmentation.Segmentation.seconds` has them.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If a step is missing or its time is no number.

    Examples
    --------
    >>> steps = {"normalise": 0.2, "cluster": 1.0, "reject": 0.1, "propagate": 0.5}
    >>> len(step_seconds(seconds=steps).axes)
    1
    """
    found = _checked_seconds(seconds)
    figure, (ax,) = style.panels(
        style.Cell(height=2.2, left=1.95 if narrow else 2.2, right=0.75), narrow=narrow
    )
    most = max(1e-9, *found.values())
    ticks = MaxNLocator(3 if narrow else 6).tick_values(0, most)
    rows = [
        style.Row(name, found[key], number(found[key]), style.BLUE) for key, name in _step_names().items()
    ]
    style.dress(ax, title=_("Time of each step"), x=_("seconds"), grid="x")
    shown = [float(tick) for tick in ticks if tick <= 1.05 * most]
    style.rows(ax, rows, limits=(0, 1.05 * most), ticks=shown)
    return figure


def describe_step_seconds(*, seconds: Mapping[str, float]) -> str:
    """Say what `step_seconds` draws at the same parameters.

    Examples
    --------
    >>> steps = {"normalise": 0.2, "cluster": 1.0, "reject": 0.1, "propagate": 0.5}
    >>> print(describe_step_seconds(seconds=steps))
    1.80 seconds in all: normalise 0.20, cluster and choose 1.00, one-class SVMs 0.10, neighbours 0.50.
    """
    found = _checked_seconds(seconds)
    each = ", ".join(f"{name} {number(found[key])}" for key, name in _step_names().items())
    return _("{total} seconds in all: {each}.").format(total=number(sum(found.values())), each=each)


def _checked_runs(
    truth: ArrayLike, runs: Mapping[float, Segmentation], name: str, value: float
) -> tuple[list[float], list[dict[str, float]]]:
    places = sorted(checked("runs", place) for place in mapping("runs", runs, to=Segmentation))
    if checked("value", value) not in places:
        raise ValueError(f"value must be one of {', '.join(f'{place:g}' for place in places)}, got {value!r}")
    text("name", name)
    return places, [scores(truth, runs[place].labels) for place in places]


@style.styled
def influence(
    *, truth: ArrayLike, runs: Mapping[float, Segmentation], name: str, value: float, narrow: bool = False
) -> Figure:
    """Draw the map of a scene at one value of a setting, and how well it does at every value.

    Parameters
    ----------
    truth
        The classes of the scene, shape (rows, columns), 0 where nothing is known.
    runs
        What `examlab.hyperspectral.segmentation.segment` returned, by the value of the setting.
    name
        What the setting is called.
    value
        The value whose map is drawn, one of those in `runs`.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    ValueError
        If `value` is not one of `runs`.

    Examples
    --------
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((40, 30), random_state=0)
    >>> runs = {k: segment(scene.cube, scene.ground_truth > 0, n_clusters=k) for k in (3, 6)}
    >>> len(influence(truth=scene.ground_truth, runs=runs, name="clusters", value=6).axes)
    2
    """
    places, found = _checked_runs(truth, runs, name, value)
    here = places.index(value)
    figure, (left, right) = style.panels(
        style.Cell(height=3.4, share=0.8, left=0.1, right=0.05, bottom=0.12),
        style.Cell(height=3.0 if narrow else 3.4, share=1.2, left=0.68, top=0.7),
        narrow=narrow,
    )
    left.set_title(f"{name}: {number(value, digits=None)}", pad=7)
    named = _named(np.asarray(truth), runs[value].labels)
    drawing.class_map(left, np.where(runs[value].rejected, 0, named), smallest=max(9, named.size // 400))
    style.dress(right, x=name, y=_("score"), outdent=0.5)
    style.scale(right.yaxis, (0, 1), (0, 0.25, 0.5, 0.75, 1))
    right.set_xlim(-0.4, len(places) - 0.6)
    shown = range(0, len(places), max(1, -(-len(places) // 6)))
    right.set_xticks(list(shown), labels=[number(places[place], digits=None) for place in shown])
    right.axvline(here, color=style.SPINE, lw=1.2, zorder=1)
    for place, (measure, (colour, marker)) in enumerate(_LOOKS.items()):
        values = [one[measure] for one in found]
        right.plot(range(len(places)), values, color=colour, marker=marker, ms=5)
        style.point(right, here, values[here], colour=colour, marker=marker, size=10)
        x = 0.02 + 0.33 * place
        right.plot(
            [x], [1.1], marker=marker, ms=7, ls="", color=colour, transform=right.transAxes, clip_on=False
        )
        style.note(
            right,
            x + 0.04,
            1.1,
            f"{measure} {number(values[here])}",
            colour=colour,
            transform=right.transAxes,
            va="center_baseline",
        )
    return figure


def describe_influence(
    *, truth: ArrayLike, runs: Mapping[float, Segmentation], name: str, value: float
) -> str:
    """Say what `influence` draws at the same parameters.

    Examples
    --------
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((40, 30), random_state=0)
    >>> runs = {k: segment(scene.cube, scene.ground_truth > 0, n_clusters=k) for k in (3, 6)}
    >>> words = describe_influence(truth=scene.ground_truth, runs=runs, name="clusters", value=6)
    >>> print(words.split(":")[0])
    At 6 (clusters)
    """
    places, found = _checked_runs(truth, runs, name, value)
    here = found[places.index(value)]
    run = runs[value]
    clusters = ngettext("{count} cluster", "{count} clusters", run.n_clusters).format(count=run.n_clusters)
    spans = ", ".join(
        _("{measure} from {low} to {high}").format(
            measure=measure,
            low=number(min(one[measure] for one in found)),
            high=number(max(one[measure] for one in found)),
        )
        for measure in _LOOKS
    )
    return _(
        "At {value} ({name}): {clusters}, {rejected} % of the pixels rejected and left empty, OA {OA}, NMI "
        "{NMI}, ARI {ARI}. Over all values: {spans}."
    ).format(
        value=number(value, digits=None),
        name=name,
        clusters=clusters,
        rejected=per_cent(float(run.rejected.mean())),
        spans=spans,
        **{measure: number(here[measure]) for measure in _LOOKS},
    )
