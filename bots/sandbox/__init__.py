"""The outside world played locally: ХУР, and the phones its codes arrive on. Every person in it is invented."""
