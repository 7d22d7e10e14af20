"""`make bench`: what a turn, understanding a message and loading cost.

Figures depend on the machine and on what else runs there: compare figures of one run with each other.
"""
