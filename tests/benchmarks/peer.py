"""The same two games in PyTorch, on the processor: what the book's own training is measured against."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

__all__ = ["digit_game", "exam_game", "uses_threads"]

Step = Callable[[], None]


class Game:
    """Two networks and their optimisers."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module, X: torch.Tensor, rate: float) -> None:
        self.generator, self.discriminator, self.X = generator, discriminator, X
        # One pass over all parameters at once: PyTorch's fastest way.
        options = {"lr": rate, "betas": (0.5, 0.999), "fused": True}
        self.optimisers = [
            torch.optim.Adam(net.parameters(), **options) for net in (discriminator, generator)
        ]
        self.average = [parameter.detach().clone() for parameter in generator.parameters()]

    def step(self, latent: int, *, r1: float, keep: float | None) -> None:
        """Move the discriminator, then the generator, as `examlab.networks.training.train` does."""
        real = self.X[torch.randint(len(self.X), (64,))]
        fake = self.generator(torch.randn(64, latent))
        self.discriminator.requires_grad_(True)
        if r1:
            real.requires_grad_(True)
        on_real, on_fake = self.discriminator(torch.cat([real, fake.detach()])).chunk(2)
        loss = functional.softplus(-on_real).mean() + functional.softplus(on_fake).mean()
        if r1:
            (slopes,) = torch.autograd.grad(on_real.sum(), real, create_graph=True)
            loss = loss + r1 / 2 * slopes.square().sum() / len(real)
        self.move(self.optimisers[0], loss)
        self.discriminator.requires_grad_(False)  # spares gradients that nobody needs
        self.move(self.optimisers[1], functional.softplus(-self.discriminator(fake)).mean())
        if keep is not None:
            torch._foreach_lerp_(self.average, list(self.generator.parameters()), 1 - keep)

    def move(self, optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()


def exam_game(X: torch.Tensor, layout: torch.memory_format) -> Step:
    """Return one update of the exam's discriminator and the DCGAN generator, images in a memory layout."""
    discriminator = nn.Sequential(
        *(nn.Conv2d(1, 32, 3, stride=2, padding=1), nn.LeakyReLU(0.2)),
        *(nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.LeakyReLU(0.2)),
        *(nn.Flatten(), nn.Linear(4096, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1)),
    )
    generator = nn.Sequential(
        *(nn.Linear(64, 4096), nn.Unflatten(1, (64, 8, 8)), nn.BatchNorm2d(64), nn.ReLU()),
        *(nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU()),
        *(nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1), nn.Tanh()),
    )
    networks = [network.to(memory_format=layout) for network in (generator, discriminator)]
    game = Game(*networks, X.permute(0, 3, 1, 2).contiguous(memory_format=layout), 2e-4)
    return lambda: game.step(64, r1=0.0, keep=None)


def digit_game(X: torch.Tensor) -> Callable[..., None]:
    """Return one update of the small GAN on 8×8 digits, with R1 penalty and moving average."""
    discriminator = nn.Sequential(
        *(nn.Linear(64, 128), nn.LeakyReLU(0.2), nn.Linear(128, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1)),
    )
    generator = nn.Sequential(
        *(nn.Linear(32, 128), nn.BatchNorm1d(128), nn.ReLU()),
        *(nn.Linear(128, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Linear(128, 64), nn.Tanh()),
    )
    game = Game(generator, discriminator, X.flatten(1), 2e-3)

    def step(*, threads: int) -> None:
        torch.set_num_threads(threads)
        game.step(32, r1=1.0, keep=0.999)

    return step


def uses_threads(count: int) -> bool:
    """Tell whether PyTorch really works on so many threads, from the time that they spend."""
    torch.set_num_threads(count)
    A = torch.randn(1500, 1500)
    A @ A  # the first time, threads are made
    whole, mine = time.process_time(), time.thread_time()
    for _ in range(5):
        A @ A
    whole, mine = time.process_time() - whole, time.thread_time() - mine
    return whole / mine > count - 0.5
