"""Requests from what a project has: an access log, a browser's recording, a description of its API."""

from betterworker.bench.project.sources.access_log import access_log, log_file
from betterworker.bench.project.sources.har import har
from betterworker.bench.project.sources.openapi import openapi
from betterworker.bench.project.sources.taken import Found

__all__ = ["Found", "access_log", "har", "log_file", "openapi"]
