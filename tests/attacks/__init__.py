"""Attacks on proving who somebody is: real processes, real HTTP, the sandbox as the world outside."""
