"""The study of activations: what is stored is what the code gives, and is summed up rightly."""

from __future__ import annotations

import json
import statistics
from functools import cache

import numpy as np
import pytest
import study as tool
from numpy.testing import assert_allclose

from examlab.networks import activation_study, gan
from examlab.networks.activation_study import COMBINATIONS, PARAMETERS, PENALTIES, run, stored_study, study
from examlab.networks.digits import load_digits_8x8
from examlab.networks.scores import Judge

FOUND = stored_study()


@cache
def judge():
    return Judge(*load_digits_8x8())


def test_all_combinations_and_seeds_are_there():
    assert set(COMBINATIONS) == {(d, g) for d in ("relu", "leaky-relu") for g in ("relu", "leaky-relu")}
    for measure in (FOUND.distance, FOUND.classes, FOUND.lowest):
        assert set(measure) == set(PENALTIES)
        for found in measure.values():
            assert set(found) == set(COMBINATIONS)
            assert {runs.shape for runs in found.values()} == {(PARAMETERS["seeds"], PARAMETERS["moments"])}
            assert all(np.isfinite(runs).all() for runs in found.values())


def test_it_was_made_with_the_parameters_of_the_code():
    assert FOUND.parameters == PARAMETERS
    assert FOUND.steps.tolist() == np.linspace(0, PARAMETERS["steps"], PARAMETERS["moments"]).tolist()
    assert FOUND.accuracy == pytest.approx(judge().accuracy, abs=0.005)
    assert FOUND.reference == pytest.approx(judge().reference.distance, rel=0.01)


def test_the_stored_medians_are_those_of_the_runs():
    for penalty in PENALTIES:
        for pair, distances in FOUND.last(penalty).items():
            assert FOUND.medians[penalty][pair] == pytest.approx(statistics.median(distances.tolist()))


def test_the_file_is_small_and_says_with_what_it_was_made():
    assert tool.STORED.stat().st_size < 60_000
    assert set(FOUND.versions) == set(tool.LIBRARIES)


@pytest.mark.parametrize("pair", COMBINATIONS)
def test_a_run_starts_as_it_is_stored(pair):
    # Before the first step: training enlarges what two machines round differently.
    course = run(*pair, seed=3, steps=1, moments=2)
    assert course.distance[0] == pytest.approx(FOUND.distance["plain"][pair][3, 0], rel=0.01)
    assert course.distance[0] == pytest.approx(FOUND.distance["r1"][pair][3, 0], rel=0.01)


def test_a_run_is_the_same_each_time_and_each_argument_matters():
    def ends(*pair, **options):
        return run(*pair, steps=20, moments=2, **options).distance[-1]

    one = ends("leaky-relu", "relu")
    assert ends("leaky-relu", "relu") == one
    others = [ends("relu", "relu"), ends("leaky-relu", "leaky-relu")]
    others += [ends("leaky-relu", "relu", seed=1), ends("leaky-relu", "relu", penalty="r1")]
    assert len({one, *others}) == 5


@pytest.mark.parametrize("r1", [0.0, 1.0])
def test_a_run_is_a_training_with_the_parameters_of_the_study(r1, monkeypatch):
    unlike = {"batch_size": 8, "learning_rate": 0.01, "loss": "minimax", "alpha": 0.6}
    monkeypatch.setattr(activation_study, "PARAMETERS", {**PARAMETERS, **unlike})
    found = run("leaky-relu", "leaky-relu", penalty="r1" if r1 else "plain", seed=5, steps=4, moments=2)
    seeds = np.random.default_rng(5).spawn(3)
    options = [{"activation": "leaky-relu", "alpha": 0.6, "random_state": seed} for seed in seeds[:2]]
    history = gan.train(
        judge().X_train,
        generator=gan.build_digit_generator(**options[0]),
        discriminator=gan.build_digit_discriminator(**options[1]),
        **{"steps": 4, "batch_size": 8, "learning_rate": (0.01, 0.01), "loss": "minimax", "r1": r1},
        **{"snapshots": 2, "n_samples": len(judge().X_test), "random_state": seeds[2]},
    )
    digits = [np.bincount(judge().classify(images), minlength=10) for images in history.snapshots]
    assert_allclose(found.distance, [judge().scores(images).distance for images in history.snapshots])
    assert_allclose(found.lowest, [counts.min() / counts.sum() for counts in digits])


def test_what_is_written_is_what_is_read(tmp_path, monkeypatch):
    plan = [(name, pair, seed) for name in PENALTIES for pair in COMBINATIONS for seed in (0, 1)]
    courses = [
        (name, pair, run(*pair, penalty=name, seed=seed, steps=2, moments=3)) for name, pair, seed in plan
    ]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "activation_study.json").write_text(study(courses, {"numpy": "1"}))
    monkeypatch.setattr(activation_study, "files", lambda package: tmp_path)
    found = stored_study()
    for (name, pair, seed), (*_, course) in zip(plan, courses, strict=True):
        assert found.distance[name][pair][seed].tolist() == course.distance.round(4).tolist()
        assert (found.classes[name][pair][seed] == course.classes).all()
        assert found.lowest[name][pair][seed].tolist() == course.lowest.round(4).tolist()
        assert found.medians[name][pair] == pytest.approx(np.mean(found.last(name)[pair]))


def test_the_command_runs_every_training_and_writes_the_file(tmp_path, monkeypatch, capsys):
    asked = []

    @cache
    def short(*pair, penalty):
        return activation_study.run(*pair, penalty=penalty, seed=0, steps=1, moments=2)

    def stand_in(*pair, penalty, seed):
        asked.append((penalty, pair, seed))
        return short(*pair, penalty=penalty)

    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "STORED", tmp_path / "data" / "study.json")
    monkeypatch.setattr(tool, "run", stand_in)
    assert tool.main() == 0
    assert len(set(asked)) == len(asked) == 80, "every training once"
    written = json.loads(tool.STORED.read_text())
    assert {len(runs) for found in written["distance"].values() for runs in found.values()} == {10}
    printed = capsys.readouterr()
    assert "Written: data/study.json" in printed.out and "80 of 80 trainings" in printed.err


@pytest.mark.parametrize(
    ("arguments", "options", "says"),
    [
        (("tanh", "relu"), {}, "discriminator must be one of"),
        (("relu", "relu"), {"penalty": "r2"}, "penalty must be one of"),
        (("relu", "relu"), {"seed": -1}, "seed must"),
        (("relu", "relu"), {"steps": 0}, "steps must"),
        (("relu", "relu"), {"moments": 1}, "moments must"),
    ],
)
def test_a_bad_argument_is_named(arguments, options, says):
    with pytest.raises(ValueError, match=says):
        run(*arguments, **options)
