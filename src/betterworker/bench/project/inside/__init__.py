"""What a project's own interpreter runs: Python 3.9 and Django 4.2 at the least, and no betterworker there.

One program (boot.py) for every job, so that what keeps a project from harm is thought out once. The counting
of thread hops looks into the handler's own parts, and lies beside them; its job here loads it by its name.

Modules import each other as siblings (``from .guard import ...``), for there the package has another name.
"""
