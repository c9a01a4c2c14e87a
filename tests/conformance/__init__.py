"""Django's own test suites, run through the handler and compared with the same run on stock Django.

``make conformance`` runs it, and needs the package index once. ``modes`` has what is compared with what.
"""
