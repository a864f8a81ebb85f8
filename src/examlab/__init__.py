"""The helper package of *An Exam You Can Run*.

Three floors, each of which imports only from those below it:

1. mathematics, arrays in and arrays out: :mod:`examlab.networks` and :mod:`examlab.hyperspectral`;
2. drawing, parameters in and a figure out: :mod:`examlab.figures`;
3. faces, what a reader touches: :mod:`examlab.reading`.

Importing the package, or its mathematics, loads neither a drawing library nor a notebook library.
"""

__version__ = "0.1.0"
