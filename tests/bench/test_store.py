from __future__ import annotations

import errno
import lzma
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest

from betterworker.bench.errors import BadRunFolder, Unprepared
from betterworker.bench.model import Result
from betterworker.bench.store import FORMAT, RunFolder, read_run
from tests.bench.builders import a_ceiling, a_failure, a_machine, a_result, a_sample, a_study
from tests.bench.plays import play

TRIALS = play(a_study(), lambda _: a_sample()).trials


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[RunFolder]:
    made = RunFolder.create(tmp_path / "run", a_study(), a_machine())
    yield made
    made.close()


class FullDisk:
    """A file that takes some bytes, and then no more."""

    def __init__(self, file: FileIO, takes: int) -> None:
        self.file = file
        self.takes = takes

    def seek(self, offset: int, whence: int) -> int:
        return self.file.seek(offset, whence)

    def fileno(self) -> int:
        return self.file.fileno()

    def close(self) -> None:
        self.file.close()

    def write(self, data: bytes) -> int:
        if not self.takes:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self.file.write(data[: self.takes])
        self.takes -= written
        return written


def stored(folder: RunFolder) -> tuple[Result, ...]:
    return read_run(folder.path).results


def result(number: int) -> Result:
    return a_result(trial=TRIALS[number])


def pack(folder: RunFolder) -> Path:
    """What ``xz trials.jsonl`` does."""
    trials = folder.path / "trials.jsonl"
    packed = folder.path / "trials.jsonl.xz"
    packed.write_bytes(lzma.compress(trials.read_bytes()))
    trials.unlink()
    return packed


def tear(folder: RunFolder) -> None:
    """As if the program was killed while it wrote its second line."""
    folder.append(result(0))
    folder.close()
    with (folder.path / "trials.jsonl").open("ab") as file:
        file.write(b'{"trial":{"worker":"uvi')


def set_format(folder: RunFolder, number: str) -> None:
    file = folder.path / "study.json"
    file.write_text(file.read_text().replace(f'"format": {FORMAT}', f'"format": {number}'))


def test_what_is_stored_is_read_back(folder: RunFolder) -> None:
    bad = a_result(trial=TRIALS[1], failure=a_failure(log_tail="é\n\x1b"), restarted=True, command=("a",))
    folder.append(result(0))
    folder.append(bad)
    folder.append_ceiling(a_ceiling())
    run = read_run(folder.path)
    assert run.results == (result(0), bad)
    assert (run.study, run.machine, run.ceilings) == (a_study(), a_machine(), (a_ceiling(),))
    assert run.id == "run"


def test_every_figure_of_a_sample_survives(folder: RunFolder) -> None:
    sample = a_sample(errors=(("HTTP 500", 3),), shares=(0.5, 0.5), peak_pss_mb=None, rested=False)
    folder.append(a_result(sample=sample))
    assert stored(folder)[0].sample == sample


def test_each_result_is_a_whole_line_at_once(folder: RunFolder) -> None:
    for number in range(3):
        folder.append(result(number))
        assert (folder.path / "trials.jsonl").read_bytes().count(b"\n") == number + 1


def test_a_run_is_finished_when_that_was_said(folder: RunFolder) -> None:
    folder.append(result(0))
    assert not read_run(folder.path).finished
    folder.finish()
    assert read_run(folder.path).finished


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRunFolder, match=r"is not a run folder: it has no study\.json"):
        read_run(tmp_path)
    with pytest.raises(BadRunFolder, match="is not a run folder"):
        read_run(tmp_path / "absent")


@pytest.mark.parametrize("number", ["4", "99", '"new"', "null"])
def test_a_format_of_a_newer_version_is_named_and_refused(folder: RunFolder, number: str) -> None:
    set_format(folder, number)
    with pytest.raises(BadRunFolder, match=r"has format .*, this version reads up to 3: upgrade"):
        read_run(folder.path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"format": 1}', '{"format": 1, "study": {}}', '{"format": 3, "study": {}}']
)
def test_a_study_that_cannot_be_read_is_named(folder: RunFolder, text: str) -> None:
    (folder.path / "study.json").write_text(text)
    with pytest.raises(BadRunFolder, match=r"study\.json cannot be read"):
        read_run(folder.path)


def test_a_missing_machine_file_is_named(folder: RunFolder) -> None:
    (folder.path / "machine.json").unlink()
    with pytest.raises(BadRunFolder, match=r"machine\.json cannot be read"):
        read_run(folder.path)


def test_a_torn_last_line_is_dropped_when_read(folder: RunFolder) -> None:
    tear(folder)
    assert stored(folder) == (result(0),)


def test_a_torn_last_line_is_cut_off_for_going_on(folder: RunFolder) -> None:
    tear(folder)
    again = RunFolder.reopen(folder.path)
    again.append(result(1))
    again.close()
    assert stored(again) == (result(0), result(1))


def test_a_torn_ceiling_does_not_spoil_the_run(folder: RunFolder) -> None:
    folder.close()
    (folder.path / "ceilings.jsonl").write_bytes(b'{"connec')
    again = RunFolder.reopen(folder.path)
    again.append_ceiling(a_ceiling())
    again.close()
    assert read_run(folder.path).ceilings == (a_ceiling(),)


@pytest.mark.parametrize("line", [b"\0\0\0", b"{}", b"", b'{"trial": 1}', b"\xff"])
def test_a_bad_line_in_the_middle_is_named_with_its_file_and_number(folder: RunFolder, line: bytes) -> None:
    folder.append(result(0))
    with (folder.path / "trials.jsonl").open("ab") as file:
        file.write(line + b"\n")
    folder.append(result(1))
    with pytest.raises(BadRunFolder, match=r"run/trials\.jsonl, line 2, cannot be read"):
        read_run(folder.path)


def test_two_programs_cannot_write_one_run(folder: RunFolder) -> None:
    with pytest.raises(BadRunFolder, match="is being written by another betterworker"):
        RunFolder.reopen(folder.path)


def test_a_closed_run_can_be_gone_on_with(folder: RunFolder) -> None:
    folder.close()
    RunFolder.reopen(folder.path).close()


def test_a_run_that_is_being_written_can_be_read(folder: RunFolder) -> None:
    assert stored(folder) == ()


def test_a_folder_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(BadRunFolder, match="exists already: choose another --out"):
        RunFolder.create(tmp_path, a_study(), a_machine())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unprepared, match=r"cannot be made: Not a directory.*another --out"):
        RunFolder.create(tmp_path / "file" / "run", a_study(), a_machine())


@pytest.mark.parametrize("takes", [0, 1, 100])
def test_a_full_disk_says_what_to_do_and_leaves_whole_lines(folder: RunFolder, takes: int) -> None:
    folder.append(result(0))
    folder.trials = FullDisk(folder.trials, takes)  # type: ignore[assignment]
    with pytest.raises(Unprepared, match=r"No space left.*free some space.*run --resume .*/run"):
        folder.append(result(1))
    folder.close()
    assert (folder.path / "trials.jsonl").read_bytes().endswith(b"\n")
    assert stored(folder) == (result(0),)


def test_after_a_full_disk_nothing_is_written_late(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FullDisk(folder.trials, 0)
    folder.trials = disk  # type: ignore[assignment]
    with pytest.raises(Unprepared):
        folder.append(result(0))
    disk.takes = 1_000_000
    folder.append(result(1))
    assert stored(folder) == (result(1),)


def test_a_write_in_pieces_is_completed(folder: RunFolder) -> None:
    class Piecemeal(FullDisk):
        def write(self, data: bytes) -> int:
            return self.file.write(data[:7])

    folder.trials = Piecemeal(folder.trials, 0)  # type: ignore[assignment]
    folder.append(result(0))
    assert stored(folder) == (result(0),)


def test_another_trouble_than_space_is_told_as_it_is(folder: RunFolder) -> None:
    folder.close()
    (folder.path / "ceilings.jsonl").mkdir()
    with pytest.raises(Unprepared, match=r"Is a directory.*mend that and go on"):
        folder.append_ceiling(a_ceiling())


def test_a_study_with_an_unknown_field_is_still_read(folder: RunFolder) -> None:
    """Fields may be added within a format: a reader leaves alone what it does not know."""
    file = folder.path / "study.json"
    file.write_text(file.read_text().replace(f'"format": {FORMAT}', f'"format": {FORMAT}, "added": true'))
    assert read_run(folder.path).study == a_study()


def test_a_packed_run_is_read_as_it_was(folder: RunFolder) -> None:
    folder.append(result(0))
    whole = read_run(folder.path)
    pack(folder)
    assert read_run(folder.path) == whole


def test_a_packed_run_has_to_be_unpacked_to_go_on(folder: RunFolder) -> None:
    pack(folder)
    with pytest.raises(BadRunFolder, match=r"unpack it first, with: unxz .*trials\.jsonl\.xz"):
        RunFolder.reopen(folder.path)
    assert not (folder.path / "trials.jsonl").exists()


def test_a_pack_that_is_broken_is_named(folder: RunFolder) -> None:
    pack(folder).write_bytes(b"no xz")
    with pytest.raises(BadRunFolder, match=r"trials\.jsonl\.xz cannot be unpacked"):
        read_run(folder.path)
