"""The desk: who waits for a person, and the conversations agents have taken over."""
