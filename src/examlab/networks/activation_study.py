"""Which activation where, measured: small GANs of all four combinations, from many random starts.

`make study` trains them all, some minutes, and stores what came out; `stored_study` reads it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from examlab.arguments import MOST, Floats, choice, whole
from examlab.networks.digits import load_digits_8x8
from examlab.networks.models import UNITS, build_digit_discriminator, build_digit_generator
from examlab.networks.scores import Judge
from examlab.networks.training import train

__all__ = ["COMBINATIONS", "PARAMETERS", "PENALTIES", "Course", "Study", "run", "stored_study", "study"]

COMBINATIONS = tuple(itertools.product(UNITS, UNITS))
"""Activations of discriminator and generator, in this order."""

PENALTIES: Mapping[str, float] = {"plain": 0.0, "r1": 1.0}
"""Trainings without and with the R1 penalty, and its weight."""

PARAMETERS: Mapping[str, Any] = {
    "steps": 1500,
    "moments": 11,
    "seeds": 10,
    "batch_size": 64,
    "learning_rate": 2e-3,
    "loss": "non-saturating",
    "alpha": 0.2,
}
"""All that the runs have in common; `moments` are when they are scored, evenly from 0 to `steps`."""

_SOURCE = "activation_study.json"
_DECIMALS = 4


@dataclass(frozen=True, eq=False)
class Course:
    """The scores of one training at each moment.

    Attributes
    ----------
    steps : array of int, shape (moments,)
        After how many steps.
    distance : array, shape (moments,)
        Fréchet distance to the held-out digits, see `examlab.networks.scores.Judge`.
    classes : array of int, shape (moments,)
        Digits that get at least 1 % of the images.
    lowest : array, shape (moments,)
        Share of the rarest digit.
    """

    steps: NDArray[np.int_]
    distance: Floats
    classes: NDArray[np.int_]
    lowest: Floats


@dataclass(frozen=True, eq=False)
class Study:
    """The courses of all trainings.

    Attributes
    ----------
    steps : array of int, shape (moments,)
        After how many steps the generators were scored.
    distance, classes, lowest : mapping of str to mapping of pair to array, shape (seeds, moments)
        As in `Course`: one of `PENALTIES`, then one of `COMBINATIONS`.
    reference : float
        Fréchet distance between the two halves of the real digits.
    accuracy : float
        Share of the held-out digits that the judge classifies correctly.
    medians : mapping of str to mapping of pair to float
        Of the distances at the last moment, as computed when the runs were made.
    parameters, versions : mapping
        With what the runs were made: `PARAMETERS`, and versions of the libraries.
    """

    steps: NDArray[np.int_]
    distance: Mapping[str, Mapping[tuple[str, str], Floats]]
    classes: Mapping[str, Mapping[tuple[str, str], NDArray[np.int_]]]
    lowest: Mapping[str, Mapping[tuple[str, str], Floats]]
    reference: float
    accuracy: float
    medians: Mapping[str, Mapping[tuple[str, str], float]]
    parameters: Mapping[str, Any]
    versions: Mapping[str, str]

    def last(self, penalty: str = "plain") -> dict[tuple[str, str], Floats]:
        """Return the distances at the last moment, shape (seeds,), for each combination."""
        chosen = self.distance[choice("penalty", penalty, self.distance)]
        return {pair: found[:, -1] for pair, found in chosen.items()}


@lru_cache(maxsize=1)
def _judge() -> Judge:
    # Always the same judge of the same digits: the cache only saves time.
    return Judge(*load_digits_8x8())


def run(
    discriminator: str,
    generator: str,
    *,
    penalty: str = "plain",
    seed: int = 0,
    steps: int = PARAMETERS["steps"],
    moments: int = PARAMETERS["moments"],
) -> Course:
    """Train one small GAN on the training half of the 8×8 digits, and score it as it goes.

    The same seed gives the same first weights, batches and latent numbers whatever the activations, so that
    combinations compare seed by seed.

    Parameters
    ----------
    discriminator, generator : {"relu", "leaky-relu"}
        The activation between the layers of each network.
    penalty : {"plain", "r1"}
        Whether the discriminator pays the R1 penalty.
    seed : int
        Decides everything that is random.
    steps, moments : int
        How many steps, and how often the generator is scored: evenly, from 0 to the last step.

    Returns
    -------
    Course
        One entry a moment.

    Raises
    ------
    TypeError, ValueError
        If an argument is not allowed.

    Examples
    --------
    >>> course = run("leaky-relu", "relu", steps=20, moments=2)
    >>> course.steps.tolist(), bool(course.distance[0] > course.distance[-1])
    ([0, 20], True)
    """
    r1, judge = PENALTIES[choice("penalty", penalty, PENALTIES)], _judge()
    seed, steps = whole("seed", seed, at_least=0), whole("steps", steps, at_least=1, at_most=MOST)
    choice("discriminator", discriminator, UNITS), choice("generator", generator, UNITS)
    alpha, rate = PARAMETERS["alpha"], PARAMETERS["learning_rate"]
    first, second, third = np.random.default_rng(seed).spawn(3)
    history = train(
        judge.X_train,
        generator=build_digit_generator(activation=generator, alpha=alpha, random_state=first),
        discriminator=build_digit_discriminator(activation=discriminator, alpha=alpha, random_state=second),
        steps=steps,
        batch_size=PARAMETERS["batch_size"],
        learning_rate=(rate, rate),
        loss=PARAMETERS["loss"],
        r1=r1,
        snapshots=whole("moments", moments, at_least=2, at_most=MOST),
        n_samples=len(judge.X_test),
        random_state=third,
    )
    scores = [judge.scores(images) for images in history.snapshots]
    return Course(
        steps=history.snapshot_steps,
        distance=np.array([score.distance for score in scores]),
        classes=np.array([score.classes for score in scores]),
        lowest=np.array([score.shares.min() for score in scores]),
    )


def study(courses: Iterable[tuple[str, tuple[str, str], Course]], versions: Mapping[str, str]) -> str:
    """Write courses as the text of the stored file, each with its penalty and its combination.

    Examples
    --------
    >>> courses = [(name, pair, run(*pair, penalty=name, steps=1, moments=2)) for name in PENALTIES
    ...            for pair in COMBINATIONS]
    >>> json.loads(study(courses, {}))["steps"]
    [0, 1]
    """
    listed = list(courses)
    found: dict[str, Any] = {
        "parameters": dict(PARAMETERS),
        "versions": dict(versions),
        "accuracy": round(_judge().accuracy, _DECIMALS),
        "reference": round(_judge().reference.distance, _DECIMALS),
        "steps": listed[0][2].steps.tolist(),
    }
    for measure in ("distance", "classes", "lowest"):
        found[measure] = {
            name: {
                "/".join(pair): [
                    getattr(course, measure).round(_DECIMALS).tolist()
                    for run_name, run_pair, course in listed
                    if (run_name, run_pair) == (name, pair)
                ]
                for pair in COMBINATIONS
            }
            for name in PENALTIES
        }
    found["medians"] = {
        name: {pair: float(np.median([run[-1] for run in runs])) for pair, runs in pairs.items()}
        for name, pairs in found["distance"].items()
    }
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
    return f"{{\n{lines}\n}}\n"


def stored_study() -> Study:
    """Return what `make study` stored.

    Examples
    --------
    >>> found = stored_study()
    >>> found.distance["plain"]["leaky-relu", "relu"].shape == (found.parameters["seeds"], len(found.steps))
    True
    """
    text = (files("examlab.networks") / "data" / _SOURCE).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)

    def by_pair(measure: str) -> dict[str, dict[tuple[str, str], Any]]:
        return {
            name: {tuple(pair.split("/")): np.array(values) for pair, values in pairs.items()}
            for name, pairs in found[measure].items()
        }

    return Study(
        steps=np.array(found["steps"]),
        distance=by_pair("distance"),
        classes=by_pair("classes"),
        lowest=by_pair("lowest"),
        medians={
            name: {pair: float(value) for pair, value in pairs.items()}
            for name, pairs in by_pair("medians").items()
        },
        reference=found["reference"],
        accuracy=found["accuracy"],
        parameters=found["parameters"],
        versions=found["versions"],
    )
