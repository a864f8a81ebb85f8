"""Hyperspectral images: the mathematics behind the questions on the article."""
