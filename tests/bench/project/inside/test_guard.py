from __future__ import annotations

import pytest

from betterworker.bench.project.inside.guard import reads


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "(SELECT 1) UNION (SELECT 2)",
        "/* from a view */ select 1",
        "-- a remark\nSELECT 1",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "BEGIN",
        "SAVEPOINT s1",
        "PRAGMA foreign_keys",
        "SELECT 1;",
        "SELECT a FROM b WHERE c = 'x; insert into d' FOR UPDATE",
        "EXPLAIN SELECT 1",
        "DECLARE c NO SCROLL CURSOR FOR SELECT 1",
        "FETCH FORWARD 100 FROM c",
        "VALUES (1)",
    ],
)
def test_what_reads_is_let_pass(sql: str) -> None:
    assert reads(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO a VALUES (1)",
        " update a set b = 1",
        "/* SELECT */ DELETE FROM a",
        "WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a",
        "SELECT 1; DELETE FROM a",
        "SELECT * INTO b FROM a",
        "SELECT nextval('a_id_seq')",
        "EXPLAIN ANALYZE DELETE FROM a",
        "CREATE TABLE a (b int)",
        "",
    ],
)
def test_what_writes_is_not(sql: str) -> None:
    assert not reads(sql)
