"""What a hyperspectral scene is made of, whether simulated or real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from examlab.arguments import Floats, entries, floats, instance, text, whole_numbers

__all__ = ["Scene"]

Labels = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Scene:
    """A hyperspectral image with what is known of its pixels.

    Attributes
    ----------
    cube : array of uint16, shape (rows, columns, bands)
        The spectrum of each pixel, in counts of the sensor.
    ground_truth : array of integers, shape (rows, columns)
        The class of each labelled pixel, from 1 on; 0 is unlabelled.
    class_names : tuple of str
        The names of the classes 1, 2, …; the unlabelled pixels have none.
    wavelengths : array, shape (bands,)
        The centre of each band, in nanometres, increasing.
    materials : array of integers, shape (rows, columns), optional
        The true class of *every* pixel, which only a simulation knows: None for a real scene.

    Raises
    ------
    TypeError, ValueError
        If something is not of its type, or if the shapes or the numbers of classes disagree.

    Examples
    --------
    >>> from examlab.hyperspectral.scenes import simulated_scene
    >>> scene = simulated_scene((40, 30), random_state=0)
    >>> scene.cube.shape, scene.class_names[scene.materials[0, 0] - 1] in scene.class_names
    ((40, 30, 103), True)
    """

    cube: NDArray[np.uint16]
    ground_truth: Labels
    class_names: tuple[str, ...]
    wavelengths: Floats
    materials: Labels | None = None

    def __post_init__(self) -> None:
        instance("cube", self.cube, np.ndarray)
        if self.cube.dtype.kind not in "iu" or self.cube.ndim != 3:
            floats("cube", self.cube, shape=(None, None, None))
        rows, columns, bands = self.cube.shape
        floats("wavelengths", self.wavelengths, shape=(bands,))
        for name in entries("class_names", self.class_names):
            text("class_names", name)
        for name, labels in (("ground_truth", self.ground_truth), ("materials", self.materials)):
            if labels is None:
                continue
            instance(name, labels, np.ndarray)
            if labels.shape != (rows, columns):
                raise ValueError(f"{name} must have shape {(rows, columns)}, got shape {labels.shape}")
            high = int(whole_numbers(name, labels, at_least=0).max())
            if high > len(self.class_names):
                raise ValueError(
                    f"{name} must hold numbers from 0 to {len(self.class_names)}, the number of class_names, "
                    f"got {high}"
                )
