"""Chaos: the real product, killed at random moments while platforms bring events and their APIs fail."""
