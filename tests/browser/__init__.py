"""The story of the three people in a real browser."""
