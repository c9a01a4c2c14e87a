"""Views that fetch from the upstream with an HTTP client: a new one for each request, or one that lasts."""
