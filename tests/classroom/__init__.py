"""A class on one machine: students who log in, open a notebook, run it and slide, all at once."""
