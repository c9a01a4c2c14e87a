"""The section on what to deploy: its sentences, and what can be pasted."""

from __future__ import annotations

import configparser
import html
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from betterworker.bench.model import Gain
from betterworker.bench.model.setups import BETTER
from betterworker.bench.reports import REPORTS, Report
from betterworker.bench.reports.rows import deploy_lines, pasted
from betterworker.bench.reports.rows.pasting import dockerfile, procfile, shell, unit
from tests.bench.builders import (
    a_comparison,
    a_deployment,
    a_run,
    a_standing,
    a_study,
    a_summary,
    an_interval,
)

if TYPE_CHECKING:
    from betterworker.bench.model import Deployment

every_report = pytest.mark.parametrize("name", ["text", "markdown", "html", "json"])
FASTPYSGI = ("python", "-c", "import x; x.run('%d $a')", "{host}", "{port}", "shop.wsgi:application")
UVICORN = ("uvicorn", "--host", "{host}", "--port", "{port}", "--workers", "2", "shop.asgi:application")


def told(**overrides: Any) -> str:
    return " ".join(deploy_lines(a_summary(deployment=a_deployment(**overrides))))


def against(*verdicts: Any) -> Any:
    names = ("baseline", "b", "c")
    found = (a_comparison(rival=name, verdict=each) for name, each in zip(names, verdicts, strict=False))
    return a_standing(*found, leader="uvicorn")


def test_the_best_is_to_be_deployed() -> None:
    assert told(standing=against("beats", "beats")).startswith(
        "Deploy uvicorn: it beats all others that were measured."
    )


def test_those_that_tie_are_as_good() -> None:
    assert "Deploy uvicorn or b, which is as good." in told(standing=against("beats", "tied"))


def test_what_cannot_be_told_apart_is_said_so() -> None:
    words = told(standing=against("cannot tell", "tied", "cannot tell"))
    assert "The data cannot tell: uvicorn is in front, tied with b, but not surely of" in words
    assert "not surely of what it runs on today and c." in words


def unsure(*workers: str, **overrides: Any) -> Any:
    """A run of these in which the first is in front, and the others cannot be told from it."""
    found = [
        a_comparison(leader=workers[0], rival=each, verdict="cannot tell", **overrides)
        for each in workers[1:]
    ]
    deployment = a_deployment(worker=workers[0], standing=a_standing(*found))
    return a_summary(run=a_run(study=a_study(workers, ("json:sync",))), deployment=deployment)


def longer(summary: Any) -> str:
    (line,) = (line for line in deploy_lines(summary) if "betterworker run" in line)
    return line


def test_the_run_that_would_tell_is_one_command() -> None:
    line = longer(unsure("uvicorn", "baseline", more=15))
    assert line.startswith("About 15 more blocks would tell: betterworker run --workers uvicorn,baseline --t")


def test_more_blocks_take_more_time() -> None:
    few, many = (longer(unsure("uvicorn", "b", more=more)) for more in (10, 1000))
    assert int(few.split()[-1][:-1]) < int(many.split()[-1][:-1])


def test_where_it_cannot_be_said_how_many_a_longer_run_is_offered() -> None:
    assert longer(unsure("uvicorn", "b")).startswith("A longer run of these alone may tell: betterworker run")


def test_what_no_number_of_blocks_would_tell_is_not_run_again() -> None:
    summary = unsure("uvicorn", "b")
    settled = replace(summary.deployment.standing, settled=True)
    lines = deploy_lines(replace(summary, deployment=replace(summary.deployment, standing=settled)))
    assert not any("betterworker run" in line for line in lines)


def test_an_unfinished_run_is_to_be_gone_on_with_first() -> None:
    summary = unsure("uvicorn", "b", more=15)
    lines = deploy_lines(replace(summary, run=replace(summary.run, finished=False)))
    assert not any("betterworker run" in line for line in lines)


@every_report
def test_there_is_something_to_deploy_where_the_data_cannot_tell(name: str) -> None:
    text = rendered(REPORTS[name], unsure("baseline", "uvicorn"))
    assert "Until then, what follows is of uvicorn, the nearest to it." in text
    assert "shop.asgi:application" in text


def test_what_runs_today_is_not_to_be_kept_where_that_is_not_known() -> None:
    words = " ".join(deploy_lines(unsure("baseline", "uvicorn")))
    assert "The data cannot tell: what it runs on today is in front, but not surely of uvicorn." in words
    assert "Keep" not in words


def test_the_gain_is_told_with_its_interval() -> None:
    gain = Gain(ratio=an_interval(median=1.5, low=1.4, high=1.6), verdict="gains", memory_mb=310.0)
    words = told(gain=gain, memory_mb=180.0, processes=2)
    assert "Over what it runs on today: 1.50× [1.40, 1.60] the requests per second." in words
    assert (
        "Memory under load: 180 MB in 2 processes, 90 MB each; what it runs on today takes 310 MB." in words
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("tied", "nothing, 1.50× [1.40, 1.60] the requests per second is a tie"),
        (
            "cannot tell",
            "cannot tell, 1.50× [1.40, 1.60] the requests per second: to change may gain nothing",
        ),
    ],
)
def test_no_gain_is_claimed_that_is_not_there(verdict: Any, said: str) -> None:
    gain = Gain(ratio=an_interval(median=1.5, low=1.4, high=1.6), verdict=verdict)
    assert f"Over what it runs on today: {said}" in told(gain=gain)


def test_without_a_baseline_it_is_said_how_to_give_one() -> None:
    assert "--baseline" in told(gain=None)
    assert "has no figure" in told(gain=None, fails=True)


def test_what_runs_today_is_kept_where_nothing_is_better() -> None:
    found = a_deployment(worker="baseline", offered="baseline", standing=against())
    assert deploy_lines(a_summary(deployment=found))[0].startswith("Keep what it runs on today: no other")
    assert pasted(found) == ()


def test_where_there_is_no_worker_that_is_all() -> None:
    (line,) = deploy_lines(a_summary(deployment=a_deployment(worker=None)))
    assert line.startswith("No worker can be named")


def test_an_unfinished_run_says_so() -> None:
    summary = a_summary(run=a_run(finished=False), deployment=a_deployment())
    assert deploy_lines(summary)[0].startswith("So far: Deploy uvicorn")


def test_the_handler_is_one_changed_line() -> None:
    assert "In shop/asgi.py: from betterworker.handler import get_asgi_application" in told(handler=True)
    assert "In shop" not in told(handler=True, application=BETTER)


def test_a_long_command_goes_over_several_lines_of_a_shell() -> None:
    found = a_deployment(command=(*UVICORN, *("--backlog", "2048") * 8))
    text = shell(found)
    assert len(text.splitlines()) > 1
    assert max(map(len, text.splitlines())) <= 80
    assert shlex.split(text.replace("\\\n", " ")) == [
        "DJANGO_SETTINGS_MODULE=shop.settings",
        *(word.replace("{host}", "127.0.0.1").replace("{port}", "8000") for word in found.command),
    ]


@pytest.mark.parametrize("command", [UVICORN, FASTPYSGI])
def test_a_procfiles_line_is_a_shells_command(command: tuple[str, ...]) -> None:
    kind, _, rest = procfile(a_deployment(command=command)).partition(": ")
    words = shlex.split(rest)
    assert (kind, words[1]) == ("web", command[0])
    assert "$PORT" in rest
    assert f"'{'$PORT'}'" not in rest


@pytest.mark.parametrize("application", ["shop.asgi:application", BETTER])
def test_a_procfile_names_the_settings_that_were_measured(application: str) -> None:
    line = procfile(a_deployment(command=("uvicorn", application), application=application))
    assert line == f"web: DJANGO_SETTINGS_MODULE=shop.settings uvicorn {application}"


@pytest.mark.parametrize("name", ["command", "procfile", "systemd", "dockerfile"])
def test_each_form_names_the_settings_that_were_measured(name: str) -> None:
    """The project's own asgi.py may name others, where the environment names none."""
    found = replace(a_deployment(), settings="shop.production")
    (text,) = (each.text for each in pasted(found) if each.name == name)
    assert "DJANGO_SETTINGS_MODULE=shop.production" in text


def instructions(found: Deployment) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in dockerfile(found).splitlines())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository whose manage.py lies below it, and a program that tells where it runs, and on what."""
    program = tmp_path / "serve"
    program.write_text('#!/bin/sh\necho "${PWD##*/} $DJANGO_SETTINGS_MODULE $*"\n')
    program.chmod(0o755)
    (tmp_path / "my src").mkdir()
    return tmp_path


def below(**overrides: Any) -> Deployment:
    return a_deployment(command=("serve", "x"), folder="my src", deployed="my src", **overrides)


@pytest.mark.parametrize("form", [shell, procfile])
def test_a_shell_goes_to_the_folder_of_manage_py(form: Any, shop: Path) -> None:
    text = form(below()).removeprefix("web: ")
    env = {"PATH": f"{shop}:/usr/bin:/bin", "PORT": "81"}
    done = subprocess.run(["sh", "-c", text], cwd=shop, env=env, capture_output=True, check=True)
    assert done.stdout == b"my src shop.settings x\n"


def test_a_terminal_stays_where_it_is(shop: Path) -> None:
    env = {"PATH": f"{shop}:/usr/bin:/bin"}
    text = f"{shell(below())}\n{shell(below())}"
    assert subprocess.run(["sh", "-e", "-c", text], cwd=shop, env=env, check=False).returncode == 0


def test_a_procfiles_server_takes_the_shells_place() -> None:
    assert procfile(below()).startswith("web: cd 'my src' && exec env DJANGO_SETTINGS_MODULE=")


def test_an_image_and_a_unit_begin_in_the_folder_of_manage_py() -> None:
    assert instructions(below())["WORKDIR"] == "my src"
    assert section(unit(below()), "Service")["WorkingDirectory"] == "/srv/shop/my src"
    assert section(unit(below()), "Service")["ExecStart"] == "/srv/shop/.venv/bin/serve x"


def test_a_terminal_and_a_procfile_may_lie_in_different_folders() -> None:
    found = a_deployment(folder="", deployed="src")
    assert ("cd" in shell(found).split(), "cd" in procfile(found).split()) == (False, True)


def test_the_file_to_change_is_named_from_where_the_reader_is() -> None:
    assert "In src/shop/asgi.py: from betterworker.handler" in told(handler=True, folder="src")


@pytest.mark.parametrize("command", [UVICORN, FASTPYSGI])
def test_a_dockerfiles_command_is_a_list(command: tuple[str, ...]) -> None:
    found = instructions(a_deployment(command=command, requirements=("uvicorn==0.54.0", "uvloop==0.22.1")))
    assert set(found) == {"RUN", "ENV", "EXPOSE", "CMD"}
    assert found["RUN"] == "pip install --no-cache-dir uvicorn==0.54.0 uvloop==0.22.1"
    words = json.loads(found["CMD"])
    assert (words[0], len(words), "0.0.0.0" in words) == (command[0], len(command), True)


def test_an_image_that_has_all_installs_nothing() -> None:
    assert "RUN" not in instructions(a_deployment(requirements=()))


def section(text: str, name: str) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return dict(parser[name])


def test_gunicorn_tells_systemd_when_it_is_ready() -> None:
    service = section(unit(a_deployment(command=("gunicorn", "shop.wsgi"), reloads=True)), "Service")
    assert (service["Type"], service["ExecReload"]) == ("notify", "/bin/kill -s HUP $MAINPID")
    assert section(unit(a_deployment(command=UVICORN)), "Service")["Type"] == "exec"


@pytest.mark.parametrize("command", [UVICORN, FASTPYSGI])
@pytest.mark.parametrize("application", ["shop.asgi:application", BETTER])
def test_systemd_takes_the_unit(command: tuple[str, ...], application: str, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze here")
    # It looks for the program, which is not here.
    found = a_deployment(command=command, application=application, reloads=True)
    text = (
        unit(found)
        .replace(f"/srv/shop/.venv/bin/{command[0]}", "/bin/true")
        .replace("User=shop", "User=root")
    )
    file = tmp_path / "shop.service"
    file.write_text(text + "\n")
    done = subprocess.run([analyze, "verify", str(file)], capture_output=True, text=True, check=False)
    assert "shop.service" not in done.stderr
    assert done.returncode == 0, done.stderr


@every_report
def test_every_report_has_the_answer_and_the_command(name: str) -> None:
    summary = a_summary(deployment=a_deployment(standing=against("beats")))
    text = rendered(REPORTS[name], summary)
    assert "shop.asgi:application" in text
    assert name == "json" or deploy_lines(summary)[0] in text


@every_report
def test_reports_of_the_built_in_site_have_no_such_section(name: str) -> None:
    assert "o deploy" not in rendered(REPORTS[name], a_summary())


def test_whole_files_are_in_the_documents() -> None:
    summary = a_summary(deployment=a_deployment())
    for each in pasted(a_deployment()):
        assert each.text in rendered(REPORTS["markdown"], summary)
        assert " ".join(each.text.split()) in rendered(REPORTS["html"], summary)


def test_a_terminal_does_not_break_the_command() -> None:
    summary = a_summary(deployment=a_deployment())
    assert shell(a_deployment()) in REPORTS["text"].render(summary, width=40)


def test_machines_get_the_same() -> None:
    document = json.loads(REPORTS["json"].render(a_summary(deployment=a_deployment())))["deployment"]
    assert (document["worker"], document["command"]) == ("uvicorn", list(a_deployment().command))
    assert list(document["paste"]) == ["command", "procfile", "systemd", "dockerfile"]


def test_hostile_words_end_no_fence_and_no_line() -> None:
    found = a_deployment(
        command=("gunicorn", "```\n# Heading", "</pre><script>alert(1)</script>", "\x1b[31m")
    )
    summary = a_summary(deployment=found)
    assert "\n# Heading" not in REPORTS["markdown"].render(summary)
    assert "<script>alert(1)" not in REPORTS["html"].render(summary)
    assert "\x1b" not in REPORTS["text"].render(summary)


def rendered(report: Report, summary: Any) -> str:
    text = report.render(summary, width=2000)
    if report.name != "html":
        return text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_a_settings_module_is_quoted_for_a_shell() -> None:
    found = replace(a_deployment(application=BETTER), settings="a b; rm -rf x")
    assert shlex.split(procfile(found))[1] == "DJANGO_SETTINGS_MODULE=a b; rm -rf x"


def test_the_only_worker_with_a_figure_has_beaten_nobody() -> None:
    words = told(standing=a_standing(leader="uvicorn"), gain=None)
    assert words.startswith("Deploy uvicorn: no other has a figure to compare with.")


def test_a_shell_fills_in_the_port_alone() -> None:
    found = a_deployment(command=("serve", "--at=[{host}]:{port}", "$HOME", ""))
    line = procfile(found).removeprefix("web: ")
    done = subprocess.run(
        ["sh", "-c", f"printf '%s|' {line}"],
        env={"PORT": "81", "HOME": "no"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"DJANGO_SETTINGS_MODULE=shop.settings|serve|--at=[0.0.0.0]:81|$HOME||"


def test_settings_are_quoted_for_a_unit() -> None:
    found = replace(a_deployment(application=BETTER), settings='a%h "b$c')
    assert 'Environment="DJANGO_SETTINGS_MODULE=a%%h \\"b$c"' in unit(found)
