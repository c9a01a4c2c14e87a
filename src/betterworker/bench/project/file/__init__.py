"""``betterworker.toml`` with a table [project]: read, checked, written, described for editors."""

from betterworker.bench.project.file.reading import is_project, read
from betterworker.bench.project.file.schema import schema
from betterworker.bench.project.file.tables import TABLES
from betterworker.bench.project.file.variables import env_file, secret_of
from betterworker.bench.project.file.writing import variables, write

__all__ = ["TABLES", "env_file", "is_project", "read", "schema", "secret_of", "variables", "write"]
