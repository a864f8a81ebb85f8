"""What a figure says at each position, against what its sliders show there.

A slider shows a value, and the figure is drawn for one. If two values were exchanged, or a list turned
round, every page would work and every picture change as before. The words state the value that was drawn, so
they are read, and compared with the value that is shown.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tests.site.built import Figure
from tests.site.frames import CONTROL, Frames

STATED = {
    "Activation f": "with f = {},",
    "Always answer": "always answers {} is",
    "Angle": "turned by {}°",
    "Angle of w": "w points {}°",
    "Band": "Band {} ",
    "Biases": " {} biases, ",
    "Centres taken": "{} centres? taken",
    "Class": "Class {} has",
    "Classes": "^{} class",
    "Clusters": "With {} clusters|At {} .clusters.",
    "Clusters by": "Clusters by {},",
    "Difference z": "differ by z = {}:",
    "Discriminator": "{} in the discriminator",
    "Distance of the means": "means are {} apart|means coincide",
    "Filters of convolution 1": "{} filters",
    "Gain": "times {}[.]",
    "Generator": "{} in the generator",
    "Half step": "half step {}:",
    "Index": "judged by {}:",
    "Input size": " {}×{} pixels",
    "Iteration": "Iteration {} of",
    "Kernel": "kernel {},",
    "Logit s": "logit s = {},",
    "Logit z": "logit z = {} ",
    "Long spread": "has the spread {} along",
    "Loss": "loss {} is",
    "Material": "pixels of {}[.]",
    "Material of y": "pixel of {} times",
    "Nines of d": "n = {},",
    "Output pixel": "Output pixel {} ",
    "Padding": "padding {},",
    "Pixel": "of the class {},|closest to a {} one",
    "Pixels n": "n = {} pixels",
    "Points": "With {} points",
    "Radius": "At {} .radius.",
    "Radius r_a": "r_a = {} ",
    "Seen from above by": "from {}° above",
    "Shift of both logits": "shifted by {},",
    "Slope α of LeakyReLU": "α = {} gives",
    "Start": "^Start {},",
    "Step": "[Aa]fter {} (?:of|steps)|[Aa]round step {},",
    "Step size η": "of size {} from",
    "Stride": "stride {} ",
    "Threshold": "threshold {}[,:]",
    "Trained on": "[Tt]rained on (?:standardised )?{},",
    "Training": "generator, {} penalty",
    "Values": "{}",
    "Weight π₂": "has the weight {} ",
    "d = D(G(z))": "d = {} ",
    "k": "k = {} nearest|At {} .k.",
    "ν": "ν = {}(?=[, ])|At {} .ν.",
}
"""By a slider's label, the words in which a figure states its value; `label = value` if it is not listed."""

SPOKEN = {
    "minimax, −log(1 − d)": r"−log\(1 − d\)",
    "non-saturating, −log d": "−log d",
    "plain": "without",
    "sigmoid": "σ",
    "with": r"[1-9]\d*",
    "with R1 penalty": "with R1",
    "without": "0",
}
"""Choices that the words call otherwise."""

_NUMBER = r"(−?\d+(?:\.\d+)?)"


@dataclass(frozen=True)
class Control:
    """A slider or a choice: its label, and what it shows at each of its places."""

    label: str
    texts: tuple[str, ...]
    choice: bool


def controls_of(site: Path, figure: Figure) -> list[Control]:
    """Return the sliders and choices of a figure in order."""
    page = (site / f"{figure.page}.html").read_text(encoding="utf-8")
    markup = page[page.index(f'id="{figure.identity}"') :]
    found = [match[0] for match in CONTROL.finditer(markup[: markup.index("</figure>")])]
    return [_control(html.unescape(control)) for control in found]


def _control(markup: str) -> Control:
    if markup.startswith("<fieldset"):
        label = re.search("<legend>(.*?)</legend>", markup)[1]
        return Control(label, tuple(re.findall("<span>(.*?)</span>", markup)), True)
    texts = json.loads(re.search(r'data-texts="(\[.*?\])"', markup)[1])
    return Control(re.search("<label[^>]*>(.*?)</label>", markup)[1], tuple(texts), False)


def said_otherwise(frames: Frames, controls: list[Control]) -> list[str]:
    """Return each position at which a slider shows another value than the words state."""
    return [
        f"{control.label} shows {control.texts[place]}: {frames.says[number]}"
        for number, row in enumerate(frames.table)
        if row is not None
        for control, place in zip(controls, np.unravel_index(number, frames.shape), strict=True)
        if not _states(frames.says[number], control, control.texts[place])
    ]


def _states(words: str, control: Control, text: str) -> bool:
    phrase = STATED.get(control.label, f"{re.escape(control.label)} = {{}}(?=[ ,])")
    if control.choice:
        return re.search(_filled(phrase, SPOKEN.get(text, re.escape(text))), words, re.IGNORECASE) is not None
    shown = _value(re.match(_NUMBER, text)[1])
    found = re.finditer(_filled(phrase, _NUMBER), words)
    return any(_value(number) == shown for match in found for number in match.groups() if number)


@cache
def _filled(phrase: str, what: str) -> str:
    return phrase.replace("{}", what)


def _value(number: str) -> float:
    return float(number.replace("−", "-"))
