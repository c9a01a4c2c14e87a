from __future__ import annotations

from django.urls import include, path

from betterworker.site.views import asynchronous, sync
from betterworker.site.views.backends import asynchronous as backend_async
from betterworker.site.views.backends import sync as backend_sync
from betterworker.site.views.clients import asynchronous as client_async
from betterworker.site.views.clients import sync as client_sync
from betterworker.site.views.everyday import asynchronous as everyday_async
from betterworker.site.views.everyday import sync as everyday_sync
from betterworker.site.views.ready import ready

SYNC = [
    path("json", sync.json),
    path("query-json", sync.query_json),
    path("query-html", sync.query_html),
    path("blocking-1s", sync.blocking_1s),
    path("blocking-3s", sync.blocking_3s),
    path("blocking-10s", sync.blocking_10s),
    path("brotli", sync.brotli),
    path("requests", client_sync.requests),
    path("httpx", client_sync.httpx),
    path("fake-redis-hit", sync.fake_redis_hit),
    path("fake-redis-set", sync.fake_redis_set),
    path("upload", everyday_sync.upload),
    path("stream", everyday_sync.stream),
    path("orm-write", everyday_sync.orm_write),
    path("login", everyday_sync.login),
    path("requests-pooled", client_sync.requests_pooled),
    path("httpx-pooled", client_sync.httpx_pooled),
    path("niquests", client_sync.niquests),
    path("niquests-pooled", client_sync.niquests_pooled),
    path("redis-hit", backend_sync.redis_hit),
    path("redis-set", backend_sync.redis_set),
    path("postgres-query-json", backend_sync.postgres_query_json),
    path("postgres-query-html", backend_sync.postgres_query_html),
    path("postgres-pool-query-json", backend_sync.postgres_pool_query_json),
    path("postgres-pool-query-html", backend_sync.postgres_pool_query_html),
]
ASYNC = [
    path("json", asynchronous.json),
    path("query-json", asynchronous.query_json),
    path("query-html", asynchronous.query_html),
    path("blocking-1s", asynchronous.blocking_1s),
    path("blocking-3s", asynchronous.blocking_3s),
    path("blocking-10s", asynchronous.blocking_10s),
    path("brotli", asynchronous.brotli),
    path("requests", client_async.requests),
    path("httpx", client_async.httpx),
    path("aiohttp", client_async.aiohttp),
    path("fake-redis-hit", asynchronous.fake_redis_hit),
    path("fake-redis-set", asynchronous.fake_redis_set),
    path("upload", everyday_async.upload),
    path("stream", everyday_async.stream),
    path("orm-write", everyday_async.orm_write),
    path("login", everyday_async.login),
    path("aiohttp-pooled", client_async.aiohttp_pooled),
    path("httpx-pooled", client_async.httpx_pooled),
    path("niquests", client_async.niquests),
    path("niquests-pooled", client_async.niquests_pooled),
    path("redis-hit", backend_async.redis_hit),
    path("redis-set", backend_async.redis_set),
    path("postgres-query-json", backend_async.postgres_query_json),
    path("postgres-query-html", backend_async.postgres_query_html),
    path("postgres-pool-query-json", backend_async.postgres_pool_query_json),
    path("postgres-pool-query-html", backend_async.postgres_pool_query_html),
]

# Two lists in the same order: finding an async route costs about what its sync twin costs.
urlpatterns = [
    path("sync/", include(SYNC)),
    path("async/", include(ASYNC)),
    path("ready", ready),
]
