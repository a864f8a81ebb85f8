"""Write the style sheet that recolours figures in dark mode, from the one place where the colours stand.

Run it after changing ``examlab.figures.style.DARK``; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path

from examlab.figures.style import DARK

TARGET = Path(__file__).resolve().parent.parent / "src" / "examlab" / "reading" / "assets" / "palette.css"


def palette() -> str:
    """Return the style sheet: one CSS variable for each colour of the figures."""
    dark, paper = (
        "\n".join(f"  --x{light.removeprefix('#')}: {colour};" for light, colour in pairs)
        for pairs in (DARK.items(), zip(DARK, DARK, strict=True))
    )
    return f"""\
/* Written by tools/palette.py: what each colour of the figures becomes in dark mode. */
html[data-theme="dark"], body[data-jp-theme-light="false"] {{
{dark}
}}
/* Paper is white whatever the screen is. */
@media print {{ html[data-theme="dark"] {{
{paper}
}} }}
"""


if __name__ == "__main__":
    TARGET.write_text(palette(), encoding="utf-8")
