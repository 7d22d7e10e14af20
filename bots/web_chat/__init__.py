"""The citizens' web chat: one page, its messages in, its feed out, and a button for other sites."""
