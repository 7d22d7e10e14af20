"""SET: settings read once, logging."""
