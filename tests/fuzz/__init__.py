"""Bad input for every public function: see `test_fuzz.py`."""
