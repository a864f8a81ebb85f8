"""Write the style sheet that recolours figures in dark mode, from the one place where the colours stand.

Run it after changing ``examlab.figures.style.DARK``; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path

from examlab.figures.style import DARK

TARGET = Path(__file__).resolve().parent.parent / "src" / "examlab" / "reading" / "assets" / "palette.css"


def palette() -> str:
    """Return the style sheet: one CSS variable for each colour of the figures."""
    colours = " ".join(f"--x{light.lstrip('#')}: {dark};" for light, dark in DARK.items())
    return (
        "/* Written by tools/palette.py: what each colour of the figures becomes in dark mode. */\n"
        'html[data-theme="dark"], body[data-jp-theme-light="false"] {\n  ' + colours.replace("; ", ";\n  ") + "\n}\n"
        "@media print {\n"
        '  html[data-theme="dark"] { ' + " ".join(f"--x{light.lstrip('#')}: {light};" for light in DARK) + " }\n"
        "}\n"
    )


if __name__ == "__main__":
    TARGET.write_text(palette(), encoding="utf-8")
