"""kill -9 between the hops: what was accepted is neither lost nor done twice, and order is kept."""
