"""How the unit tests try examples: how long one may take is measured by `make bench`, not here."""

from hypothesis import settings

settings.register_profile("examlab", deadline=None)
settings.load_profile("examlab")
