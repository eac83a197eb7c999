"""Archives as lines: where they end, how they are packed, which files come when."""

import gzip
import io
import json
import random
import sys
import zlib
from array import array
from itertools import accumulate

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.delivery.replaying.archive import Archive
from aiorecombee.delivery.replaying.duplicates import Duplicates
from aiorecombee.delivery.replaying.errors import ArchiveError, DamagedError
from aiorecombee.delivery.replaying.finding import by_time, find
from aiorecombee.delivery.replaying.lines import Cutter, Line
from aiorecombee.delivery.replaying.unpacking import Unpacked

TEXTS = st.lists(st.binary(max_size=9).map(lambda text: text.replace(b"\n", b"")), max_size=12)


def blocks(data, whole):
    """The same bytes, cut anywhere."""
    at = 0
    while at < len(whole):
        size = data.draw(st.integers(1, 7))
        yield whole[at : at + size]
        at += size


@given(st.data(), TEXTS, st.binary(max_size=9).map(lambda text: text.replace(b"\n", b"")))
def test_lines_are_the_same_wherever_blocks_are_cut(data, texts, last):
    whole = b"".join(text + b"\n" for text in texts) + last
    cutter = Cutter()

    found = [line for block in blocks(data, whole) for line in cutter.feed(block)]
    found += cutter.finish()

    expected = texts + ([last] if last else [])
    assert [line.text for line in found] == expected
    assert [line.number for line in found] == list(range(1, len(expected) + 1))
    ends = list(accumulate(len(text) + 1 for text in texts))
    assert [line.end for line in found] == ends + ([len(whole)] if last else [])
    assert cutter.end == len(whole)


@given(st.data(), TEXTS)
def test_reading_goes_on_behind_any_line(data, texts):
    whole = b"".join(text + b"\n" for text in texts)
    all_lines = Cutter().feed(whole)
    behind = data.draw(st.integers(0, len(texts)))
    number, end = (all_lines[behind - 1].number, all_lines[behind - 1].end) if behind else (0, 0)

    assert Cutter(number, end).feed(whole[end:]) == all_lines[behind:]


@given(st.data(), TEXTS)
def test_of_a_long_line_only_so_much_is_kept_that_its_length_shows(data, texts):
    whole = b"".join(text + b"\n" for text in texts)
    cutter = Cutter(longest=3)

    found = [line for block in blocks(data, whole) for line in cutter.feed(block)]

    assert [line.text for line in found] == [text[:4] for text in texts]
    assert cutter.end == len(whole)


# --- Files ----------------------------------------------------------------------------------------


def read(path, line=0, offset=0):
    archive = Archive(str(path), line, offset)
    found = []
    try:
        while (lines := archive.lines()) is not None:
            found += lines
    finally:
        archive.close()
    return found


WHOLE = b"".join(b"line %d of many\n" % number for number in range(40_000))
LINES = Cutter().feed(WHOLE)


@pytest.mark.parametrize("name", ["plain.jsonl", "packed.gz", "packed"])
def test_a_file_is_unpacked_by_its_first_bytes_and_can_be_gone_on_with(tmp_path, name):
    file = tmp_path / name
    file.write_bytes(gzip.compress(WHOLE) if "packed" in name else WHOLE)

    assert read(file) == LINES
    after = LINES[30_000]
    assert read(file, after.number, after.end) == LINES[30_001:]
    assert read(file, LINES[-1].number, LINES[-1].end) == []


def test_gzip_files_joined_to_one_are_read_to_the_end(tmp_path):
    file = tmp_path / "joined.gz"
    file.write_bytes(gzip.compress(b"a\nb") + gzip.compress(b"c\nd\n") + b"\0" * 20)

    assert [line.text for line in read(file)] == [b"a", b"bc", b"d"]


def test_zstd_is_read_frame_by_frame_and_a_frame_that_is_cut_off_is_noticed(tmp_path):
    file = tmp_path / "events.zst"
    packed = zstandard.compress(WHOLE[:333_333]) + zstandard.compress(WHOLE[333_333:])
    file.write_bytes(packed)

    assert read(file) == LINES
    assert read(file, LINES[9].number, LINES[9].end) == LINES[10:]
    file.write_bytes(packed[:-50])
    with pytest.raises(DamagedError, match="ends too early"):
        read(file)
    file.write_bytes(packed[:3_000] + bytes(200) + packed[3_200:])
    with pytest.raises(DamagedError, match="damaged"):
        read(file)


def test_without_a_package_for_zstd_its_name_is_told(tmp_path, monkeypatch):
    for name in ("compression.zstd", "zstandard"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    file = tmp_path / "events"
    file.write_bytes(b"\x28\xb5\x2f\xfd and so on")

    with pytest.raises(ArchiveError, match="pip install zstandard"):
        Archive(str(file))


@pytest.mark.parametrize("cut", [1, 7, 9, 5_000])
def test_of_a_gzip_file_that_is_cut_off_come_the_whole_lines_and_then_the_damage(tmp_path, cut):
    file = tmp_path / "cut.gz"
    dice = random.Random(3)
    noise = b"".join(b"%d\n" % dice.getrandbits(99) for _ in range(20_000))
    file.write_bytes(gzip.compress(noise)[:-cut])
    archive = Archive(str(file))
    found: list[Line] = []

    with pytest.raises(DamagedError, match="ends too early"):
        found.extend(line for lines in iter(archive.lines, None) for line in lines)

    archive.close()
    assert found == Cutter().feed(noise)[: len(found)]
    assert len(found) > 15_000
    assert (archive.line, archive.end) == (found[-1].number, found[-1].end)


@pytest.mark.parametrize("wrong", [b"{}\n", b"\x1f\x8b\x08\x00" + b"x" * 40, b"\x1f\x8bab"])
def test_what_is_not_gzip_as_its_name_says_is_damaged(tmp_path, wrong):
    file = tmp_path / "events.gz"
    file.write_bytes(wrong)

    with pytest.raises(DamagedError):
        read(file)


def test_a_damaged_checksum_is_noticed(tmp_path):
    file = tmp_path / "events.gz"
    packed = bytearray(gzip.compress(WHOLE))
    packed[-6] ^= 1
    file.write_bytes(packed)

    with pytest.raises(DamagedError, match="damaged"):
        read(file)


def test_a_bomb_is_unpacked_in_small_blocks(tmp_path):
    file = tmp_path / "bomb.gz"
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    file.write_bytes(b"".join(packer.compress(zeros) for _ in range(64)) + packer.flush())

    (line,) = read(file)

    assert (line.end, len(line.text)) == (64 << 20, (4 << 20) + 1)


@pytest.mark.parametrize(("name", "said"), [("gone", "No such file"), (".", "Is a directory")])
def test_what_cannot_be_opened_says_so(tmp_path, name, said):
    with pytest.raises(ArchiveError, match=said):
        Archive(str(tmp_path / name))


def test_an_empty_file_has_no_lines(tmp_path):
    file = tmp_path / "empty.gz"
    file.write_bytes(b"")
    assert read(file) == []


def test_standard_input_is_read_packed_or_not(monkeypatch):
    for text in (b"a\nb", gzip.compress(b"a\nb")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
        assert read("-") == [Line(1, 2, b"a"), Line(2, 3, b"b")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
@pytest.mark.parametrize("size", [1, 3, 50])
def test_standard_input_is_never_waited_for_while_reading(pipe, pack, size):
    packed = pack(WHOLE[:300]) + pack(WHOLE[300:600])
    archive = Archive("-")
    found, waited = [], 0
    for part in [*(packed[at : at + size] for at in range(0, len(packed), size)), b""]:
        while (descriptor := archive.waits_for()) is None:
            found += archive.lines()
        waited += 1
        assert descriptor == sys.stdin.fileno()
        pipe(part)
    while (lines := archive.lines()) is not None:
        found += lines

    assert waited == -(-len(packed) // size) + 1
    assert (found[:-1], found[-1].end) == (LINES[: len(found) - 1], 600)


@given(st.lists(st.binary(max_size=40_000), min_size=1, max_size=4), st.integers(1, 40_000))
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_what_is_packed_comes_out_however_it_is_cut_into_frames_and_pieces(pack, parts, size):
    packed = io.BytesIO(b"".join(map(pack, parts)))
    start = packed.getvalue()[:4]
    unpacked = Unpacked(lambda most: packed.read(min(size, most)), "-", start)

    assert b"".join(iter(unpacked.block, None)) == b"".join(parts)


# --- Order ----------------------------------------------------------------------------------------


def test_a_bucket_of_segment_is_read_by_day_and_then_by_name(tmp_path):
    names = [
        "segment-logs/source-b/1429246800000/1429246800123.a.gz",
        "segment-logs/source-a/1429246800000/1429246800456.b.gz",
        "segment-logs/source-a/1429333200000/1429333200001.c.gz",
        "segment-logs/source-b/10029333200000/1429333200000.d.gz",
    ]
    for name in [*names[::-1], "segment-logs/.hidden/x.gz", ".DS_Store"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert find([str(tmp_path)]) == [str(tmp_path / name) for name in names]


def test_other_directories_are_read_by_path_and_each_file_once(tmp_path):
    names = ["2024/05/30/b.jsonl", "2024/06/01/a.jsonl"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    first = str(tmp_path / names[1])

    assert find([first, str(tmp_path), "-"]) == [first, str(tmp_path / names[0]), "-"]


def test_a_file_is_read_once_whatever_it_is_called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.jsonl", "-"):
        (tmp_path / name).touch()
    names = ["./a.jsonl", "a.jsonl", str(tmp_path / "a.jsonl"), "-", "./-", "."]

    assert find(names) == ["./a.jsonl", "-", "./-"]


def test_a_directory_without_files_is_a_mistake(tmp_path):
    with pytest.raises(ArchiveError, match="there is no file in it"):
        find([str(tmp_path)])


@given(st.lists(st.integers(10**11, 10**15), min_size=2, max_size=2, unique=True))
def test_days_are_numbers(days):
    paths = [(str(day), "same.gz") for day in days]
    assert sorted(paths, key=by_time) == [(str(day), "same.gz") for day in sorted(days)]


# --- Duplicates -----------------------------------------------------------------------------------


@given(st.integers(1, 5), st.lists(st.text(max_size=2), max_size=60))
def test_exactly_the_last_messages_are_remembered(remembered, keys):
    duplicates = Duplicates(remembered)
    fresh: list[str] = []
    for key in keys:
        known = key in fresh[-remembered:]
        assert duplicates.met(key) is known
        if not known:
            fresh.append(key)
    assert len(duplicates) == min(remembered, len(fresh))


def test_none_may_be_remembered_and_half_characters_do_no_harm():
    assert [Duplicates(0).met("a") for _ in range(2)] == [False, False]
    duplicates = Duplicates()
    assert [duplicates.met(json.loads('"\\ud800"')) for _ in range(2)] == [False, True]


def test_a_remembered_message_takes_eight_bytes_in_the_row():
    assert array("Q").itemsize == 8
