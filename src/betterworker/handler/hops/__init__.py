"""Counts the thread hops of a request through a project's own middleware, by having it answer requests.

``python -m betterworker.handler.hops mysite.settings`` prints JSON, of which ``betterworker check`` makes a
table.
"""
