"""Real digits against noise: what the noise shares with them, and what the discriminator makes of it."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from examlab.networks.activations import sigmoid
from examlab.networks.real_or_noise import fit_discriminator, logits, real_and_noise

DATA = real_and_noise()
MODEL = fit_discriminator(DATA.X, DATA.y)


def halves(data):
    return (data.X, data.y), (data.X_held_out, data.y_held_out)


def test_every_digit_is_in_one_half_and_once():
    real = np.concatenate([X[y == 1] for X, y in halves(DATA)])
    assert sorted(map(bytes, real)) == sorted(map(bytes, load_digits().data / 16))


@pytest.mark.parametrize("half", [0, 1])
def test_noise_has_the_values_of_each_pixel_and_not_one_digit(half):
    X, y = halves(DATA)[half]
    real, noise = X[y == 1], X[y == 0]
    assert len(real) == len(noise)
    assert np.array_equal(np.sort(real, axis=0), np.sort(noise, axis=0))
    assert not set(map(bytes, real)) & set(map(bytes, noise))
    # Neighbours go together in a digit and not in noise: pixels 3 and 4 of the fourth row.
    assert np.corrcoef(real[:, 27], real[:, 28])[0, 1] > 0.3
    assert abs(np.corrcoef(noise[:, 27], noise[:, 28])[0, 1]) < 0.1


def test_one_neuron_alone_learns_nothing_and_a_hidden_layer_does():
    alone = LogisticRegression().fit(DATA.X, DATA.y)
    assert np.abs(alone.coef_).max() < 1e-8
    assert MODEL.score(DATA.X_held_out, DATA.y_held_out) > 0.95


def test_training_stops_when_the_loss_has_fallen_no_further_by_a_thousandth():
    lowest, waited = np.inf, 0
    for loss in MODEL.loss_curve_:
        waited = waited + 1 if loss > lowest - 1e-3 else 0
        lowest = min(lowest, loss)
    assert waited == 11 and 50 < MODEL.n_iter_ < 500


def test_logits_are_what_scikit_learn_puts_through_its_sigmoid():
    s = logits(MODEL, DATA.X_held_out)
    probability = MODEL.predict_proba(DATA.X_held_out)
    np.testing.assert_allclose(sigmoid(s), probability[:, 1], rtol=1e-9)
    np.testing.assert_array_equal(s > 0, MODEL.predict(DATA.X_held_out) == 1)


def test_two_neurons_with_softmax_say_the_same():
    s = logits(MODEL, DATA.X_held_out)
    two = softmax(np.stack([np.full_like(s, 3.0), 3.0 + s], axis=1), axis=1)
    np.testing.assert_allclose(two[:, 1], expit(s), rtol=1e-12)


def test_random_state_settles_everything():
    again = real_and_noise(random_state=0)
    assert all(np.array_equal(a, b) for a, b in zip(DATA, again, strict=True))
    assert not np.array_equal(DATA.X, real_and_noise(random_state=1).X)


def test_random_state_settles_the_first_weights():
    X, y = DATA.X[::60], DATA.y[::60]
    one, same, other = (fit_discriminator(X, y, hidden=2, random_state=state) for state in (0, 0, 1))
    assert one.loss_curve_ == same.loss_curve_ != other.loss_curve_


def test_the_numbers_on_the_page_are_those_of_these_settings():
    own, ours = MLPClassifier().get_params(), MODEL.get_params()
    assert {name: value for name, value in ours.items() if value != own[name]} == {
        **{"hidden_layer_sizes": (32,), "alpha": 0.01, "learning_rate_init": 0.01},
        **{"max_iter": 500, "tol": 0.001, "random_state": 0},
    }


@pytest.mark.parametrize(
    ("X", "y", "name"),
    [
        ([[0.0, np.nan]], [1], "X"),
        ([0.0, 1.0], [1, 0], "X"),
        ([[0.0, 1.0], [1.0, 0.0]], [1, 0, 1], "y"),
        ([[0.0, 1.0], [1.0, 0.0]], [1], "y"),
        ([[0.0, 1.0], [1.0, 0.0]], [1, 1], "y"),
        ([[0.0, 1.0], [1.0, 0.0]], [2, 1], "y"),
    ],
)
def test_bad_images_and_labels_are_named(X, y, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        fit_discriminator(X, y)


def test_what_did_not_learn_is_refused():
    with pytest.raises(ValueError, match=r"^model must be fitted, got MLPClassifier"):
        logits(MLPClassifier(), DATA.X)
    with pytest.raises(TypeError, match=r"^model must be of type MLPClassifier"):
        logits(LogisticRegression(), DATA.X)


def test_images_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"^X must have shape \(any, 64\)"):
        logits(MODEL, np.zeros((2, 63)))
