"""The parts of tests/stand-in-api."""
