"""What a project's own interpreter runs: Python 3.9 and Django 4.2 at the least, and no betterworker there.

Modules import each other as siblings (``from .guard import ...``), for there the package has another name.
"""
