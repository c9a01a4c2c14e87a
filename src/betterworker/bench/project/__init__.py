"""One's own Django project: found, asked about itself, and made a Target like any other."""
