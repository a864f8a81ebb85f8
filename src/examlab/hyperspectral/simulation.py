"""A simulated town under a hyperspectral sensor: what lies where, what is recorded, what is labelled.

The scene is this book's own. It imitates the image of Pavia University (sensor ROSIS, 610 × 340 pixels, 103
bands, nine classes) for trying methods on, with one thing that no real image has: the material of every pixel
is known. Its texture, mixing and noise are set so that k-means gets half of the labels right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from examlab.arguments import Floats, random_source, whole
from examlab.hyperspectral.materials import CLASS_NAMES, PAVIA_COUNTS, band_centres, reflectance, transmission
from examlab.hyperspectral.scene import Scene

__all__ = ["simulated_scene"]

SMALLEST = 24  # pixels along a side: below, nine materials do not fit
LABELLED = 0.206  # of all pixels, as in Pavia University
FULL_SCALE = 10_000  # counts of a surface that reflects everything
BLOCK = 2**14  # pixels recorded at a time: bounds the memory

Ids = NDArray[np.intp]
Map = NDArray[np.uint8]

ASPHALT, MEADOWS, GRAVEL, TREES, METAL, SOIL, BITUMEN, BRICKS, SHADOWS = range(1, 10)


@dataclass(frozen=True)
class _Use:
    """What a piece of land is used for: how much of the town, its ground, a roof on it, and its trees."""

    share: float
    ground: int
    roof: int = 0
    trees: float = math.inf  # where a smooth noise of variance 1 exceeds this, a tree stands


_USES = (
    _Use(0.35, MEADOWS, trees=1.9),
    _Use(0.13, SOIL),
    _Use(0.10, MEADOWS, trees=-0.5),
    _Use(0.09, GRAVEL),
    _Use(0.08, BRICKS, trees=1.7),
    _Use(0.09, ASPHALT, roof=METAL),
    _Use(0.09, BRICKS, roof=BITUMEN, trees=1.8),
    _Use(0.07, ASPHALT, trees=2.0),
)

# What each material is mixed with here and there, and up to which share: dry grass shows soil, say.
_IMPURITY = {
    ASPHALT: (GRAVEL, 0.5),
    MEADOWS: (SOIL, 0.7),
    GRAVEL: (BRICKS, 0.55),
    TREES: (MEADOWS, 0.6),
    METAL: (ASPHALT, 0.4),
    SOIL: (MEADOWS, 0.4),
    BITUMEN: (ASPHALT, 0.4),
    BRICKS: (GRAVEL, 0.55),
    SHADOWS: (ASPHALT, 0.25),
}


def simulated_scene(
    shape: Sequence[int] = (610, 340), *, random_state: int | np.random.Generator | None = None
) -> Scene:
    """Simulate a small town under a ROSIS-like sensor, with the true material of every pixel.

    Streets cut the land into pieces: fields, groves, squares, car parks, buildings that cast shadows. Grass
    may be dry, roofs dirty; each piece of land has its own brightness and each pixel its own. Neighbouring
    materials mix in the pixels between them. The sensor sees them through a clear atmosphere and adds
    noise that is correlated between neighbouring bands. Labelled are coherent patches inside the regions,
    20.6 % of all pixels, in numbers proportional to Pavia University's where the scene has so many.

    Parameters
    ----------
    shape : (rows, columns)
        Whole numbers, 24 or more each. Streets and houses are smaller on a small scene, so that it holds
        every class too.
    random_state : int, Generator or None
        The same number gives the same scene on the same machine.

    Returns
    -------
    Scene
        With 103 bands from 430 to 860 nm, nine classes, and `materials`.

    Raises
    ------
    TypeError, ValueError
        If `shape` is not two whole numbers of 24 or more.

    Examples
    --------
    >>> scene = simulated_scene((80, 60), random_state=0)
    >>> scene.cube.shape, scene.cube.dtype.name, len(np.unique(scene.ground_truth))
    ((80, 60, 103), 'uint16', 10)
    """
    rows, columns = _checked(shape)
    rng = random_source(random_state)
    plan = _survey(rows, columns, rng)
    materials = _build(plan, rng)
    return Scene(
        cube=_record(materials, plan, rng),
        ground_truth=_label(materials, plan, rng),
        class_names=CLASS_NAMES,
        wavelengths=band_centres(),
        materials=materials,
    )


LARGEST = 10_000
"""Pixels along a side: with 103 bands, a square one takes 20 GB."""


def _checked(shape: Sequence[int]) -> tuple[int, int]:
    if not isinstance(shape, Sequence) or isinstance(shape, str):
        raise TypeError(f"shape must be two whole numbers, got {shape!r}")
    if len(shape) != 2:
        raise ValueError(f"shape must be two whole numbers, got {shape!r}")
    rows, columns = (whole("shape", side, at_least=SMALLEST, at_most=LARGEST) for side in shape)
    return rows, columns


def _smooth(shape: tuple[int, int], size: float, rng: np.random.Generator) -> Floats:
    """Return noise of mean 0 and variance 1 that is smooth over `size` pixels, float32."""
    field = ndimage.gaussian_filter(rng.standard_normal(shape, dtype=np.float32), size, truncate=3)
    return np.asarray((field - field.mean()) / field.std())


@dataclass(frozen=True)
class _Plan:
    """Where the land lies."""

    size: float  # of a parcel, in pixels
    u: Floats  # coordinates of each pixel along the streets and across
    v: Floats
    parcels: list[Ids]  # the pixels of each, as indices of the flattened map; the others are streets

    def spread(self, values: Floats) -> Floats:
        """Return a map of values that are given for the streets, first, and each parcel."""
        spread = np.full(self.u.shape, values[0])
        for parcel, value in zip(self.parcels, values[1:], strict=True):
            spread.flat[parcel] = value
        return spread


def _survey(rows: int, columns: int, rng: np.random.Generator) -> _Plan:
    """Cut the land along slightly bent and turned lines, always the largest piece; each cut is a street."""
    size = math.sqrt(rows * columns) ** 0.65
    angle = rng.uniform(0.1, 0.35) * rng.choice([-1, 1])
    y, x = np.indices((rows, columns), dtype=np.float32)
    bend = 0.12 * size
    u = x * math.cos(angle) + y * math.sin(angle) + bend * _smooth((rows, columns), 1.2 * size, rng)
    v = y * math.cos(angle) - x * math.sin(angle) + bend * _smooth((rows, columns), 1.2 * size, rng)
    flat = u.ravel(), v.ravel()
    pieces: list[Ids] = [np.arange(rows * columns)]
    wanted = max(11, round(rows * columns / size**2))
    while len(pieces) < wanted:
        largest = pieces.pop(max(range(len(pieces)), key=lambda index: len(pieces[index])))
        along = max(flat, key=lambda axis: np.ptp(axis[largest]))[largest]
        cut = np.quantile(along, rng.uniform(0.4, 0.6))
        street = size * (0.10 if len(pieces) < wanted / 4 else 0.055) + 0.4
        pieces += [largest[along < cut - street / 2], largest[along > cut + street / 2]]
    return _Plan(size, u, v, pieces)


def _build(plan: _Plan, rng: np.random.Generator) -> Map:
    """Return the material of each pixel, 1 to 9."""
    shape = plan.u.shape
    materials = np.full(shape, ASPHALT, dtype=np.uint8)
    trees = _smooth(shape, max(1.0, 0.05 * plan.size), rng)
    roofs = np.zeros(shape, dtype=np.uint8)
    for parcel, use in zip(plan.parcels, _uses(plan.parcels, rng), strict=True):
        materials.flat[parcel] = np.where(trees.flat[parcel] > use.trees, TREES, use.ground)
        if use.roof:
            roofs.flat[_built_up(plan, parcel, rng)] = use.roof
    materials[_shadow(roofs > 0, max(2, round(0.12 * plan.size)))] = SHADOWS
    return np.asarray(np.where(roofs, roofs, materials))


def _uses(parcels: Sequence[Ids], rng: np.random.Generator) -> list[_Use]:
    """Give each parcel a use: each use once, and then always the one that lacks most land."""
    lacking = np.array([use.share for use in _USES]) * sum(map(len, parcels))
    found: dict[int, _Use] = {}
    for turn, parcel in enumerate(rng.permutation(len(parcels)).tolist()):
        index = turn if turn < len(_USES) else int(lacking.argmax())
        found[parcel] = _USES[index]
        lacking[index] -= len(parcels[parcel])
    return [found[index] for index in range(len(parcels))]


def _built_up(plan: _Plan, parcel: Ids, rng: np.random.Generator) -> Ids:
    """Return the pixels of a parcel that its building covers, a rectangle along the streets."""
    inside = []
    for axis in (plan.u, plan.v):
        along = axis.flat[parcel]
        low, high = np.quantile(along, [0.02, 0.98])
        length = high - low
        inside.append((along > low + 0.12 * length) & (along < high - rng.uniform(0.2, 0.3) * length))
    return np.asarray(parcel[inside[0] & inside[1]])


def _shadow(roofs: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Return where the roofs cast a shadow, down and to the right."""
    shadow = roofs.copy()
    for _ in range(length):
        shadow[1:, 1:] |= shadow[:-1, :-1]
        shadow[1:] |= shadow[:-1]
    return shadow & ~roofs


def _record(materials: Map, plan: _Plan, rng: np.random.Generator) -> NDArray[np.uint16]:
    """Return what the sensor counts: materials mixed, lit, seen through the air, with noise."""
    wavelengths = band_centres()
    spectra = (FULL_SCALE * reflectance(wavelengths) * transmission(wavelengths)).astype(np.float32)
    shares = _shares(materials, plan, rng).reshape(-1, len(spectra))
    light = _light(materials, plan, rng).reshape(-1, 1)
    mixing = _noise(wavelengths)
    cube = np.empty((materials.size, len(wavelengths)), dtype=np.uint16)
    for start in range(0, len(cube), BLOCK):
        part = slice(start, start + BLOCK)
        counts = (shares[part] * light[part]) @ spectra
        counts += rng.standard_normal(counts.shape, dtype=np.float32) @ mixing
        cube[part] = np.clip(np.rint(counts), 0, 65_535)
    return cube.reshape(*materials.shape, -1)


def _shares(materials: Map, plan: _Plan, rng: np.random.Generator) -> Floats:
    """Return how much of each material a pixel shows, shape (rows, columns, 9), adding up to 1."""
    of_parcel = plan.spread(rng.uniform(size=len(plan.parcels) + 1))
    spots = 0.7 * _smooth(materials.shape, 0.15 * plan.size, rng) + 0.7 * _smooth(materials.shape, 0.7, rng)
    impure = np.clip(0.35 * of_parcel + 0.65 * (0.5 + 0.35 * spots), 0, 1)
    shares = np.zeros((*materials.shape, len(CLASS_NAMES)), dtype=np.float32)
    for material, (companion, most) in _IMPURITY.items():
        here = materials == material
        shares[here, companion - 1] = most * impure[here]
        shares[here, material - 1] = 1 - shares[here, companion - 1]
    return np.asarray(ndimage.gaussian_filter(shares, 0.55, axes=(0, 1), truncate=2))


def _light(materials: Map, plan: _Plan, rng: np.random.Generator) -> Floats:
    """Return how brightly each pixel is lit and reflects, around 1."""
    shape, size = materials.shape, plan.size
    of_parcel = plan.spread(rng.normal(0, 0.06, size=len(plan.parcels) + 1))
    texture = np.where(np.isin(materials, (TREES, MEADOWS)), 0.17, 0.16)
    across = 0.08 * np.linspace(-1, 1, shape[1])
    light = (
        of_parcel
        + across
        + texture * (0.7 * _smooth(shape, 0.08 * size, rng) + 0.7 * _smooth(shape, 0.8, rng))
    )
    return np.asarray(np.exp(light), dtype=np.float32)


def _noise(wavelengths: Floats) -> Floats:
    """Return a matrix that turns a row of independent noise into the sensor's, shape (bands, bands)."""
    apart = np.abs(wavelengths[:, None] - wavelengths)
    correlation = 0.5 * np.exp(-apart / 12) + 0.5 * np.eye(len(wavelengths))
    deviation = 50 + 50 * ((wavelengths - 645) / 215) ** 2  # a sensor is weakest at the ends of its range
    return np.asarray((np.linalg.cholesky(correlation) * deviation[:, None]).T, dtype=np.float32)


def _label(materials: Map, plan: _Plan, rng: np.random.Generator) -> Map:
    """Return the ground truth: in each class, patches inside its regions, until the class has its number."""
    quotas = np.rint(LABELLED * materials.size * np.array(PAVIA_COUNTS) / sum(PAVIA_COUNTS)).astype(int)
    where = _smooth(materials.shape, 0.2 * plan.size, rng)
    truth = np.zeros_like(materials)
    for material, quota in enumerate(quotas, start=1):
        region = materials == material
        inner = _without_specks(ndimage.binary_erosion(region, border_value=1))
        allowed = np.flatnonzero(inner if inner.sum() >= min(quota, 8) else region)
        chosen = allowed[np.argsort(-where.flat[allowed], kind="stable")[:quota]]
        truth.flat[chosen] = material
    return truth


def _without_specks(region: NDArray[np.bool_], *, smallest: int = 5) -> NDArray[np.bool_]:
    pieces, _ = ndimage.label(region)
    large = np.bincount(pieces.ravel()) >= smallest
    large[0] = False
    return np.asarray(large[pieces])
