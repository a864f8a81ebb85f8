"""The simulated scene: what it promises about itself, measured from outside."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from examlab.hyperspectral import simulation
from examlab.hyperspectral.materials import CLASS_NAMES, PAVIA_COUNTS, band_centres, reflectance, transmission
from examlab.hyperspectral.scenes import Scene, simulated_scene

SEEDS = range(8)


@pytest.fixture(scope="module")
def scenes():
    return [simulated_scene((120, 90), random_state=seed) for seed in SEEDS]


def curve(name):
    return reflectance(band_centres())[CLASS_NAMES.index(name)]


def at(values, nanometres):
    return values[np.abs(band_centres() - nanometres).argmin()]


def test_types_and_shapes(scenes):
    for scene in scenes:
        assert scene.cube.shape == (120, 90, 103) and scene.cube.dtype == np.uint16
        assert scene.ground_truth.shape == scene.materials.shape == (120, 90)
        assert scene.ground_truth.dtype == scene.materials.dtype == np.uint8
        assert scene.wavelengths[[0, -1]].tolist() == [430, 860] and len(scene.class_names) == 9
        assert scene.cube.any(axis=2).all() and scene.cube.max() < 10_000


def test_eight_components_do_not_hold_everything(scenes):
    for scene in scenes:
        X = scene.cube.reshape(-1, 103).astype(float)
        variances = np.linalg.eigvalsh(np.corrcoef(X.T))[::-1] / 103
        assert 0.98 < variances[:8].sum() < 0.998
        assert variances[:3].sum() > 0.95  # and yet most of it lies in few, as in a real image


def test_noise_is_correlated_between_bands(scenes):
    # Brightness and mixing stay within the span of the nine curves; what a pixel has outside it is noise.
    curves = np.linalg.qr((reflectance(band_centres()) * transmission(band_centres())).T)[0]
    for scene in scenes:
        X = scene.cube.reshape(-1, 103).astype(float)
        noise = X - X @ curves @ curves.T
        correlation = np.corrcoef(noise.T)
        neighbours, far = (np.diagonal(correlation, apart).mean() for apart in (1, 15))
        assert 40 < noise.std() < 80
        # Without the span, independent noise has -0.08 of its neighbours, and this one 0.17.
        assert 0.1 < neighbours < 0.3 and abs(far) < 0.1


def test_a_fifth_is_labelled_in_the_proportions_of_pavia_university(scenes):
    wanted = np.array(PAVIA_COUNTS) / sum(PAVIA_COUNTS)
    assert sum(PAVIA_COUNTS) == 42_776
    for scene in scenes:
        counts = np.bincount(scene.ground_truth.ravel(), minlength=10)[1:]
        assert 0.19 < counts.sum() / scene.ground_truth.size < 0.207
        assert np.abs(counts / counts.sum() - wanted).max() < 0.02


def test_labels_are_true_coherent_and_away_from_borders(scenes):
    for scene in scenes:
        truth, materials = scene.ground_truth, scene.materials
        assert np.array_equal(truth[truth > 0], materials[truth > 0])
        same = np.ones(truth.shape, dtype=bool)  # a pixel whose four neighbours are of its material
        for axis in (0, 1):
            for step in (-1, 1):
                shifted = np.roll(materials, step, axis)
                edge = [slice(None)] * 2
                edge[axis] = 0 if step == 1 else -1
                shifted[tuple(edge)] = materials[tuple(edge)]
                same &= shifted == materials
        assert same[truth > 0].mean() > 0.97
        # Salt and pepper would leave most pixels alone in their patch.
        sizes = np.concatenate([
            np.bincount(ndimage.label(truth == k)[0].ravel())[1:] for k in range(1, 10)
        ])  # fmt: skip
        assert sizes[sizes < 4].sum() < 0.05 * sizes.sum()


@pytest.mark.parametrize(("height", "width", "labelled"), [(4, 6, 8), (3, 9, 24)])
def test_labels_keep_away_from_borders_where_that_leaves_eight(height, width, labelled):
    materials = np.full((40, 40), 2, dtype=np.uint8)
    materials[10 : 10 + height, 20 : 20 + width] = 4  # 8 and 7 pixels are away from its border
    truth = simulation._label(materials, SimpleNamespace(size=8.0), np.random.default_rng(0))
    assert (truth == 4).sum() == labelled


@pytest.mark.parametrize("shape", [(24, 24), (40, 30), (80, 60)])
def test_small_scenes_hold_every_class_too(shape):
    held = [simulated_scene(shape, random_state=seed) for seed in range(12)]
    complete = [set(np.unique(scene.ground_truth)) == set(range(10)) for scene in held]
    assert np.mean(complete) >= 0.9


def test_every_class_has_land_beyond_its_labels(scenes):
    for scene in scenes:
        shares = np.bincount(scene.materials.ravel(), minlength=10)[1:] / scene.materials.size
        assert (scene.materials > 0).all() and shares.min() > 0.01 and shares.argmax() == 1


def test_the_same_number_gives_the_same_scene():
    one, same, other = (simulated_scene((40, 30), random_state=seed) for seed in (3, 3, 4))
    generated = simulated_scene((40, 30), random_state=np.random.default_rng(3))
    for scene in (same, generated):
        assert np.array_equal(one.cube, scene.cube) and np.array_equal(one.ground_truth, scene.ground_truth)
        assert np.array_equal(one.materials, scene.materials)
    assert not np.array_equal(one.cube, other.cube)


def test_spectra_are_those_of_such_materials():
    for name in ("meadows", "trees"):  # the red edge, where no other material has one
        assert at(curve(name), 780) > 3 * at(curve(name), 680)
        assert at(curve(name), 550) > 1.2 * at(curve(name), 660)
        steepest = band_centres()[np.gradient(curve(name)).argmax()]
        assert 700 <= steepest <= 740
    for name in set(CLASS_NAMES) - {"meadows", "trees"}:
        assert at(curve(name), 780) < 1.3 * at(curve(name), 680)
    order = ["shadows", "bitumen", "asphalt", "gravel", "painted metal sheets"]
    assert np.all(np.diff([curve(name).mean() for name in order]) > 0)
    assert all(at(curve(name), 650) > 1.5 * at(curve(name), 500) for name in ("bare soil",))
    assert np.ptp(curve("bitumen")) < 0.02 and at(curve("shadows"), 450) > at(curve("shadows"), 700)
    everything = reflectance(band_centres())
    assert everything.min() > 0 and everything.max() < 1


def test_the_air_absorbs_where_oxygen_does():
    through = transmission(band_centres())
    assert 745 < band_centres()[through.argmin()] < 775 and 0 < through.min() < 0.9 and through.max() <= 1


def test_the_recorded_spectra_are_the_materials():
    scene = simulated_scene((120, 90), random_state=0)
    for number in range(1, 10):
        mean = scene.cube[scene.ground_truth == number].mean(axis=0) / transmission(band_centres())
        others = [np.corrcoef(mean, row)[0, 1] for row in reflectance(band_centres())]
        assert others[number - 1] > 0.93, CLASS_NAMES[number - 1]


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(24, 70), columns=st.integers(24, 70), seed=st.integers(0, 10**6))
def test_any_shape_gives_a_scene(rows, columns, seed):
    scene = simulated_scene((rows, columns), random_state=seed)
    assert scene.cube.shape == (rows, columns, 103)
    assert 0.1 < (scene.ground_truth > 0).mean() < 0.21


@pytest.mark.parametrize(
    "shape", [(23, 60), (60, 0), (60, -5), (60,), (60, 60, 103), (), (10_001, 24), (24, 10_001)]
)
def test_a_bad_shape_is_named(shape):
    with pytest.raises(ValueError, match=r"^shape must .*got"):
        simulated_scene(shape)


@pytest.mark.parametrize("shape", [60, "60x60", (60, 60.0), (60, None), None])
def test_a_shape_of_a_wrong_type_is_named(shape):
    with pytest.raises(TypeError, match=r"^shape must .*got"):
        simulated_scene(shape)


PARTS = {
    "cube": np.zeros((4, 5, 6), np.uint16),
    "ground_truth": np.zeros((4, 5), int),
    "class_names": ("a", "b"),
    "wavelengths": np.arange(6.0),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cube", np.zeros((4, 5), np.uint16)),
        ("cube", np.zeros((4, 5, 6, 1), np.uint16)),
        ("cube", np.full((4, 5, 6), np.nan)),
        ("ground_truth", np.zeros((5, 4), int)),
        ("ground_truth", np.eye(4, 5, dtype=int) * 3),
        ("ground_truth", np.full((4, 5), -1)),
        ("wavelengths", np.zeros(5)),
        ("materials", np.zeros((4, 6), int)),
    ],
)
def test_a_scene_whose_parts_disagree_is_refused(field, value):
    assert Scene(**PARTS).materials is None
    assert Scene(**PARTS | {"ground_truth": np.full((4, 5), 2)}).ground_truth.max() == 2
    with pytest.raises(ValueError, match=f"^{field} must .*got"):
        Scene(**{**PARTS, field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cube", [[[1]]]),
        ("ground_truth", [[0] * 5] * 4),
        ("ground_truth", np.zeros((4, 5))),
        ("class_names", ("a", 3)),
        ("materials", [[0] * 5] * 4),
    ],
)
def test_a_scene_whose_parts_are_of_a_wrong_type_is_refused(field, value):
    with pytest.raises(TypeError, match=f"^{field} must .*got"):
        Scene(**{**PARTS, field: value})


def test_a_scene_cannot_be_changed_by_accident():
    scene = simulated_scene((24, 24), random_state=0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        scene.cube = None
