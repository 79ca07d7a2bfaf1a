"""Reads standard input as the kind of file named by the first argument, with a parser of its own, and prints every text found, as JSON."""
import csv
import html.parser
import io
import json
import sys
import xml.etree.ElementTree as ET
import zipfile

kind, data = sys.argv[1], sys.stdin.buffer.read()


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.data = [], []

    def handle_data(self, data):
        (self.data if self.lasttag == "script" else self.found).append(data)

    def handle_starttag(self, tag, attributes):
        self.found.extend(value for _, value in attributes if value)


def of_xml(data):
    return [text for element in ET.fromstring(data).iter() for text in (element.text, element.tail, *element.attrib.values()) if text]


def of_page(data):
    page = Page()
    page.feed(data.decode())
    return page.found


def of_json_ld(data):
    page = Page()
    page.feed(data.decode())
    return [text for one in page.data if one.strip().startswith("{") for text in of_value(json.loads(one))]


def of_value(value):
    if isinstance(value, dict):
        return [text for one in value.values() for text in of_value(one)]
    if isinstance(value, list):
        return [text for one in value for text in of_value(one)]
    return [value] if isinstance(value, str) else []


def of_csv(data):
    return [cell for row in csv.reader(io.StringIO(data.decode(), newline="")) for cell in row]


def of_excel_csv(data):
    assert data.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    text = data.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") for cell in row]


def of_workbook(data):
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ET.fromstring(book.read(name))
        return of_xml(book.read("xl/worksheets/sheet1.xml"))


def of_ndjson(data):
    return [text for line in data.decode().split("\n") if line for text in of_value(json.loads(line))]


READERS = {
    "xml": of_xml, "page": of_page, "json-ld": of_json_ld, "json": lambda data: of_value(json.loads(data)), "csv": of_csv,
    "excel-csv": of_excel_csv, "workbook": of_workbook, "ndjson": of_ndjson,
}
json.dump(READERS[kind](data), sys.stdout)
