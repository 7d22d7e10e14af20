"""One message model, three renderings: what each channel sends for the same message.

`golden/*.json` holds the exact payloads; `python -m tests.renders` writes them anew: read the difference first.
"""
