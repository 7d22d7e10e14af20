"""RUN: the processes and the one composition root; the only folder that knows all the others."""
