"""What the Redis views read and write: text of about 1 kB, the same in every process."""

from __future__ import annotations

from django.core.cache import caches

from betterworker.site.posts import POSTS

REDIS = "redis"
HIT, SET = "hit", "set"
VALUE = "\n".join(post["body"] for post in POSTS)[:1000]
#: Longer than a study takes: what is left behind all the same goes by itself.
HIT_TIMEOUT_S = 2 * 24 * 3600
SET_TIMEOUT_S = 300


def fill() -> None:
    """Put the value there that is then read."""
    caches[REDIS].set(HIT, VALUE, HIT_TIMEOUT_S)


def checked(value: object) -> bool:
    """True for the value that was put there; RuntimeError, hence a logged 500, for anything else."""
    if value != VALUE:
        raise RuntimeError("The cache has lost its value. Run: python -m betterworker.site prepare")
    return True
