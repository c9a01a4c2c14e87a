from __future__ import annotations

from django.urls import include, path

from betterworker.site.views import asynchronous, sync
from betterworker.site.views.ready import ready

SYNC = [
    path("json", sync.json),
    path("query-json", sync.query_json),
    path("query-html", sync.query_html),
    path("blocking-1s", sync.blocking_1s),
    path("blocking-3s", sync.blocking_3s),
    path("blocking-10s", sync.blocking_10s),
    path("brotli", sync.brotli),
    path("requests", sync.requests),
    path("httpx", sync.httpx),
    path("fake-redis-hit", sync.fake_redis_hit),
    path("fake-redis-set", sync.fake_redis_set),
]
ASYNC = [
    path("json", asynchronous.json),
    path("query-json", asynchronous.query_json),
    path("query-html", asynchronous.query_html),
    path("blocking-1s", asynchronous.blocking_1s),
    path("blocking-3s", asynchronous.blocking_3s),
    path("blocking-10s", asynchronous.blocking_10s),
    path("brotli", asynchronous.brotli),
    path("requests", asynchronous.requests),
    path("httpx", asynchronous.httpx),
    path("aiohttp", asynchronous.aiohttp),
    path("fake-redis-hit", asynchronous.fake_redis_hit),
    path("fake-redis-set", asynchronous.fake_redis_set),
]

# Two lists in the same order: finding an async route costs about what its sync twin costs.
urlpatterns = [
    path("sync/", include(SYNC)),
    path("async/", include(ASYNC)),
    path("ready", ready),
]
