"""Neural networks: arrays in, arrays out, every gradient derived by hand."""
