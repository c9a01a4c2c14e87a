"""Find the better Django worker, prove it, run it."""

__version__ = "0.1.0"
