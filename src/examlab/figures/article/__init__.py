"""Figures of the questions on the article, a module for each subject."""

from examlab.figures.article.boundary import NU_VALUES, SIGMA2_VALUES, boundary, describe_boundary
from examlab.figures.article.feature_map import describe_feature_map, feature_map
from examlab.figures.article.nu import FRACTION_NUS, describe_nu_between, nu_between
from examlab.figures.article.support_vectors import describe_support_vectors, support_vectors

__all__ = [
    "FRACTION_NUS",
    "NU_VALUES",
    "SIGMA2_VALUES",
    "boundary",
    "describe_boundary",
    "describe_feature_map",
    "describe_nu_between",
    "describe_support_vectors",
    "feature_map",
    "nu_between",
    "support_vectors",
]
