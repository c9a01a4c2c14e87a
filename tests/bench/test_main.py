from __future__ import annotations

import sys

import pytest

from betterworker.bench import __main__ as script


def test_the_script_runs_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["betterworker", "--version"])
    with pytest.raises(SystemExit) as ended:
        script.main()
    assert ended.value.code == 0
    assert "version" in capsys.readouterr().out


def test_without_the_bench_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "betterworker.bench.cli", raising=False)
    monkeypatch.delattr("betterworker.bench.cli", raising=False)
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit, match=r"pip install 'betterworker\[bench\]'"):
        script.main()
