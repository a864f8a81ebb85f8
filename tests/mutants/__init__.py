"""How many deliberate mistakes the checks catch: `make mutants`."""
