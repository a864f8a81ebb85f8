"""The study of segmentations: what is stored is what the code gives, and is summed up rightly."""

from __future__ import annotations

import dataclasses
import json
from collections import namedtuple

import numpy as np
import pytest
import segmentation_study as tool

from examlab.hyperspectral import pipeline, segmentation_study
from examlab.hyperspectral.scenes import simulated_scene
from examlab.hyperspectral.segmentation import STEPS, scores, segment
from examlab.hyperspectral.segmentation_study import (
    METHODS,
    PARAMETERS,
    PARTITIONS,
    choices,
    competition,
    stored_study,
    study,
    times,
)
from examlab.hyperspectral.validity import INDICES, Choice

FOUND = stored_study()
Segmented = namedtuple("Segmented", "seconds")
Painted = namedtuple("Painted", "cube ground_truth")


def test_every_scene_index_and_method_is_there():
    assert FOUND.parameters == dict(PARAMETERS)
    assert len(FOUND.truth) == PARAMETERS["scenes"] and {3, 9} <= set(FOUND.truth)
    assert min(FOUND.truth) >= PARAMETERS["fewest"] and max(FOUND.truth) <= 9
    assert set(FOUND.chosen) == set(PARTITIONS)
    low, high = PARAMETERS["numbers"]
    for found in FOUND.chosen.values():
        assert list(found) == list(INDICES)
        assert all(len(numbers) == PARAMETERS["scenes"] for numbers in found.values())
        assert all(low <= number <= high for numbers in found.values() for number in numbers)
    assert list(FOUND.scores) == list(METHODS)
    for measures in FOUND.scores.values():
        assert all(len(values) == PARAMETERS["competitions"] for values in measures.values())
    assert len(FOUND.n_clusters) == PARAMETERS["competitions"]
    assert tuple(FOUND.seconds) == STEPS and 0.5 < sum(FOUND.seconds.values()) < 60
    assert set(FOUND.versions) == set(tool.LIBRARIES)
    assert tool.STORED.stat().st_size < 10_000


@pytest.mark.parametrize("seed", [0, 7])
def test_a_small_scene_gives_what_is_stored(seed):
    truth, chosen = choices(seed)
    assert truth == FOUND.truth[seed]
    stored = {
        name: {index: found[seed] for index, found in FOUND.chosen[name].items()} for name in PARTITIONS
    }
    # Rounding on another machine may move one choice, not many.
    pairs = [(chosen[name][index], stored[name][index]) for name in PARTITIONS for index in INDICES]
    assert sum(one != other for one, other in pairs) <= 1


def test_the_indices_judge_every_number_of_clusters_and_the_seed_decides_all(monkeypatch):
    monkeypatch.setitem(PARAMETERS, "shape", [80, 70])
    monkeypatch.setitem(PARAMETERS, "pixels", 400)
    seen = []

    def judged(X, labelings, **options):
        seen.append(np.array(list(labelings)))
        assert options == {"n_samples": 500, "random_state": 5} and len(X) == 400
        assert [len(np.unique(labels)) for labels in seen[-1]] == list(range(2, 15))
        segmented = pipeline.cluster(X, numbers=[14], radius=None, index="silhouette", random_state=0)
        assert (segmented.labels == seen[-1][-1]).all() == (len(seen) % 2 == 1)  # the other way is k-means
        return {name: Choice({}, 4) for name in INDICES}

    monkeypatch.setattr("examlab.hyperspectral.segmentation_study.choose_n_clusters", judged)
    assert choices(5) == choices(5)
    assert (seen[0] == seen[2]).all() and (seen[1] == seen[3]).all()


def test_errors_and_wins_are_counted_rightly():
    error = FOUND.errors("k-means")["silhouette"]
    assert error.tolist() == [
        chosen - truth
        for chosen, truth in zip(FOUND.chosen["k-means"]["silhouette"], FOUND.truth, strict=True)
    ]
    ours, theirs = FOUND.scores["ours"], FOUND.scores["k-means"]
    seeds = range(PARAMETERS["competitions"])
    assert FOUND.wins("OA") == sum(ours["OA"][seed] > theirs["OA"][seed] for seed in seeds)
    mixture = FOUND.scores["Gaussian mixture"]
    assert FOUND.wins("AA", of="Gaussian mixture", over="ours") == sum(
        mixture["AA"][seed] > ours["AA"][seed] for seed in seeds
    )
    both = [all(ours[m][seed] > theirs[m][seed] for m in ("OA", "NMI")) for seed in seeds]
    assert FOUND.wins_all(("OA", "NMI")) == sum(both)


def test_a_tie_is_no_win_and_by_all_measures_is_by_each():
    ours = {"OA": [0.5, 0.6, 0.7, 0.8], "NMI": [0.5, 0.5, 0.2, 0.9]}
    theirs = {"OA": [0.5, 0.5, 0.5, 0.5], "NMI": [0.4, 0.5, 0.5, 0.5]}
    tied = dataclasses.replace(FOUND, scores={"ours": ours, "k-means": theirs})
    assert [tied.wins(measure) for measure in ("OA", "NMI")] == [3, 2]
    assert tied.wins_all(("OA", "NMI")) == 1
    with pytest.raises(ValueError, match=r"^measure must .*got 'AO'"):
        tied.wins("AO")


def test_everyone_but_ours_is_told_that_there_are_nine_classes(monkeypatch):
    seen = []

    def scored(truth, labels):
        assert truth.min() == 1 and truth.max() == 9
        seen.append(len(np.unique(labels)))
        return scores(truth, labels)

    monkeypatch.setattr("examlab.hyperspectral.segmentation_study.scores", scored)
    competition(2, shape=(60, 50))
    assert seen[0] != 9 and seen[1:] == [9, 9, 9]


def test_a_competition_is_the_same_each_time_and_between_all_methods():
    one, other = competition(1, shape=(48, 40)), competition(1, shape=(48, 40))
    assert one == other and list(one[1]) == list(METHODS)
    assert len({round(found["OA"], 6) for found in one[1].values()}) > 2


def test_the_seed_decides_all_of_a_competition(monkeypatch):
    seeds = []

    def seen(*scene, random_state=None, **options):
        seeds.append(random_state)
        return segment(*scene, random_state=random_state, **options)

    monkeypatch.setattr("examlab.hyperspectral.segmentation_study.segment", seen)
    competition(3, shape=(40, 40))
    assert seeds == [3, 3]


def test_the_command_runs_every_scene_and_writes_the_file(tmp_path, monkeypatch, capsys):
    small = competition(0, shape=(40, 40))
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "STORED", tmp_path / "data" / "study.json")
    picked = dict.fromkeys(INDICES, 4)
    monkeypatch.setattr(tool, "choices", lambda seed: (5, dict.fromkeys(PARTITIONS, picked)))
    monkeypatch.setattr(tool, "competition", lambda seed: small)
    monkeypatch.setattr(tool, "times", lambda: dict.fromkeys(STEPS, 1.234))
    assert tool.main() == 0
    written = json.loads(tool.STORED.read_text())
    assert written["truth"] == [5] * PARAMETERS["scenes"]
    assert written["seconds"] == dict.fromkeys(STEPS, 1.23)
    assert written["scores"]["ours"]["OA"] == pytest.approx([small[1]["ours"]["OA"]] * 10, abs=1e-4)
    printed = capsys.readouterr()
    assert "Written: data/study.json" in printed.out and "34 of 34 scenes" in printed.err


def test_what_is_written_is_what_is_read():
    found = competition(2, shape=(40, 40))
    text = study([(4, {name: dict.fromkeys(INDICES, 3) for name in PARTITIONS})], [found], {}, {})
    assert json.loads(text)["chosen"]["k-means"]["silhouette"] == [3]
    assert json.loads(text)["scores"]["k-means"]["ARI"] == [round(found[1]["k-means"]["ARI"], 4)]


def test_the_middle_run_counts(monkeypatch):
    runs = iter(range(5, 0, -1))

    scene = simulated_scene((40, 40), random_state=0)

    def segmented(cube, mask, **options):
        assert (cube == scene.cube).all() and (mask == (scene.ground_truth > 0)).all()
        assert options == {"random_state": 0}
        return Segmented(dict.fromkeys(STEPS, float(next(runs))))

    monkeypatch.setattr("examlab.hyperspectral.segmentation_study.segment", segmented)
    assert times(shape=(40, 40)) == dict.fromkeys(STEPS, 3.0)


def test_a_bad_seed_is_named():
    for task in (choices, competition):
        with pytest.raises(ValueError, match="seed must"):
            task(-1)


def test_rivals_are_told_the_true_number_of_classes_and_start_as_the_study_says(monkeypatch):
    told = {}

    def spied(name):
        honest = getattr(segmentation_study, name)

        def rival(n_clusters, **options):
            told[name] = (n_clusters, options)
            return honest(n_clusters, **options)

        return rival

    for name in ("KMeans", "GaussianMixture"):
        monkeypatch.setattr(segmentation_study, name, spied(name))
    competition(3, shape=(60, 50))
    assert told == {
        "KMeans": (9, {"n_init": 3, "random_state": 3}),
        "GaussianMixture": (9, {"reg_covar": 1e-4, "random_state": 3}),
    }


def test_a_material_is_there_from_40_labelled_pixels_on(monkeypatch):
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2, 3, 4, 5], (1, 40, 40, 40, 40, 39)).reshape(10, 20)  # none of 6 to 9
    scene = Painted(rng.normal(size=(10, 20, 12)), truth)
    monkeypatch.setattr(segmentation_study, "simulated_scene", lambda shape, random_state: scene)
    found = [np.unique(segmentation_study._pixels(rng)[1]) for _ in range(30)]
    assert set(np.concatenate(found)) == {1, 2, 3, 4}
    assert {len(classes) for classes in found} == {3, 4}
