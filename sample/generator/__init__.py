"""The parts of the sample, one official layout per file."""
