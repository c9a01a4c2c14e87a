"""The measured Django project: startproject's settings and one pair of views per scenario."""
