"""KEEP: all SQL, the catalogue and its releases, conversations, inbox and outbox rows, codes, cases, audit."""
