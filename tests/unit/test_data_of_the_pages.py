"""The data that the pages measure on: were they others, every number of the book would be another one.

What is simulated has no second implementation to be compared with. So it is written down what it was when the
pages were written.
"""

import numpy as np
import pytest

from examlab.hyperspectral.feature_map import ring
from examlab.hyperspectral.kmeans import round_groups
from examlab.hyperspectral.linear_one_class import one_sided_cloud
from examlab.hyperspectral.materials import reflectance, transmission
from examlab.hyperspectral.one_class import cloud
from examlab.hyperspectral.scenes import simulated_scene

CLOUDS = {  # first, middle and last point, mean and standard deviation
    cloud: (
        *(-1.232599, 0.363781, -0.631887, 1.426689, -1.231539, -1.732542),
        *(-0.19952, -0.186198, 1.369833, 1.106549),
    ),
    one_sided_cloud: (
        *(2.310127, 2.104916, 2.39907, 1.613592, 0.64431, 0.730299),
        *(2.332503, 1.994856, 0.623873, 0.626829),
    ),
    ring: (
        *(-1.555464, -1.233266, -1.464682, 0.682799, 1.206723, 0.366463),
        *(0.19441, -0.133105, 1.577739, 0.989321),
    ),
    round_groups: (
        *(-1.847193, 1.244516, 1.678718, 1.23506, 1.070397, -1.150184),
        *(-0.138292, 0.442873, 1.559827, 1.426781),
    ),
}


@pytest.mark.parametrize("make", CLOUDS, ids=lambda make: make.__name__)
def test_clouds(make):
    X = make(random_state=0)
    points = np.concatenate([X[[0, len(X) // 2, -1]].ravel(), X.mean(axis=0), X.std(axis=0)])
    np.testing.assert_allclose(points, CLOUDS[make], atol=1e-6)


# The second has more pixels than are recorded at a time, the streets of the third are turned the other way.
SCENES = {
    ((80, 60), 0): (
        [0, 1094, 1398, 469, 369, 173, 551, 106, 446, 194],
        [3811, 153, 431, 49, 71, 31, 116, 31, 85, 22],
        [39.67, 30.39, 25.82, 16.0],
        [880.09, 1046.96, 1268.75, 1398.51, 1789.35, 2458.95, 2545.22],
        [650.33, 652.69, 573.5, 648.9, 555.24, 918.96, 941.44],
        161468.5,
    ),
    ((130, 128), 0): (
        [0, 3952, 5156, 1202, 1450, 452, 2007, 353, 1418, 650],
        [13212, 531, 1494, 168, 246, 108, 403, 107, 295, 76],
        [66.99, 64.04, 39.33, 37.7],
        [809.9, 960.11, 1177.55, 1278.83, 1720.92, 2441.6, 2524.37],
        [614.23, 608.79, 535.7, 611.8, 536.71, 958.86, 977.95],
        101485.2,
    ),
    ((48, 57), 2): (
        [0, 663, 966, 189, 206, 80, 311, 57, 165, 99],
        [2172, 87, 246, 28, 40, 18, 66, 18, 49, 12],
        [23.25, 27.29, 15.08, 16.51],
        [780.53, 925.76, 1142.77, 1236.95, 1699.55, 2439.86, 2521.33],
        [607.44, 597.86, 518.02, 581.34, 530.81, 956.14, 975.29],
        165720.1,
    ),
    ((24, 24), 0): (
        [0, 172, 164, 48, 54, 11, 23, 13, 39, 52],
        [457, 18, 52, 6, 8, 4, 14, 4, 10, 3],
        [12.07, 9.8, 7.4, 7.16],
        [807.96, 952.55, 1131.59, 1199.01, 1593.41, 2253.83, 2329.15],
        [521.89, 539.25, 497.86, 581.28, 524.51, 950.07, 973.93],
        223551.3,
    ),
}


@pytest.mark.parametrize(("shape", "seed"), SCENES, ids=str)
def test_scenes(shape, seed):
    land, labels, places, means, deviations, roughness = SCENES[shape, seed]
    scene = simulated_scene(shape, random_state=seed)
    assert np.bincount(scene.materials.ravel()).tolist() == land
    assert np.bincount(scene.ground_truth.ravel()).tolist() == labels
    where = np.argwhere(scene.ground_truth)
    np.testing.assert_allclose([*where.mean(axis=0), *where.std(axis=0)], places, atol=0.05)
    X = scene.cube.reshape(-1, 103).astype(float)
    np.testing.assert_allclose(X.mean(axis=0)[::17], means, atol=0.02)
    np.testing.assert_allclose(X.std(axis=0)[::17], deviations, atol=0.02)
    assert (np.diff(X, axis=0) ** 2).mean() == pytest.approx(roughness, rel=1e-4) and X.min() == 0


def test_materials_and_air():
    wavelengths = np.array([450.0, 550, 650, 720, 761, 800, 850])
    reflected = [
        [0.10186, 0.11116, 0.12047, 0.12698, 0.13079, 0.13442, 0.13907],
        [0.03599, 0.08547, 0.04601, 0.22845, 0.37391, 0.38202, 0.38453],
        [0.14157, 0.17283, 0.19153, 0.20212, 0.20774, 0.21276, 0.21883],
        [0.02249, 0.04673, 0.02764, 0.15417, 0.25517, 0.26047, 0.26177],
        [0.47251, 0.42355, 0.39932, 0.38953, 0.38381, 0.37837, 0.3714],
        [0.07066, 0.10885, 0.19378, 0.21585, 0.22736, 0.23825, 0.25221],
        [0.07547, 0.07779, 0.08012, 0.08174, 0.0827, 0.0836, 0.08477],
        [0.10286, 0.12563, 0.18846, 0.20039, 0.20618, 0.21163, 0.2186],
        [0.04126, 0.03191, 0.0271, 0.0252, 0.02444, 0.02388, 0.02335],
    ]
    np.testing.assert_allclose(reflectance(wavelengths), reflected, atol=1e-5)
    np.testing.assert_allclose(transmission(wavelengths), [1, 1, 1, 0.93, 0.78, 0.99238, 0.99965], atol=1e-5)
    # In the middle of each gas, and one width beside it.
    depths = np.array([0.08, 0.07, 0.22, 0.09])
    middles, beside = np.array([687.0, 720, 761, 820]), np.array([683.0, 713, 765, 829])
    np.testing.assert_allclose(transmission(middles), 1 - depths, atol=1e-5)
    np.testing.assert_allclose(transmission(beside), 1 - depths * np.exp(-0.5), atol=1e-5)


@pytest.mark.parametrize("curve", [reflectance, transmission])
def test_curves_are_drawn_from_430_to_860_nanometres(curve):
    assert curve([430, 860]).shape[-1] == 2
    assert curve(np.float32([430, 860])).dtype == np.float64
    for beyond in (429.9, 860.1):
        with pytest.raises(ValueError, match=r"^wavelengths must hold numbers in \[430, 860\] only"):
            curve([beyond])
    with pytest.raises(ValueError, match=r"^wavelengths must have shape \(any,\), got shape \(1, 2\)"):
        curve([[430, 860]])
