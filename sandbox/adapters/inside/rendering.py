"""HTML to one PDF that is PDF/A-3a and PDF/UA-1 at once, with the record attached. Runs in the child only.

Nothing is fetched: a page may use the fonts and pictures handed in by name, and no address of any other kind.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from weasyprint import HTML, Attachment
from weasyprint.document import Document
from weasyprint.urls import URLFetcher, URLFetcherResponse

from sandbox.adapters.fonts import WEIGHTS, font_paths
from sandbox.adapters.inside import typefaces
from sandbox.adapters.inside.wire import Refused

SCHEME = "document:"
VARIANT = "pdf/a-3a"
# PDF/UA-1 identification with its PDF/A extension schema. It must stand inside the one rdf:RDF that WeasyPrint writes,
# since validators ignore a second one.
PDF_UA = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""
END = b"</rdf:RDF>"
TYPEFACES: dict[str, bytes] = {}  # filled once by `warm_up`, before any child is forked
WARM_PAGE = """<!doctype html><html lang="en"><title>-</title><style>{faces}
@page {{ size: A4; margin: 20mm; @top-left {{ content: element(head) }} @bottom-right {{ content: counter(page) }} }}
html {{ font: 9pt {names}, "Noto Sans"; }} #head {{ position: running(head) }} h1, h2, th {{ font-weight: 600 }}
table {{ width: 100%; border-collapse: collapse; table-layout: fixed }} td {{ border-bottom: .3pt solid #ccc }}
p {{ break-inside: avoid; text-indent: -1mm; padding: 0 0 1mm 1mm }}
span {{ display: inline-block }} div {{ float: left }}
</style><div id="head">Head</div><h1>Title</h1><h2><span>1</span> Łódź</h2><p>Words. <a href="http://x.example">Link</a>
<ul><li>One<li>Two</ul><table><caption>Rows</caption><thead><tr><th scope="col">A<tbody><tr><td>1,000.00</table>
<div>Left</div></html>"""
LOGGER = logging.getLogger("weasyprint")


class OnlyHandedIn(URLFetcher):
    """Gives the named fonts and pictures of this document and refuses every other address."""

    def __init__(self, things: dict[str, bytes]):
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=False)
        self._things = things

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The thing of that name. Raises PermissionError for any other address."""
        if url not in self._things:
            raise PermissionError(f"a document fetches nothing: {url[:80]}")
        kind = "image/svg+xml" if url.endswith(".svg") else "font/ttf"
        return URLFetcherResponse(url, self._things[url], {"Content-Type": kind})


class Listener(logging.Handler):
    """Turns WeasyPrint's log lines into answers: a missing glyph is an error here, not a remark."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: list[str] = []
        self.errors: list[str] = []
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Sort one line."""
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            self.missing.append(str(record.args[0]))
        elif record.levelno >= logging.ERROR:
            self.errors.append(record.getMessage()[:300])
        else:
            self.warnings.append(record.getMessage()[:300])


def render(values: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Make the PDF of one page of HTML.

    `values`: identifier, created (ISO), pictures (names), attachment (name, description);
    `blobs`: the HTML, the record, then the pictures. Refuses with `character` where no font has one of the characters.
    """
    html, record, *pictures = blobs
    things = {f"{SCHEME}font/{name}": font for name, font in TYPEFACES.items()}
    things |= {f"{SCHEME}{name}": picture for name, picture in zip(values["pictures"], pictures, strict=True)}
    moment = datetime.fromisoformat(values["created"])
    attachment = Attachment(
        string=record.decode(),
        name=values["attachment"][0],
        description=values["attachment"][1],
        created=moment,
        modified=moment,
        relationship="Data",
    )
    listener = Listener()
    LOGGER.handlers, LOGGER.propagate = [listener], False
    pdf = _write(html.decode(), OnlyHandedIn(things), values["identifier"].encode(), [attachment])
    if listener.missing:
        raise Refused("character", character=listener.missing[0])
    if listener.errors:
        raise Refused("page", problems=listener.errors[:5])
    return {"warnings": listener.warnings[:20]}, [pdf]


def warm_up() -> None:
    """Cut the fonts and set a page with a bit of everything, so that a child finds all that it needs warm."""
    TYPEFACES.update(typefaces.cut(font_paths(), WEIGHTS))
    LOGGER.handlers, LOGGER.propagate = [logging.NullHandler()], False
    faces = "".join(f'@font-face{{font-family:"{name}";src:url("{SCHEME}font/{name}")}}' for name in TYPEFACES)
    things = {f"{SCHEME}font/{name}": font for name, font in TYPEFACES.items()}
    names = ",".join(f'"{name}"' for name in TYPEFACES)
    _write(WARM_PAGE.format(faces=faces, names=names), OnlyHandedIn(things), b"-", [])


def _write(html: str, fetcher: OnlyHandedIn, identifier: bytes, attachments: list[Attachment]) -> bytes:
    document = HTML(string=html, url_fetcher=fetcher, base_url=None).render(
        pdf_variant=VARIANT, attachments=attachments
    )
    _say_pdf_ua(document)
    pdf: bytes = document.write_pdf(
        pdf_variant=VARIANT, pdf_identifier=identifier, attachments=attachments, finisher=_plain_objects
    )
    return pdf


def _plain_objects(document: Document, pdf: Any) -> None:
    """Write every object by itself, not packed in object streams: checking signatures would take ten times as long."""
    write = pdf.write
    pdf.write = lambda output, version, identifier, compress: write(output, version, identifier, compress=False)


def _say_pdf_ua(document: Document) -> None:
    written = document.metadata.generate_rdf_metadata

    def both(*arguments: Any, **named: Any) -> bytes:
        rdf: bytes = written(*arguments, **named)
        if rdf.count(END) != 1:
            raise ValueError("WeasyPrint wrote its metadata in another shape than expected")
        return rdf.replace(END, PDF_UA)

    document.metadata.generate_rdf_metadata = both
