"""Counts the thread hops of a request through the middleware of a project that is set up, under Django's own
handler and under this one.

It lies here, for it looks into this handler's own parts. It sets no project up and keeps none from writing:
both are done once for all that runs inside a user's project, by the program that calls it
(``betterworker.bench.project.inside.hops``, which loads it by its name), and the client is handed in. So
there is one guard, and still no door from this room to another.
"""
