"""What ``make bench`` runs: see ``report``."""

import sys

if __name__ == "__main__":
    # Dask's workers read this file too: outside, each would import all that the bench compares with.
    from tests.benchmarks.report import main

    sys.exit(main())
