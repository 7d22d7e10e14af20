"""DECIDE: what a conversation does next. Standard library only; no clock, no wire, no random numbers."""
