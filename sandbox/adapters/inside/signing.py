"""Adds signature fields and signatures to a PDF. Runs in the child only; nothing is fetched from anywhere."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import (
    InvisSigSettings,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

from sandbox.adapters.inside.wire import Refused
from sandbox.adapters.keys import certificate_problems, describe

# Invisible and out of the page: a visible stamp, and a hidden one too, would break PDF/A or PDF/UA.
INVISIBLE = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)


# Room for one signature with its certificates, in hexadecimal digits. A fixed size saves pyHanko a trial signature.
ROOM = 16384


class SignerAt(signers.PdfSigner):
    """A signer whose claimed moment is the portal's, so that a signature and the record of it agree."""

    moment: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """The session of pyHanko, with the portal's clock."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.moment
        return session


def prepare(values: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Append the empty fields `values["fields"]` (name, label) to the PDF."""
    logging.disable(logging.CRITICAL)
    writer = _writer(blobs[0])
    if _fields(writer.prev):
        raise Refused("fields-exist")
    for name, label in values["fields"]:
        append_signature_field(
            writer, SigFieldSpec(name, box=None, readable_field_name=label, invis_sig_settings=INVISIBLE)
        )
    return {}, [_written(writer)]


def sign(values: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Fill the field `values["field"]`; `blobs` are the PDF and the trusted roots."""
    logging.disable(logging.CRITICAL)
    pdf, *roots = blobs
    moment = datetime.fromisoformat(values["at"])
    keeper = _keeper(values, roots, moment)
    writer = _writer(pdf)
    first = _check_order(_fields(writer.prev), values["field"])
    signer = SignerAt(
        signers.PdfSignatureMetadata(
            field_name=values["field"],
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=first,
            docmdp_permissions=MDPPerm.FILL_FORMS,
            reason=values["reason"],
            name=values["signer_name"],
        ),
        signer=keeper,
    )
    signer.moment = moment
    try:
        signed = signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=ROOM)
    except (SigningError, PdfError) as error:
        raise Refused("not-signed", why=str(error)[:200]) from error
    return {}, [signed.getvalue()]


def _keeper(values: dict[str, Any], roots: Sequence[bytes], moment: datetime) -> signers.SimpleSigner:
    """The key, refused when it is not the registered one or its certificate must not sign at this moment."""
    try:
        bundle = Path(values["key"]).read_bytes()
        key, certificate, chain = pkcs12.load_key_and_certificates(bundle, bytes.fromhex(values["passphrase"]))
    except OSError as error:
        raise Refused("no-file") from error
    except ValueError as error:
        raise Refused("key") from error
    if key is None or not isinstance(certificate, x509.Certificate):
        raise Refused("key")
    if describe(certificate).fingerprint != values["fingerprint"]:
        raise Refused("other-certificate")
    if problems := certificate_problems(certificate, roots, moment):
        raise Refused("certificate", why=" ".join(problems))
    own, *issuers = load_certs_from_pemder_data(_pem(certificate, *chain))
    store = SimpleCertificateStore()
    store.register_multiple(issuers)
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=own, signing_key=load_private_key_from_pemder_data(plain, None), cert_registry=store
    )


def _pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


def _check_order(fields: list[tuple[str, bool]], wanted: str) -> bool:
    """True when the wanted field is the first. Fields are signed in the order in which they stand."""
    names = [name for name, _ in fields]
    if wanted not in names:
        raise Refused("no-field")
    position = names.index(wanted)
    if fields[position][1]:
        raise Refused("filled")
    if not all(filled for _, filled in fields[:position]) or any(filled for _, filled in fields[position:]):
        raise Refused("order")
    return position == 0


def _fields(reader: PdfFileReader) -> list[tuple[str, bool]]:
    """Name and whether it is filled, for every signature field, in the order of the document."""
    return [(name, value is not None) for name, value, _ in enumerate_sig_fields(reader)]


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    try:
        return IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    except (PdfError, ValueError, KeyError) as error:
        raise Refused("unreadable") from error


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()
