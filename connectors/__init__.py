"""TALK: one module per wire. Parse in, format out, foreign errors translated in one place per wire."""
