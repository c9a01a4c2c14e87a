"""About 27 kB of JSON: 100 posts, the same in every process and on every machine."""

from __future__ import annotations

import random
from typing import TypedDict

_WORDS = """
    a ab accusamus ad alias aliquam amet animi aperiam architecto asperiores aut autem beatae
    blanditiis commodi consequatur cum cupiditate delectus deserunt dicta dolor dolorem
    doloribus ducimus ea earum eius eligendi enim eos error esse est et eum eveniet ex excepturi
    expedita explicabo facilis fuga fugiat harum hic id illo impedit in inventore ipsum iste
    iure labore laboriosam laudantium libero magnam maiores maxime minima modi molestiae
    mollitia nam natus nemo nihil nisi nobis non nostrum numquam occaecati odio officia omnis
    optio pariatur perspiciatis placeat porro possimus praesentium quae quaerat quas qui quia
    quidem quis quo quod ratione recusandae rem repellat rerum saepe sapiente sed sequi
    similique sint sit soluta sunt suscipit tempora tempore temporibus tenetur totam ullam unde
    ut vel velit veniam veritatis vero vitae voluptas voluptate voluptatem voluptatibus
""".split()  # noqa: SIM905 (a list would take a line a word)


class Post(TypedDict):
    userId: int
    id: int
    title: str
    body: str


def make_posts(count: int = 100, seed: int = 1) -> list[Post]:
    """``count`` posts, ten a user, of Latin words: they compress about as real text does."""
    rng = random.Random(seed)
    return [
        Post(
            userId=(number - 1) // 10 + 1,
            id=number,
            title=_words(rng, 8),
            body="\n".join(_words(rng, 6) for _ in range(4)),
        )
        for number in range(1, count + 1)
    ]


def _words(rng: random.Random, count: int) -> str:
    # random() is the only draw whose sequence Python promises to keep from version to version.
    return " ".join(_WORDS[int(rng.random() * len(_WORDS))] for _ in range(count))


POSTS = make_posts()
