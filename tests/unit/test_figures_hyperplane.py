"""What the figures of questions 6 and 7 say, against machines and loops that share no code with them."""

import math
import re

import numpy as np
import pytest
from sklearn.svm import OneClassSVM

from examlab.figures import article
from examlab.figures.article.scene import small_scene
from examlab.figures.style import number
from examlab.hyperspectral.one_class import one_sided_cloud


@pytest.mark.parametrize("angle", [-30, 0, 45, 120])
@pytest.mark.parametrize("rho", [0, 1.5, 3])
def test_the_anomalies_are_counted_one_by_one(angle, rho):
    radians = math.radians(angle)
    behind = sum(
        float(x) * math.cos(radians) + float(y) * math.sin(radians) <= rho
        for x, y in one_sided_cloud(random_state=0)
    )
    figure = article.anomaly_rule(angle=angle, rho=rho)
    assert f" {behind} of 60 points" in article.describe_anomaly_rule(angle=angle, rho=rho)
    assert f"anomalies: {behind}" in [text.get_text() for text in figure.axes[1].texts]


@pytest.mark.parametrize("material", article.TRAINING_MATERIALS)
def test_the_share_of_dark_pixels_is_that_of_scikit_learns_machine(material):
    scene = small_scene()
    label = scene.class_names.index(material) + 1
    bands = [int(np.abs(scene.wavelengths - centre).argmin()) for centre in (660, 800)]
    X = scene.cube[..., bands].reshape(-1, 2) / 1000
    trained = X[scene.ground_truth.ravel() == label]
    machine = OneClassSVM(kernel="linear", nu=0.5 / len(trained), tol=1e-12).fit(trained)
    others = X[scene.materials.ravel() != label]
    share = 100 * np.mean(machine.decision_function(others) / machine.offset_ < -1e-6)
    words = article.describe_dark_pixels(material=material, data="raw")
    assert float(re.search(r"([\d.]+) %", words)[1]) == pytest.approx(share, abs=0.06)
    assert "no line" in article.describe_dark_pixels(material=material, data="standardised")


@pytest.mark.parametrize("C", [0.003, 0.03, 0.3])
def test_slack_is_that_of_the_machine_with_rho(C):
    X = one_sided_cloud(random_state=0)
    words = article.describe_slack(C=C)
    # Search for the nu of the same price: C nu n rho = 1, and C falls as nu rises.
    low, high = 0.5 / len(X), 1.0
    for _step in range(60):
        nu = (low + high) / 2
        machine = OneClassSVM(kernel="linear", nu=nu, tol=1e-12).fit(X)
        low, high = (nu, high) if machine.offset_[0] < 1 / C else (low, nu)
    length = float(np.linalg.norm(machine.coef_[0] / machine.offset_[0]))
    assert f"|w| is {number(length)} and the line stands {number(1 / length)} from the origin" in words
