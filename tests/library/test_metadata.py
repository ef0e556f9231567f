"""Group C of the battery: every trap of a metadata table."""

import csv
import io
import os
import re
import zipfile

import pytest

from songatlas.errors import EXIT_USAGE, MetadataError
from songatlas.library.metadata import read_table


@pytest.fixture
def table(tmp_path):
    """Write bytes or text and read them back as a table."""

    def read(content, **options):
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, **options)

    return read


def cells(table):
    return [tuple(row.cells.values()) for row in table.rows]


VERBATIM = [
    *("NA", "N/A", "nan", "NaN", "None", "null", "NULL", "<NA>", "-"),
    *("007", "1e5", "1.0", "0x10", "inf", "1,000", "12:30"),
    *("True", "FALSE", "yes", "2020-01-01"),
    *("=1+1", "@x", "'quoted'", "  kept  ", "#hash", "夜に駆ける", "🎵"),
]


@pytest.mark.parametrize("text", VERBATIM)
def test_everything_stays_text(text, table):
    assert cells(table(f'title,genre\n"{text}",x\n')) == [(text, "x")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_unicode_encodings_and_delimiters(encoding, delimiter, table):
    text = f'title{delimiter}artist\n"Beyoncé{delimiter} 夜"{delimiter}"one\r\ntwo"\n'
    marks = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff", "utf-32-be": "\ufeff"}
    found = table((marks.get(encoding, "") + text).encode(encoding))
    assert found.columns == ("title", "artist")
    assert cells(found) == [(f"Beyoncé{delimiter} 夜", "one\r\ntwo")]
    assert found.notes == ()


LEGACY = [
    ("cp1252", "Beyoncé,Déjà Vu"),
    ("cp1252", "Don’t Stop,I don’t know – yes"),
    ("cp1252", "Über den Wolken,Männer und Größen"),
    ("cp1252", "Mañana,¿Qué tal, señor corazón?".replace(", s", " s")),
    ("cp1250", "Píseň,Když jsem já sloužil to první léto vysloužil jsem si kuřátko za to"),
    ("cp1251", "Привет,Ленинград"),
    ("cp1253", "Καλημέρα,Χάρις Αλεξίου αγάπη μου γλυκιά"),
    ("koi8_r", "Привет,Как дела мой друг сегодня"),
    ("cp932", "夜に駆ける,沈むように溶けてゆくように"),
    ("euc_jp", "夜に駆ける,沈むように溶けてゆくように"),
    ("gb18030", "月亮代表我的心,你问我爱你有多深"),
    ("cp949", "강남스타일,오빤 강남스타일"),
]


@pytest.mark.parametrize(("encoding", "row"), LEGACY)
def test_other_encodings_are_recognised_and_said(encoding, row, table):
    found = table(f"title,lyrics\n{row}\n".encode(encoding))
    assert cells(found) == [tuple(row.split(","))]
    (note,) = found.notes
    assert "t.csv" in note
    assert encoding in note


def test_the_encoding_of_a_long_table_is_told_by_its_lines_beyond_ascii(table):
    plain = "Plain,English words\n" * 20000
    found = table(f"title,lyrics\n{plain}Où es-tu,mon cœur\n".encode("cp1252"))
    assert cells(found)[-1] == ("Où es-tu", "mon cœur")


def test_utf8_with_a_foreign_byte_is_refused_rather_than_garbled(table):
    good = "夜に駆ける,沈むように溶けてゆくように\n" * 9
    with pytest.raises(MetadataError, match="UTF-8 except for 1 characters, the first in line 11"):
        table(f"title,lyrics\n{good}".encode() + "Beyoncé,x\n".encode("cp1252"))


def test_a_field_may_be_longer_than_the_csv_module_allows(table):
    before = csv.field_size_limit()
    text = "la " * 100_000
    assert cells(table(f'title,lyrics\nx,"{text}"\n')) == [("x", text)]
    assert csv.field_size_limit() == before


def test_lines_are_the_first_physical_lines_of_rows(table):
    found = table('title,lyrics\r\na,"1\r\n2\r\n\r\n3"\r\nb,x\r\n\r\nc,"y\n"\rd,z\r\n')
    assert [row.line for row in found.rows] == [2, 6, 8, 10]
    assert [row.cells["title"] for row in found.rows] == ["a", "b", "c", "d"]


def test_a_separator_that_is_a_line_end_elsewhere_is_text(table):
    assert cells(table("title,lyrics\na\x0bb,c\x85d\u2028e\n")) == [("a\x0bb", "c\x85d\u2028e")]


def test_excels_first_line_is_understood(table):
    found = table("sep=;\r\ntitle;artist\r\na,b;c\r\n")
    assert cells(found) == [("a,b", "c")]
    assert next(iter(found.rows)).line == 3


def test_empty_lines_and_rows_are_nothing(table):
    assert cells(table("\n\ntitle,artist\n\n,\n a,b\n  ,  \n")) == [(" a", "b")]


def test_columns_without_a_name_are_left_out(table):
    found = table(",title,\n0,a,\n1,b,\n")
    assert found.columns == ("title",)
    assert cells(found) == [("a",), ("b",)]


def test_header_names_are_stripped(table):
    assert table(" title ,\tartist\na,b\n").columns == ("title", "artist")


@pytest.mark.parametrize(
    ("row", "n_fields"), [("c,d,e", 3), ("c", 1), ('"c",d,e,f', 4), ("Hello, Goodbye,pop", 3)]
)
def test_ragged_rows_are_left_out_and_noted_and_shift_nothing(row, n_fields, table):
    found = table(f"title,genre\na,b\n{row}\ny,z\n")
    assert cells(found) == [("a", "b"), ("y", "z")]
    (note,) = found.notes
    assert note == (f"t.csv line 3: {n_fields} fields where the header has 2; the row is left out.")


BAD = {
    "one field more in every row": ("title,genre\n0,a,b\n1,c,d\n", r"one field more.*from line 2"),
    "one row, one field more": ("title,genre\n\n0,a,b\n", r"one field more.*from line 3.*3 fields"),
    "another number in every row": ("title,genre\na\nb\n", r"another number of fields.*line 2"),
    "repeated names": ("title,genre,title,genre \na,b,c,d\n", r"line 1 names 'genre', 'title'"),
    "empty": ("", "is empty"),
    "only blank lines": ("\n\r\n ,\n", "is empty"),
    "only a mark": (b"\xef\xbb\xbf", "is empty"),
    "header only": ("title,genre\n", "has a header and no rows"),
    "header and blank rows": ("title,genre\n,\n\n", "has a header and no rows"),
    "zero byte": (b"title,genre\na,b\nc\x00,d\n", "line 3 holds a zero byte"),
    "utf-16 without a mark": ("title,genre\na,b\n".encode("utf-16-le"), "line 1 holds a zero"),
    "half a character of utf-16": (b"\xff\xfet\x00i\x00t", "marked as utf-16 but is not"),
    "zero bytes beyond utf-8": (bytes(range(256)), "holds zero bytes"),
    "control characters": (b"\x01\x02\x03\x04title,genre\n" * 9, "is binary data"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
    "parquet": (b"PAR1\x15\x04", "a Parquet file"),
    "gzip": (b"\x1f\x8b\x08\x00", "a gzip archive.*Unpack it"),
    "xz": (b"\xfd7zXZ\x00\x00\x04", "an xz archive.*Unpack it"),
    "Feather": (b"ARROW1\x00\x00", "an Arrow or Feather file.*Export it as CSV"),
    "a pickle": (b"\x80\x04\x95\x10\x00", "a pickle of Python.*Export it as CSV"),
    "music": (b"fLaC\x00\x00\x00\x22" + bytes(range(256)), "is FLAC, not a table"),
    "JSON": ('[\n {"title": "a",\n  "genre": "b"}\n]', "is JSON, not a table. Export it as CSV"),
    "JSON lines": ('{"title": "a", "genre": "b"}\n{"title": "c"}\n', "is JSON, not a table"),
    "Traktor": ('<?xml version="1.0"?>\n<NML VERSION="19"><HEAD/></NML>\n', r"Traktor \(NML\)"),
    "iTunes": ('<?xml version="1.0"?>\n<!DOCTYPE plist>\n<plist><dict/></plist>\n', "of iTunes"),
    "a web page": ("<!DOCTYPE html>\n<html><table></table></html>\n", "is a web page"),
    "a playlist": ("#EXTM3U\n#EXTINF:6,a - b\na.mp3\n", "is a playlist, not a table"),
    "sqlite": (b"SQLite format 3\x00", "an SQLite database"),
    "pdf": (b"%PDF-1.7\n", "a PDF document"),
    "a quote that never ends": ('title,genre\na,b\nc,"d\ne,f\ng,h\n', "line 3: a quoted field"),
    "text after a quote": ('title,genre\na,b\n"c" d,e\n', r'line 3: a quoted field.*twice \(""\)'),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_is_one_clear_error(name, table, tmp_path):
    content, said = BAD[name]
    with pytest.raises(MetadataError, match=said) as error:
        table(content)
    assert error.value.exit_code == EXIT_USAGE
    assert str(tmp_path / "t.csv") in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["FEA1", "ARROW1", "PAR1"])
def test_a_column_that_is_called_as_a_format_begins_is_one(name, table):
    assert table(f"{name},file\n7,a.mp3\n").columns == (name, "file")


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("[Content_Types].xml", "an Excel workbook, not text. Export it as CSV"),
        ("xl/workbook.xml", "an Excel workbook"),
        ("Index/Document.iwa", "a document of Numbers"),
        ("tracks.csv", "a zip archive, not text. Unpack it and name the table inside"),
    ],
)
def test_an_archive_is_told_from_a_workbook(member, said, table):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member, "title\na\n")
    with pytest.raises(MetadataError, match=re.escape(said)):
        table(packed.getvalue())


def test_a_header_in_brackets_is_a_header(table):
    assert cells(table("[title],{genre}\na,b\n")) == [("a", "b")]
    assert cells(table("<Title>\t<Genre>\na\tb\n")) == [("a", "b")]


def test_missing_file_folder_and_pipe(tmp_path):
    with pytest.raises(MetadataError, match=r"no\.csv does not exist"):
        read_table(tmp_path / "no.csv")
    with pytest.raises(MetadataError, match="must be a CSV or TSV file"):
        read_table(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        with pytest.raises(MetadataError, match="must be a CSV or TSV file"):
            read_table(tmp_path / "pipe.csv")
