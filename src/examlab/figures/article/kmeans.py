"""k-means by half steps: on a cloud in the plane, and on a scene."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from examlab.arguments import Floats, instance, whole
from examlab.figures import style
from examlab.figures.article.scene import class_map
from examlab.figures.style import number
from examlab.hyperspectral.agreement import match_classes, scores
from examlab.hyperspectral.kmeans import KMeansTrace, random_start, round_groups, trace_k_means
from examlab.hyperspectral.scenes import Scene
from examlab.i18n import gettext as _

__all__ = ["describe_k_means_on_scene", "describe_k_means_steps", "k_means_on_scene", "k_means_steps"]

_CLUSTERS = 5
_STEPS = 12  # half steps that are shown; a longer run is cut off there
_REACH = (3.3, 2.9)
_MARKERS = ("o", "s", "^", "D", "v")
_COLOURS = (style.BLUE, style.ORANGE, style.TEAL, style.INK, style.MUTED)


@lru_cache(maxsize=1)
def _cloud() -> Floats:
    return round_groups(random_state=0)


@lru_cache(maxsize=64)
def _trace(seed: int) -> KMeansTrace:
    X = _cloud()
    return trace_k_means(X, random_start(X, n_clusters=_CLUSTERS, random_state=seed))


def _place(half_step: int, seed: int) -> tuple[KMeansTrace, int, int]:
    """Return the run, how often points were assigned and how often centres have moved at a half step."""
    step = whole("half_step", half_step, at_least=0)
    if step > _STEPS:
        raise ValueError(f"half_step must be a whole number from 0 to {_STEPS}, got {half_step!r}")
    trace = _trace(whole("seed", seed, at_least=0))
    last = trace.n_iterations
    return trace, min((step + 1) // 2, last), min(step // 2, last)


@style.styled
def k_means_steps(*, half_step: int, seed: int, narrow: bool = False) -> Figure:
    """Draw k-means with five centres on a cloud after some half steps, and its inertia until then.

    Parameters
    ----------
    half_step
        From 0, the start, to 12: odd ones assign points, even ones move centres.
    seed
        Which of the random starts.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> len(k_means_steps(half_step=2, seed=0).axes)
    2
    """
    trace, assigned, moved = _place(half_step, seed)
    figure, (plane, course) = style.panels(
        style.Cell(height=3.6, share=1.15, left=0.5),
        style.Cell(height=3.0 if narrow else 3.6, left=0.75),
        narrow=narrow,
    )
    _draw_clusters(plane, trace, assigned, moved)
    style.dress(course, title=_("Inertia"), x=_("half step"), y=_("logarithmic"), outdent=0.6)
    course.set_yscale("log")
    style.scale(course.xaxis, (0, _STEPS + 0.5), range(0, _STEPS + 1, 2))
    style.scale(course.yaxis, (40, 1500), (50, 100, 200, 500, 1000))
    inertia = _course(trace)
    course.plot(np.arange(1, _STEPS + 1), inertia, color=style.BLUE, marker="o", ms=3.5)
    shown = inertia[half_step - 1 : half_step] if half_step else np.empty(0)
    course.plot(
        [half_step] * len(shown), shown, "o", ms=10, mfc=style.ORANGE, mec=style.PAPER, mew=1.5, zorder=5
    )
    style.note(
        course,
        0.97,
        0.95,
        _("now: {now}\nat the end: {end}").format(
            now=number(float(shown[0]), digits=1) if half_step else "–",
            end=number(float(trace.inertia[-1, 1]), digits=1),
        ),
        ha="right",
        va="top",
        transform=course.transAxes,
    )
    return figure


def _course(trace: KMeansTrace) -> Floats:
    """Return the inertia after each half step that is shown; once arrived, it stays."""
    flat = trace.inertia.ravel()[:_STEPS]
    return np.concatenate([flat, np.full(_STEPS - len(flat), flat[-1])])


def _draw_clusters(ax: Axes, trace: KMeansTrace, assigned: int, moved: int) -> None:
    style.dress(ax, title=_("Five centres, and whose point is whose"), grid="none", outdent=0.4)
    style.scale(ax.xaxis, (-_REACH[0], _REACH[0]), (-2, 0, 2))
    style.scale(ax.yaxis, (-_REACH[1], _REACH[1]), (-2, 0, 2))
    X = _cloud()
    labels = trace.labels[assigned - 1] if assigned else np.full(len(X), -1)
    free = X[labels < 0]
    ax.plot(*free.T, ls="", marker=".", ms=5, color=style.SPINE)
    for cluster, (marker, colour) in enumerate(zip(_MARKERS, _COLOURS, strict=True)):
        look: dict[str, Any] = {"marker": marker, "mfc": colour, "ls": ""}
        ax.plot(*X[labels == cluster].T, ms=3.5, mec=colour, mew=0, **look)
        way = trace.centers[: moved + 1, cluster]
        ax.plot(*way.T, color=style.INK, lw=1.2, zorder=3)
        ax.plot(*way[-1:].T, ms=11, mec=style.PAPER, mew=1.8, zorder=4, **look)


def describe_k_means_steps(*, half_step: int, seed: int) -> str:
    """Say what `k_means_steps` draws at the same parameters.

    Examples
    --------
    >>> print(describe_k_means_steps(half_step=0, seed=0).split(".")[0])
    Start 0, half step 0: five of the points are the centres, and no point is assigned yet
    """
    trace = _place(half_step, seed)[0]
    if half_step == 0:
        now = _("five of the points are the centres, and no point is assigned yet.")
    elif half_step > 2 * trace.n_iterations - 2:
        now = _("nothing changes any more, the inertia is {inertia}.")
    elif half_step % 2:
        now = _("each point has gone to its nearest centre, and the inertia is {inertia}.")
    else:
        now = _("each centre has moved to the mean of its points, and the inertia is {inertia}.")
    end = _("This start ends at {end}, after {iterations} iterations.")
    return " ".join([_("Start {seed}, half step {half_step}:"), now, end]).format(
        seed=seed,
        half_step=half_step,
        inertia=number(float(_course(trace)[max(half_step, 1) - 1]), digits=1),
        end=number(float(trace.inertia[-1, 1]), digits=1),
        iterations=trace.n_iterations,
    )


def _on_scene(iteration: int, scene: Scene, trace: KMeansTrace) -> tuple[int, NDArray[np.int64]]:
    instance("scene", scene, Scene), instance("trace", trace, KMeansTrace)
    step = whole("iteration", iteration, at_least=1)
    if step > trace.n_iterations:
        raise ValueError(
            f"iteration must be a whole number from 1 to {trace.n_iterations}, got {iteration!r}"
        )
    # One name for each cluster, that of the end: else the colours would jump from step to step.
    last = trace.labels[-1].reshape(scene.ground_truth.shape)
    names = match_classes(scene.ground_truth, last)
    named = np.zeros(trace.centers.shape[1], dtype=np.int64)
    named[last.ravel()] = names.ravel()
    return step, named[trace.labels[step - 1]].reshape(last.shape)


@lru_cache(maxsize=4)
def _agreement(scene: Scene, trace: KMeansTrace) -> Floats:
    truth = scene.ground_truth.ravel()
    known = truth > 0
    return np.array([scores(truth[known], labels[known])["ARI"] for labels in trace.labels])


@style.styled
def k_means_on_scene(*, iteration: int, scene: Scene, trace: KMeansTrace, narrow: bool = False) -> Figure:
    """Draw the class map of k-means on a scene after some iterations, with its inertia and its agreement.

    Parameters
    ----------
    iteration
        How often the pixels were assigned, 1 or more.
    scene
        Whose pixels they are.
    trace
        A run of k-means on them, with at most nine centres.
    narrow
        Whether to draw for a narrow screen.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((30, 24), random_state=0)
    >>> trace = trace_k_means(X := scene.cube.reshape(-1, 103), X[[0, 300, 600]])
    >>> len(k_means_on_scene(iteration=1, scene=scene, trace=trace).axes)
    3
    """
    step, labels = _on_scene(iteration, scene, trace)
    figure, (map_, course, agreement) = style.panels(
        style.Cell(height=3.6, left=0.3, bottom=0.15),
        style.Cell(height=2.4 if narrow else 3.6, left=0.62, share=0.95),
        style.Cell(height=2.4 if narrow else 3.6, left=0.62, share=0.95),
        narrow=narrow,
    )
    style.dress(map_, title=_("The clusters"), grid="none")
    class_map(map_, labels.astype(np.int64))
    inertia = trace.inertia[:, 0] / trace.inertia[-1, 1]
    last = trace.n_iterations
    for ax, title, values, limits, ticks in (
        (course, _("Inertia / its end"), inertia, (0.9, 5.6), (1, 3, 5)),
        (agreement, _("Agreement (ARI)"), _agreement(scene, trace), (0, 1), (0, 0.5, 1)),
    ):
        style.dress(ax, title=title, x=_("iteration"), outdent=0.4)
        style.scale(ax.xaxis, (0, last + 1), (1, last // 2, last))
        style.scale(ax.yaxis, limits, ticks)
        ax.plot(np.arange(1, last + 1), values, color=style.BLUE)
        style.point(ax, step, float(values[step - 1]), colour=style.ORANGE)
    return figure


def describe_k_means_on_scene(*, iteration: int, scene: Scene, trace: KMeansTrace) -> str:
    """Say what `k_means_on_scene` draws at the same parameters.

    Examples
    --------
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((30, 24), random_state=0)
    >>> trace = trace_k_means(X := scene.cube.reshape(-1, 103), X[[0, 300, 600]])
    >>> print(describe_k_means_on_scene(iteration=1, scene=scene, trace=trace).split(" of ")[0])
    Iteration 1
    """
    step, labels = _on_scene(iteration, scene, trace)
    final = _on_scene(trace.n_iterations, scene, trace)[1]
    return _(
        "Iteration {step} of {last}, clusters numbered by the material they match best at the end: "
        "{same} % of the pixels are where they will end. The inertia is {inertia} times its end; the "
        "adjusted Rand index against the ground truth is {ari}, and {end} at the end."
    ).format(
        step=step,
        last=trace.n_iterations,
        same=number(100 * float((labels == final).mean()), digits=0),
        inertia=number(float(trace.inertia[step - 1, 0] / trace.inertia[-1, 1]), digits=3),
        ari=number(float(_agreement(scene, trace)[step - 1])),
        end=number(float(_agreement(scene, trace)[-1])),
    )
