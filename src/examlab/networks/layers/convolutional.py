"""Convolutional layers, and what makes them fast: each is one matrix product for a piece of the batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from examlab.arguments import MOST, Floats, whole
from examlab.networks.convolution import (
    MOST_PIXELS,
    gather,
    output_size,
    scatter,
    transposed_output_size,
    windows,
)
from examlab.networks.layers.base import Layer, batch, he_weights, precision
from examlab.networks.pixels import channel_sums, in_chunks, pixels, times

__all__ = ["Conv2d", "ConvTranspose2d"]


class _Convolutional(Layer):
    """What both kinds have: a kernel of weights (kernel, kernel, n_in, n_out), and one bias a channel."""

    convolves = True

    def __init__(
        self,
        n_in: int,
        n_out: int,
        kernel: int,
        *,
        stride: int = 1,
        padding: int = 0,
        random_state: int | np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        self.n_in, self.n_out = (
            whole("n_in", n_in, at_least=1, at_most=MOST),
            whole("n_out", n_out, at_least=1, at_most=MOST),
        )
        self.kernel = whole("kernel", kernel, at_least=1)
        self.stride = whole("stride", stride, at_least=1, at_most=MOST_PIXELS)
        self.padding = whole("padding", padding, at_least=0, at_most=MOST_PIXELS)
        self.dtype = precision(dtype)
        W = he_weights((kernel, kernel, n_in, n_out), self._inputs(), self.dtype, random_state)
        self._start(W=W, b=np.zeros(n_out, self.dtype))

    @property
    def places(self) -> dict[str, int]:
        """Where the kernel goes."""
        return {"kernel": self.kernel, "stride": self.stride, "padding": self.padding}

    def forward(self, X: Floats, *, training: bool = True) -> Floats:
        """Return the output's images."""
        batch(X, 4, self.n_in, self.dtype)
        return self._apply(X, one=1)

    def push(self, dX: Floats) -> Floats:
        """Return how the output moves: the same without the bias."""
        return self._apply(dX, one=0)

    def _inputs(self) -> int:
        """Return about how many numbers each output reads."""
        raise NotImplementedError

    def _apply(self, X: Floats, *, one: int) -> Floats:
        """Return the output for X, and remember what `learn` needs. The bias counts `one` times."""
        raise NotImplementedError

    def _learn_bias(self, dY: Floats, one: int) -> None:
        np.multiply(channel_sums(dY), one, out=self.gradients["b"])


class Conv2d(_Convolutional):
    """A convolution, as `examlab.networks.convolution.conv2d`.

    Parameters
    ----------
    n_in, n_out, kernel : int
        Channels in, filters, and the kernel's side, at least 1.
    stride, padding : int
        The step between two places, at least 1, and the zeros around the image, at least 0.
    random_state : int, Generator or None
        Where the first weights come from; biases start at 0.
    dtype : float32 or float64
        The precision of everything in the layer.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or not allowed; from `forward`, if X does not fit.

    Examples
    --------
    The exam's first layer.

    >>> layer = Conv2d(1, 32, 3, stride=2, padding=1)
    >>> layer.forward(np.zeros((5, 32, 32, 1), np.float32)).shape
    (5, 16, 16, 32)
    """

    def _inputs(self) -> int:
        return self.n_in * self.kernel**2

    def _apply(self, X: Floats, *, one: int) -> Floats:
        rows, columns = (output_size(side, **self.places) for side in X.shape[1:3])
        W, b = self._matrix, one * self.parameters["b"]
        seen = np.empty((len(X), rows, columns, self.kernel, self.kernel * self.n_in), self.dtype)
        Y = np.empty((len(X), rows, columns, self.n_out), self.dtype)

        def work(chunk: slice) -> None:
            seen[chunk] = windows(X[chunk], **self.places)
            np.matmul(seen[chunk].reshape(-1, len(W)), W, out=pixels(Y[chunk]))
            Y[chunk] += b

        in_chunks(seen, work)
        self._memory = X.shape, seen.reshape(len(X), -1, len(W)), one
        return Y

    def learn(self, dY: Floats) -> None:
        """Leave for each weight the sum, over all places, of what it was multiplied with times dY."""
        _, seen, one = self._remembered
        products = in_chunks(seen, lambda chunk: pixels(seen[chunk]).T @ pixels(dY[chunk]))
        self.gradients["W"][...] = np.reshape(sum(products), self.gradients["W"].shape)
        self._learn_bias(dY, one)

    def pull(self, dY: Floats) -> Floats:
        """Return dY spread over the pixels that were read."""
        (_, height, width, _), seen, _ = self._remembered
        dX = np.empty((len(dY), height, width, self.n_in), self.dtype)
        W = self._matrix.T

        def work(chunk: slice) -> None:
            dX[chunk] = 0
            scatter(times(dY[chunk], W), dX[chunk], **self.places)

        in_chunks(seen, work)
        return dX

    @property
    def _matrix(self) -> Floats:
        return self.parameters["W"].reshape(-1, self.n_out)


class ConvTranspose2d(_Convolutional):
    """A transposed convolution, as `examlab.networks.convolution.conv_transpose2d`.

    Parameters
    ----------
    n_in, n_out, kernel : int
        Channels in, channels out, and the kernel's side, at least 1.
    stride, padding : int
        How far apart the images of two neighbouring pixels lie, at least 1, and how much is cut off at each
        edge, at least 0.
    random_state : int, Generator or None
        Where the first weights come from; biases start at 0.
    dtype : float32 or float64
        The precision of everything in the layer.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of its type or not allowed; from `forward`, if X does not fit.

    Examples
    --------
    >>> layer = ConvTranspose2d(64, 32, 4, stride=2, padding=1)
    >>> layer.forward(np.zeros((5, 8, 8, 64), np.float32)).shape
    (5, 16, 16, 32)
    """

    def _inputs(self) -> int:
        return max(1, self.n_in * self.kernel**2 // self.stride**2)

    def _apply(self, X: Floats, *, one: int) -> Floats:
        height, width = (transposed_output_size(side, **self.places) for side in X.shape[1:3])
        Y = np.empty((len(X), height, width, self.n_out), self.dtype)
        W, b = self._matrix, one * self.parameters["b"]

        def work(chunk: slice) -> None:
            Y[chunk] = b
            scatter(times(X[chunk], W), Y[chunk], **self.places)

        in_chunks(Y, work)
        self._memory = X, one
        return Y

    def learn(self, dY: Floats) -> None:
        """Leave for each weight the sum, over all places, of what it was multiplied with times dY."""
        self.backward(dY)

    def pull(self, dY: Floats) -> Floats:
        """Return the convolution of dY with the same kernel."""
        W = self._matrix.T
        return np.concatenate(in_chunks(dY, lambda chunk: times(gather(dY[chunk], **self.places), W)))

    def backward(self, dY: Floats) -> Floats:
        """Leave the gradients in the parameters, and return the gradient in X."""
        X, one = self._remembered
        dX, W = np.empty(X.shape, self.dtype), self._matrix.T

        def work(chunk: slice) -> Floats:
            seen = pixels(gather(dY[chunk], **self.places))
            np.matmul(seen, W, out=pixels(dX[chunk]))
            return np.asarray(pixels(X[chunk]).T @ seen)

        products = np.reshape(sum(in_chunks(dY, work)), (self.n_in, self.kernel, self.kernel, self.n_out))
        self.gradients["W"][...] = np.moveaxis(products, 0, 2)
        self._learn_bias(dY, one)
        return dX

    @property
    def _matrix(self) -> Floats:
        return np.reshape(np.moveaxis(self.parameters["W"], 2, 0), (self.n_in, -1))
