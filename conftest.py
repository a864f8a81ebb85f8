"""Every run of pytest: notebooks are compared with the words of their figures, too."""

pytest_plugins = ["tests.notebooks.words"]
