"""Benchmarks: each module is a program, `python -m bench.<name> [--quick]`.

Each starts its own database and broker in a folder of its own, measures against a reference in
the same run, prints a table and one line of JSON, and removes what it made. Nothing is switched
off to look better: fsync on, tags verified, QoS 1 acknowledged after commit. `RESULTS.md` holds
the figures.
"""
