"""The layers of a neural network, each with its gradients derived by hand, and how they are put in a row.

A layer is a function of its input X and of its parameters. It knows four things:

``forward(X)``
    its output Y;
``pull(dY)``
    the gradient in X, from the gradient in Y (backward, the transposed derivative);
``push(dX)``
    how Y moves when X moves by dX (forward, the derivative itself);
``learn(dY)``
    the gradients in its parameters, left in `gradients`.

``backward(dY)`` is the usual pair: learn, then pull. Images are (batch, height, width, channels).
"""

from __future__ import annotations

from examlab.networks.layers.activation import LeakyReLU, ReLU, Tanh
from examlab.networks.layers.base import Layer
from examlab.networks.layers.batch_norm import BatchNorm
from examlab.networks.layers.convolutional import Conv2d, ConvTranspose2d
from examlab.networks.layers.dense import Dense
from examlab.networks.layers.sequential import Sequential
from examlab.networks.layers.shape import Flatten, Reshape

__all__ = [
    "BatchNorm",
    "Conv2d",
    "ConvTranspose2d",
    "Dense",
    "Flatten",
    "Layer",
    "LeakyReLU",
    "ReLU",
    "Reshape",
    "Sequential",
    "Tanh",
]
