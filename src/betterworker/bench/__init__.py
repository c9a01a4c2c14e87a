"""The dynamometer: starts workers, drives load, judges, reports."""
