"""An environment of ours beside the project's."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from betterworker.bench.errors import BadInput, Unprepared
from betterworker.bench.project import overlay
from betterworker.bench.project.overlay import Overlay, pip
from tests.bench.project.overlay.making import (
    a_wheel,
    an_environment,
    everything_in,
    put,
    said_by,
    site_folder,
)
from tests.bench.waiting import processes_about, until, words_about
from tests.patience import PATIENCE_S

Ready = Callable[..., Overlay]
OLDER = [Path.home() / f".pyenv/versions/{each}/bin/python" for each in ("3.12.1", "3.13.0")]


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All that there is to install."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def python(tmp_path: Path) -> str:
    """The project's interpreter."""
    return an_environment(tmp_path / "venv", {"click": "8.1.7", "shop": "2.0"})


@pytest.fixture
def ready(tmp_path: Path, python: str) -> Ready:
    """Of workers by the distributions that each needs."""

    def ready(python: str = python, **wanted: Sequence[str]) -> Overlay:
        return overlay.ready(python, wanted, cache=tmp_path / "cache")

    return ready


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """What pip was asked for."""
    asked: list[Sequence[str]] = []
    install = pip.Pip.install

    def heard(self: pip.Pip, names: Sequence[str], constraints: Path) -> tuple[int, str]:
        asked.append(names)
        return install(self, names, constraints)

    monkeypatch.setattr(pip.Pip, "install", heard)
    return asked


def versions(made: Overlay, *modules: str) -> list[str]:
    code = f"import {', '.join(modules)}; print({', '.join(f'{each}.version' for each in modules)})"
    return said_by(made.python, code).split()


def test_it_has_the_projects_packages_and_the_server(ready: Ready, wheels: Path) -> None:
    a_wheel(wheels, "server", "3.1", ["click>=8"])
    made = ready(fast=["server"])
    assert made.packages == {"click": "8.1.7", "server": "3.1", "shop": "2.0"}
    assert versions(made, "click", "shop", "server") == ["8.1.7", "2.0", "3.1"]


def test_only_what_is_lacking_is_installed(ready: Ready, wheels: Path) -> None:
    a_wheel(wheels, "server", requires=["click"])
    a_wheel(wheels, "click", "8.2.0")
    made = ready(fast=["server", "click"])
    ours = site_folder(made.folder)
    assert [each.name for each in ours.glob("*.dist-info")] == ["server-1.0.dist-info"]


def test_a_second_call_installs_nothing(ready: Ready, wheels: Path, installs: list[Sequence[str]]) -> None:
    a_wheel(wheels, "server")
    first, second = ready(fast=["server"]), ready(fast=["server"])
    assert (first.python, first.packages) == (second.python, second.packages)
    assert installs == [["server"]]


def test_another_worker_is_added_later(ready: Ready, wheels: Path) -> None:
    a_wheel(wheels, "server")
    a_wheel(wheels, "other")
    assert ready(fast=["server"]).folder == ready(slow=["other"]).folder
    assert {"server", "other"} <= set(ready(fast=["server"]).packages)


def test_a_worker_that_clashes_is_refused_with_the_reason_and_others_are_not(
    ready: Ready, wheels: Path
) -> None:
    a_wheel(wheels, "clashing", "1.2", ["click<1"])
    a_wheel(wheels, "click", "0.9")
    a_wheel(wheels, "server")
    made = ready(bad=["clashing"], fast=["server"])
    assert made.refused == {"bad": "clashing 1.2 depends on click<1; the project has click 8.1.7"}
    assert versions(made, "click", "server") == ["8.1.7", "1.0"]


def test_a_clash_is_not_tried_again(ready: Ready, wheels: Path, installs: list[Sequence[str]]) -> None:
    a_wheel(wheels, "clashing", requires=["click<1"])
    assert ready(bad=["clashing"]).refused == ready(bad=["clashing"]).refused != {}
    assert len(installs) == 1


def test_a_clash_is_tried_again_on_another_day(
    ready: Ready, wheels: Path, installs: list[Sequence[str]]
) -> None:
    a_wheel(wheels, "clashing", requires=["click<1"])
    stamp = ready(bad=["clashing"]).folder / "betterworker.json"
    os.utime(stamp, (0, 0))
    ready(bad=["clashing"])
    assert len(installs) == 2


def test_a_server_that_needs_another_python_is_refused_with_that(ready: Ready, wheels: Path) -> None:
    a_wheel(wheels, "server", python=">=3.99")
    why = ready(fast=["server"]).refused["fast"]
    assert why == "server cannot run on the project's Python: it requires >=3.99"


def test_what_cannot_be_downloaded_is_refused_with_the_way_out(
    ready: Ready, wheels: Path, monkeypatch: pytest.MonkeyPatch, installs: list[Sequence[str]]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "")
    monkeypatch.setenv("PIP_INDEX_URL", "https://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    a_wheel(wheels, "server")
    made = ready(fast=["server"], slow=["other"])
    assert made.refused["slow"].startswith("other server could not be downloaded: connect and run again")
    assert len(installs) == 1


def test_nothing_is_written_into_the_projects_environment(ready: Ready, wheels: Path, tmp_path: Path) -> None:
    a_wheel(wheels, "server", requires=["click"])
    before = everything_in(tmp_path / "venv")
    versions(ready(fast=["server"]), "server", "click")
    assert everything_in(tmp_path / "venv") == before


def test_a_package_that_the_project_gets_later_wins(ready: Ready, wheels: Path, tmp_path: Path) -> None:
    a_wheel(wheels, "server", "3.1")
    ready(fast=["server"])
    put(site_folder(tmp_path / "venv"), "server", "2.9")
    assert versions(ready(fast=["server"]), "server") == ["2.9"]


def test_an_overlay_of_packages_that_are_no_more_is_removed(
    ready: Ready, wheels: Path, tmp_path: Path
) -> None:
    gone = ready(fast=[]).folder
    put(site_folder(tmp_path / "venv"), "shop", "2.1")
    ready(fast=[])
    assert not gone.exists()


def test_one_that_is_in_use_is_not(ready: Ready, wheels: Path, tmp_path: Path) -> None:
    used = ready(fast=[])
    put(site_folder(tmp_path / "venv"), "shop", "2.1")
    ready(fast=[])
    assert versions(used, "shop") == ["2.1"]


def test_a_half_made_one_is_made_anew(ready: Ready, wheels: Path) -> None:
    made = ready(fast=[])
    (made.folder / "betterworker.json").unlink()
    shutil.rmtree(site_folder(made.folder))
    assert versions(ready(fast=[]), "shop") == ["2.0"]


def test_editable_installs_are_found(ready: Ready, wheels: Path, tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "edited.py").write_text("version = 'dev'\n")
    (site_folder(tmp_path / "venv") / "edited.pth").write_text(f"{tmp_path / 'source'}\n")
    assert versions(ready(fast=[]), "edited") == ["dev"]


def test_a_users_own_packages_are_found(
    ready: Ready, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUSERBASE", str(tmp_path / "user"))
    base = str(Path(sys.executable).resolve())
    own = Path(said_by(base, "import site; print(site.getusersitepackages())"))
    own.mkdir(parents=True)
    put(own, "mine", "0.7")
    monkeypatch.delenv("PYTHONNOUSERSITE", raising=False)
    made = ready(base, fast=[])
    assert (made.packages["mine"], versions(made, "mine")) == ("0.7", ["0.7"])


def test_settings_of_pip_that_install_elsewhere_are_not_the_users(
    ready: Ready, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_wheel(wheels, "server")
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PIP_USER", "1")
    assert versions(ready(fast=["server"]), "server") == ["1.0"]
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("older", OLDER, ids=str)
def test_it_is_made_on_the_projects_own_python(
    ready: Ready, wheels: Path, tmp_path: Path, older: Path
) -> None:
    if not older.exists():
        pytest.skip(f"{older} is not here")
    a_wheel(wheels, "server")
    made = ready(an_environment(tmp_path / "older", {"shop": "2.0"}, str(older)), fast=["server"])
    assert made.version.split()[1] == older.parts[-3]
    assert versions(made, "shop", "server") == ["2.0", "1.0"]


def test_without_a_pip_of_ours_the_overlay_gets_one(
    ready: Ready, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pip, "is_ours_for", lambda _version: False)
    monkeypatch.setattr(f"{pip.__name__}.which", lambda _name: None)
    a_wheel(wheels, "server")
    assert versions(ready(fast=["server"]), "server") == ["1.0"]


def test_a_pip_of_ours_is_only_used_for_a_python_that_it_runs_on() -> None:
    assert pip.is_ours_for("3.11.7")
    assert not pip.is_ours_for("3.5.0")


def test_a_script_of_the_projects_runs_on_the_overlay(ready: Ready, wheels: Path, tmp_path: Path) -> None:
    script = tmp_path / "venv" / "bin" / "pyuwsgi"
    script.write_text(f"#!{script.with_name('python')}\nimport sys; print(sys.executable)\n")
    made = ready(fast=[])
    run = [str(Path(made.python).with_name("pyuwsgi"))]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == made.python


def test_two_programs_do_not_meet(ready: Ready, tmp_path: Path) -> None:
    lock = ready(fast=[]).folder.parent / "lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        other = another_program(tmp_path, "{'fast': []}")
        assert until(lambda: is_waited_for(lock))
        assert other.poll() is None
    assert other.wait(PATIENCE_S) == 0


def test_kill_9_leaves_no_process_and_the_next_program_makes_it_anew(
    ready: Ready, wheels: Path, tmp_path: Path
) -> None:
    pipe = wheels / "server-1.0-py3-none-any.whl"
    os.mkfifo(pipe)  # pip waits for its content, so the program is in the middle of it
    other = another_program(tmp_path, "{'fast': ['server']}")
    assert until(lambda: "install" in words_about(str(wheels)))
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert until(lambda: not processes_about(str(wheels)))
    pipe.unlink()
    a_wheel(wheels, "server")
    assert versions(ready(fast=["server"]), "server") == ["1.0"]


def another_program(tmp_path: Path, wanted: str) -> subprocess.Popen[bytes]:
    code = (
        "import sys, pathlib; from betterworker.bench.project import overlay; "
        f"overlay.ready(sys.argv[1], {wanted}, cache=pathlib.Path(sys.argv[2]))"
    )
    python = tmp_path / "venv" / "bin" / "python"
    return subprocess.Popen([sys.executable, "-c", code, str(python), str(tmp_path / "cache")])


def is_waited_for(lock: Path) -> bool:
    inode = f":{lock.stat().st_ino} "
    return any("->" in line and inode in line for line in Path("/proc/locks").read_text().splitlines())


def test_a_folder_that_cannot_be_written_is_said(python: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unprepared, match=r"cannot be written .* XDG_CACHE_HOME"):
        overlay.ready(python, {}, cache=tmp_path / "file")


def test_what_is_no_interpreter_is_said(tmp_path: Path) -> None:
    ready = functools.partial(overlay.ready, wanted={}, cache=tmp_path)
    with pytest.raises(BadInput, match="nowhere/python cannot be run: No such file"):
        ready("/nowhere/python")
    with pytest.raises(BadInput, match="is no Python that can be used"):
        ready(shutil.which("echo") or "")


def test_a_script_runs_where_the_cache_has_a_space_in_its_path(python: str, tmp_path: Path) -> None:
    script = tmp_path / "venv" / "bin" / "pyuwsgi"
    script.write_text(f"#!{script.with_name('python')}\nimport sys; print(sys.argv[1:])\n")
    made = overlay.ready(python, {}, cache=tmp_path / "my cache")
    run = [str(Path(made.python).with_name("pyuwsgi")), "a b"]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == "['a b']"


def test_modules_of_the_folder_it_is_made_in_are_not_taken_for_pythons(
    ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "venv.py").write_text("raise RuntimeError('the project has its own')")
    monkeypatch.chdir(tmp_path)
    assert ready(fast=[]).packages["shop"] == "2.0"


def test_packages_are_known_where_python_is_told_to_be_safe(
    ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "more").mkdir()
    put(tmp_path / "more", "further", "3.0")
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "more"))
    assert ready(fast=[]).packages["further"] == "3.0"
