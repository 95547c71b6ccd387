"""What a forger may do to a signed file: every row of the tamper matrix, and a few files made to hurt a reader."""

from __future__ import annotations

import io
import re
import subprocess
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.pdf_tools.certificates import Key


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def flip_one_byte(pdf: bytes) -> bytes:
    """One bit of the record that is attached, or of a page, is another."""
    place = pdf.index(b"stream", len(pdf) // 8) + 40
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def draw_over_page(pdf: bytes) -> bytes:
    """A red box over the first page, as an update."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        box = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 50 400 400 60 re f Q"))
        writer.add_stream_to_page(0, box)

    return _updated(pdf, change)


def annotate(pdf: bytes) -> bytes:
    """A free text over the first page, as an update."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(at) for at in (50, 500, 300, 560)]),
                pdf_name("/Contents"): generic.pdf_string("Limit raised to 9,000,000"),
                pdf_name("/DA"): generic.pdf_string("/Helv 12 Tf 0 g"),
            }
        )
        writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))

    return _updated(pdf, change)


def change_title(pdf: bytes) -> bytes:
    """Another title in the document information, as an update."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.set_info(generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string("GRANTED")}))

    return _updated(pdf, change)


def append_bytes(pdf: bytes) -> bytes:
    """Something after the end."""
    return pdf + b"\n%trailing <html><script>alert(1)</script>\n"


def prepend_page(pdf: bytes) -> bytes:
    """A web page before the beginning."""
    return b"<html><script>alert(1)</script>\n" + pdf


def cut_back(pdf: bytes) -> bytes:
    """Only the revision with the first signature."""
    ends = [match.end() for match in re.finditer(rb"%%EOF\n?", pdf)]
    return pdf[: ends[-2]]


def save_again(pdf: bytes, folder: Path) -> bytes:
    """Written anew by another program."""
    source, target = folder / "before.pdf", folder / "after.pdf"
    source.write_bytes(pdf)
    subprocess.run(["qpdf", str(source), str(target)], check=True, capture_output=True, timeout=60)
    return target.read_bytes()


def sign_unchecked(pdf: bytes, field: str, key: Key, certificate: x509.Certificate) -> bytes:
    """A signature with any key, made past all checks of the portal."""
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (own,) = load_certs_from_pemder_data(certificate.public_bytes(serialization.Encoding.PEM))
    signer = signers.SimpleSigner(own, load_private_key_from_pemder_data(plain, None), SimpleCertificateStore())
    facts = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return bytes(signers.PdfSigner(facts, signer).sign_pdf(writer, existing_fields_only=True).getvalue())


def many_signatures(count: int) -> bytes:
    """A small file that claims to hold very many signatures."""
    fields = b" ".join(b"%d 0 R" % (number + 4) for number in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[" + fields + b"]>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    one = b"<</FT/Sig/T(S%d)/V<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<00>>>>>"
    return _file([*objects, *(one % number for number in range(count))])


def bomb() -> bytes:
    """An attached record that unpacks to far more than a reader may hold."""
    packed = zlib.compress(b"0" * (1 << 20), 9)
    for _ in range(2):
        packed = zlib.compress(packed * 40, 9)
    stream = (
        b"<</Type/EmbeddedFile/Filter[/FlateDecode/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(packed)
        + packed + b"\nendstream"
    )  # fmt: skip
    names = b"<</EmbeddedFiles<</Names[(record.json)<</Type/Filespec/UF(record.json)/EF<</F 4 0 R>>>>]>>>>"
    return _file(
        [
            b"<</Type/Catalog/Pages 2 0 R/Names" + names + b">>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            stream,
        ]
    )


def _file(objects: list[bytes]) -> bytes:
    """A whole file with its table."""
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(body)


def now() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)
