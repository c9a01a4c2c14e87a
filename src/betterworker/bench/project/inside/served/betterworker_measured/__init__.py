"""A project as it is measured: its own application with one path more, which says that a process is ready.

The interpreter has no betterworker: Python 3.9 and Django 4.2 at the least.
"""
