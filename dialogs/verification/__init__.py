"""Rules of one-time codes and of register numbers: read, check, count, lock."""
