"""The outside world for tests: real HTTP servers on loopback, as strict as what they stand for."""
