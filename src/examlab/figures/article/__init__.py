"""Figures of the questions on the article, a module for each subject."""

from examlab.figures.article.boundary import NU_VALUES, SIGMA2_VALUES, boundary, describe_boundary

__all__ = ["NU_VALUES", "SIGMA2_VALUES", "boundary", "describe_boundary"]
