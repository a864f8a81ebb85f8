"""Figures of the questions on the article, a module for each subject."""

from examlab.figures.article.angle import (
    GAINS,
    SECONDS,
    closest_pixels,
    describe_closest_pixels,
    describe_two_spectra,
    two_spectra,
)
from examlab.figures.article.boundary import NU_VALUES, SIGMA2_VALUES, boundary, describe_boundary
from examlab.figures.article.cube import cube, describe_cube, describe_method, method
from examlab.figures.article.dark_pixels import (
    TRAINING_DATA,
    TRAINING_MATERIALS,
    dark_pixels,
    describe_dark_pixels,
)
from examlab.figures.article.feature_map import describe_feature_map, feature_map
from examlab.figures.article.ground_truth import always_one_class, describe_always_one_class
from examlab.figures.article.hyperplane import anomaly_rule, describe_anomaly_rule
from examlab.figures.article.kmeans import (
    describe_k_means_on_scene,
    describe_k_means_steps,
    k_means_on_scene,
    k_means_steps,
)
from examlab.figures.article.mixture import (
    describe_mixture_density,
    describe_scene_mixture,
    mixture_density,
    scene_mixture,
)
from examlab.figures.article.mountain import (
    CLOUD_RADII,
    SCENE_RADII,
    densest_pixel,
    densest_point,
    describe_densest_pixel,
    describe_densest_point,
    mountain_cloud,
)
from examlab.figures.article.normalisation import (
    SAMPLE_SIZES,
    SHOWN_BANDS,
    describe_normalised_bands,
    describe_variance_divisor,
    normalised_bands,
    variance_divisor,
)
from examlab.figures.article.nu import FRACTION_NUS, describe_nu_between, nu_between
from examlab.figures.article.partition import describe_partition, partition
from examlab.figures.article.rejected import (
    describe_rejected_pixels,
    describe_vectors_in_scene,
    rejected_pixels,
    vectors_in_scene,
)
from examlab.figures.article.segmentation import (
    NEIGHBOURS,
    describe_index_choices,
    describe_influence,
    describe_method_maps,
    describe_method_scores,
    describe_propagated_clusters,
    describe_step_seconds,
    index_choices,
    influence,
    method_maps,
    method_scores,
    propagated_clusters,
    step_seconds,
)
from examlab.figures.article.slack import C_VALUES, describe_slack, slack
from examlab.figures.article.support_vectors import describe_support_vectors, support_vectors

__all__ = [
    "CLOUD_RADII",
    "C_VALUES",
    "FRACTION_NUS",
    "GAINS",
    "NEIGHBOURS",
    "NU_VALUES",
    "SAMPLE_SIZES",
    "SCENE_RADII",
    "SECONDS",
    "SHOWN_BANDS",
    "SIGMA2_VALUES",
    "TRAINING_DATA",
    "TRAINING_MATERIALS",
    "always_one_class",
    "anomaly_rule",
    "boundary",
    "closest_pixels",
    "cube",
    "dark_pixels",
    "densest_pixel",
    "densest_point",
    "describe_always_one_class",
    "describe_anomaly_rule",
    "describe_boundary",
    "describe_closest_pixels",
    "describe_cube",
    "describe_dark_pixels",
    "describe_densest_pixel",
    "describe_densest_point",
    "describe_feature_map",
    "describe_index_choices",
    "describe_influence",
    "describe_k_means_on_scene",
    "describe_k_means_steps",
    "describe_method",
    "describe_method_maps",
    "describe_method_scores",
    "describe_mixture_density",
    "describe_normalised_bands",
    "describe_nu_between",
    "describe_partition",
    "describe_propagated_clusters",
    "describe_rejected_pixels",
    "describe_scene_mixture",
    "describe_slack",
    "describe_step_seconds",
    "describe_support_vectors",
    "describe_two_spectra",
    "describe_variance_divisor",
    "describe_vectors_in_scene",
    "feature_map",
    "index_choices",
    "influence",
    "k_means_on_scene",
    "k_means_steps",
    "method",
    "method_maps",
    "method_scores",
    "mixture_density",
    "mountain_cloud",
    "normalised_bands",
    "nu_between",
    "partition",
    "propagated_clusters",
    "rejected_pixels",
    "scene_mixture",
    "slack",
    "step_seconds",
    "support_vectors",
    "two_spectra",
    "variance_divisor",
    "vectors_in_scene",
]
