"""What the figures of questions 8 and 9 draw and say, against scikit-learn and the theory."""

import math
import re

import numpy as np
import pytest
from matplotlib.path import Path
from scipy.spatial import KDTree
from sklearn.svm import OneClassSVM

from examlab.figures import article
from examlab.hyperspectral.feature_map import ring
from examlab.hyperspectral.one_class import cloud
from examlab.hyperspectral.scenes import simulated_scene


def data_of(line):
    return np.column_stack(line.get_data())


@pytest.mark.parametrize("nu", [0.02, 0.1, 0.5])
def test_the_ellipse_is_the_boundary_of_the_machine_with_the_kernel(nu):
    kernel = OneClassSVM(kernel="poly", degree=2, gamma=1, coef0=0, nu=nu, tol=1e-9).fit(ring(random_state=0))
    plane, space = article.feature_map(nu=nu, height=0).axes
    ellipse = plane.patches[0].get_path().vertices[5:]
    np.testing.assert_allclose(kernel.decision_function(ellipse), 0, atol=1e-4 * kernel.offset_[0])
    inside, margin, outlier = (data_of(line) for line in plane.lines[:6:2])
    assert len(inside) + len(margin) + len(outlier) == 120
    assert Path(ellipse).contains_points(outlier).all() and not Path(ellipse).contains_points(inside).any()
    # Seen along it, the plane is one straight line: outliers below, the rest above.
    corners = space.patches[0].get_xy()[:-1]
    slope, height = np.polyfit(*corners.T, 1)
    np.testing.assert_allclose(corners[:, 1], slope * corners[:, 0] + height, atol=1e-9)
    above = [points[:, 1] - slope * points[:, 0] - height for points in map(data_of, space.lines[2:5])]
    assert above[0].min() > 0 > above[2].max() and np.abs(above[1]).max() < 1e-6 and height > 0


def test_the_fractions_are_those_of_the_decision_function():
    X = np.random.default_rng(0).permutation(cloud(n_samples=400, random_state=0))
    figure = article.nu_between(nu=0.2, n_samples=400)
    vectors, errors = (np.asarray(line.get_ydata()) for line in figure.axes[1].lines[1:3])
    for place, nu in enumerate(article.FRACTION_NUS):
        f = OneClassSVM(gamma=1.0, nu=nu, tol=1e-9).fit(X).decision_function(X)
        assert vectors[place] == np.mean(f < 1e-6) and errors[place] == np.mean(f < -1e-6)
    words = article.describe_nu_between(nu=0.2, n_samples=400)
    low, high, gap = (float(re.search(said, words)[1]) for said in (
        r"between ([\d.]+)", r"and ([\d.]+), that", r"are ([\d.]+) apart"
    ))  # fmt: skip
    assert low <= 0.2 <= high and gap == pytest.approx(high - low, abs=0.0011)


def test_the_gap_closes_as_the_points_grow():
    def gaps(n_samples):
        _diagonal, vectors, errors, *_ = article.nu_between(nu=0.1, n_samples=n_samples).axes[1].lines
        return np.asarray(vectors.get_ydata()) - np.asarray(errors.get_ydata())

    few, some, many = gaps(40), gaps(120), gaps(1200)
    assert np.all(few > some) and np.all(some > many) and many.max() < 0.04


@pytest.mark.parametrize(("sigma2", "nu"), [(1.0, 0.2), (0.1, 0.05), (10.0, 0.5)])
def test_the_heights_add_up_to_nu_n_and_obey_the_ceiling(sigma2, nu):
    figure = article.support_vectors(sigma2=sigma2, nu=nu)
    inside, margin, outlier = (data_of(line)[:, 1] for line in figure.axes[1].lines[2:5])
    assert np.sum([*inside, *margin, *outlier]) == pytest.approx(nu * 60, abs=1e-9)
    assert not inside.any() and np.all(outlier == 1) and np.all((margin > 0) & (margin < 1))
    X = cloud(n_samples=60, random_state=0)
    model = OneClassSVM(gamma=1 / sigma2, nu=nu, tol=1e-9).fit(X)
    np.testing.assert_allclose(np.sort([*margin, *outlier]), np.sort(model.dual_coef_[0]), atol=1e-5)
    kinds = [len(data_of(line)) for line in figure.axes[0].lines[:6:2]]
    assert kinds == [len(inside), len(margin), len(outlier)]
    words = article.describe_support_vectors(sigma2=sigma2, nu=nu)
    assert f"{len(margin) + len(outlier)} of 60 points are support vectors" in words


@pytest.mark.parametrize(("sigma2", "nu"), [(0.3, 0.1), (3.0, 0.3)])
def test_the_map_is_the_verdict_on_every_pixel(sigma2, nu):
    scene = simulated_scene((96, 96), random_state=0)
    bands = scene.cube.reshape(-1, 103).astype(float)
    bands = (bands - bands.mean(axis=0)) / bands.std(axis=0, ddof=1)
    _left, sizes, directions = np.linalg.svd(bands, full_matrices=False)
    pixels = bands @ directions[:2].T / sizes[:2] * math.sqrt(len(bands) - 1)
    plane, verdict = article.rejected_pixels(sigma2=sigma2, nu=nu).axes
    trained = np.concatenate([data_of(line) for line in plane.lines[2:8:2]])
    pixels *= np.sign(trained.mean(axis=0)) * np.sign(pixels[scene.ground_truth.ravel() == 2].mean(axis=0))
    # Every training point is a labelled pixel of the class, and none is there twice.
    labelled = pixels[scene.ground_truth.ravel() == 2]
    distances, which = KDTree(labelled).query(trained)
    assert distances.max() < 1e-6 and len(set(which)) == len(trained) == 400
    model = OneClassSVM(gamma=1 / sigma2, nu=nu, tol=1e-8).fit(trained)
    accepted = model.decision_function(pixels) > -1e-6  # what lies on the boundary is inside
    shades = [image.get_array()[0, 0, 0] for image in verdict.images[:-1]]
    drawn = np.asarray(verdict.images[-1].get_array())[..., 0].ravel()
    meadow = scene.materials.ravel() == 2
    expected = np.select([meadow & accepted, accepted, meadow], shades[:3], shades[3])
    assert np.mean(drawn == expected) > 0.999
    assert len(set(shades)) == 4
    words = article.describe_rejected_pixels(sigma2=sigma2, nu=nu)
    rejected = float(re.search(r"rejects ([\d.]+) %", words)[1])
    assert rejected == float(f"{100 * np.mean(~accepted[meadow]):.2g}")


@pytest.mark.parametrize("nu", [0.1, 0.3])
def test_support_vectors_lie_in_the_scene_where_meadows_are_labelled(nu):
    scene = simulated_scene((96, 96), random_state=0)
    plane, picture = article.vectors_in_scene(nu=nu).axes
    drawn = [data_of(line) for line in plane.lines[:6:2]]
    machine = OneClassSVM(gamma=1 / 0.3, nu=nu, tol=1e-9).fit(np.vstack(drawn))
    for points, low, high in zip(drawn, (0, -1e-6, -np.inf), (np.inf, 1e-6, 0), strict=True):
        f = machine.decision_function(points)
        assert np.all((low <= f) & (f <= high))
    places = [data_of(line).astype(int) for line in picture.lines[:3]]
    assert [len(each) for each in places] == [len(each) for each in drawn] and len(np.vstack(places)) == 150
    assert len(np.unique(np.vstack(places), axis=0)) == 150
    assert all((scene.ground_truth[y, x] == 2).all() for x, y in (each.T for each in places))
    # Where a marker stands, and what is written, go together: count again from the picture.
    band = scene.cube[..., np.abs(scene.wavelengths - 800).argmin()]
    light = [band[y, x] for x, y in (each.T for each in places)]
    low, high = np.sort(np.concatenate(light))[[14, -15]]
    inside, margin, outlier = map(len, drawn)
    far = int(np.sum((light[2] <= low) | (light[2] >= high)))
    words = article.describe_vectors_in_scene(nu=nu).split(", of ")[1]
    said = [int(value) for value in re.findall(r"\d+", words)]
    assert said == [150, inside, 0, margin, outlier, 15, 15, 800, far, 120, outlier - far]
