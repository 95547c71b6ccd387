"""Rules 2 to 7 of the verifier (`sandbox.adapters.verifying`). Runs in the child only; nothing is fetched."""

from __future__ import annotations

import io
import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.embed import EmbeddedFileObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from sandbox.adapters.inside.wire import Refused
from sandbox.adapters.keys import CertificateInfo, describe, weak_key

SIGNATURES_MAX = 40
ATTACHMENTS_MAX = 20
RECORD_BYTES_MAX = 8 * 2**20
HASHES = ("sha256", "sha384", "sha512")
RECORD_NAME = "record.json"
SUBFILTER = "/ETSI.CAdES.detached"


@dataclass(slots=True)
class Case:
    """One file under examination."""

    reader: PdfFileReader
    roots: list[Any]
    expected: list[tuple[str, str, str]] | None
    issued_at: datetime | None
    problems: list[str]


def verify(values: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Problems and signatures of the file `blobs[0]`, against the roots that follow it."""
    logging.disable(logging.CRITICAL)
    pdf, *roots = blobs
    moment = values["issued_at"]
    case = Case(
        reader=_open(pdf),
        roots=list(load_certs_from_pemder_data(b"\n".join(roots))) if roots else [],
        expected=None if values["expected"] is None else [(one, two, three) for one, two, three in values["expected"]],
        issued_at=datetime.fromisoformat(moment) if moment else None,
        problems=[],
    )
    signatures = _signatures(case)
    reports = [_examine(case, signature, last=signature is signatures[-1]) for signature in signatures]
    if signatures:
        _check_first(case, signatures[0])
    _check_expected(case, reports)
    return {"problems": list(dict.fromkeys(case.problems)), "signatures": reports}, []


def read_record(values: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The attached record of the file `blobs[0]`, or null."""
    logging.disable(logging.CRITICAL)
    return {"record": _record(_open(blobs[0]))}, []


def _open(pdf: bytes) -> PdfFileReader:
    """Rule 2."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        reader.root.get("/Pages")
    except Exception as error:
        raise Refused("unreadable", why="The file is damaged or is not a well-formed PDF.") from error
    if reader.encrypted:
        raise Refused("encrypted", why="The file is encrypted; no issued document is.")
    return reader


def _signatures(case: Case) -> list[EmbeddedPdfSignature]:
    """Rule 3: every field is signed, in the order in which the fields stand, and all of them are signatures we know."""
    fields = _field_names(case)
    found = list(case.reader.embedded_signatures) if len(fields) <= SIGNATURES_MAX else []
    filled = [name for name, is_filled in fields if is_filled]
    for name, is_filled in fields:
        if not is_filled:
            case.problems.append(f"The field “{_short(name)}” is not signed.")
    if not fields:
        case.problems.append("The file carries no signature.")
    elif len(fields) > SIGNATURES_MAX:
        case.problems.append(f"The file has more than {SIGNATURES_MAX} signature fields; no issued document has.")
    elif [signature.field_name for signature in found] != filled:
        case.problems.append("The signatures do not stand in the order of their fields, or one is of a foreign kind.")
    if len({name for name, _ in fields}) != len(fields):
        case.problems.append("Two signature fields have the same name.")
    return found


def _field_names(case: Case) -> list[tuple[str, bool]]:
    fields = []
    for name, value, _ in enumerate_sig_fields(case.reader):
        fields.append((str(name), value is not None))
        if len(fields) > SIGNATURES_MAX:
            break
    return fields


def _examine(case: Case, signature: EmbeddedPdfSignature, *, last: bool) -> dict[str, Any]:
    """Rules 4 to 7 for one signature."""
    field = _short(signature.field_name)
    try:
        certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
        status = validate_pdf_signature(signature, _context(case, signature))
    except Exception as error:
        case.problems.append(f"The signature in “{field}” cannot be checked ({type(error).__name__}).")
        return _nothing_known(field)
    _check_status(case, field, signature, status)
    _check_changes(case, field, status, last=last)
    _check_strength(case, field, signature, certificate)
    return _described(field, signature, status, describe(certificate))


def _context(case: Case, signature: EmbeddedPdfSignature) -> ValidationContext:
    """Rule 5: judged at the recorded time of issue; without a record, at the time that the signer claims."""
    moment = case.issued_at or signature.self_reported_timestamp
    return ValidationContext(trust_roots=case.roots, allow_fetching=False, moment=moment, best_signature_time=moment)


def _check_status(case: Case, field: str, signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> None:
    if not status.intact:
        case.problems.append(f"What the signature in “{field}” covers was changed after signing.")
    if not status.valid:
        case.problems.append(f"The signature in “{field}” is not valid.")
    if not status.trusted:
        case.problems.append(
            f"The certificate in “{field}” is not trusted: not from a known root, or not valid at the time of issue."
        )
    if status.docmdp_ok is False:
        case.problems.append(f"The document was changed after the signature in “{field}” in a way it does not allow.")
    if signature.sig_object_type != "/Sig" or signature.sig_object.get("/SubFilter") != SUBFILTER:
        case.problems.append(f"The signature in “{field}” is of a kind that the portal does not make.")


def _check_changes(case: Case, field: str, status: PdfSignatureStatus, *, last: bool) -> None:
    """Rule 6: the last signature covers the file to its end; after an earlier one only signatures were added."""
    level = status.modification_level
    if last and status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        case.problems.append("Something was added to the file after the last signature.")
    elif not last and (
        status.coverage is None
        or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION
        or level is None
        or level > ModificationLevel.FORM_FILLING
    ):
        case.problems.append(f"More than signatures was added to the file after the signature in “{field}”.")


def _check_strength(case: Case, field: str, signature: EmbeddedPdfSignature, certificate: x509.Certificate) -> None:
    """Rule 7."""
    hash_of_certificate = certificate.signature_hash_algorithm
    if signature.md_algorithm not in HASHES or (hash_of_certificate is None or hash_of_certificate.name not in HASHES):
        case.problems.append(f"The signature in “{field}” uses a hash weaker than SHA-256.")
    if weakness := weak_key(certificate.public_key()):
        case.problems.append(f"The signature in “{field}” is too weak: {weakness}")


def _check_first(case: Case, signature: EmbeddedPdfSignature) -> None:
    """The first signature certifies, so that readers other than ours refuse later changes too."""
    try:
        level = signature.docmdp_level
    except Exception:
        level = None
    if level not in (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS):
        case.problems.append("The first signature does not lock the document, as every issued one does.")


def _check_expected(case: Case, reports: Sequence[dict[str, Any]]) -> None:
    """Rules 3 and 4: the fields and certificates that the portal, or else the attached record, asks for."""
    if case.expected is None:
        _check_own_record(case, reports)
        return
    wanted = [field for field, _, _ in case.expected]
    if [report["field"] for report in reports] != wanted:
        case.problems.append(f"The signatures are not the {len(wanted)} expected ones: {', '.join(wanted)}.")
    by_field = {field: (authority, fingerprint) for field, authority, fingerprint in case.expected}
    for report in reports:
        authority, fingerprint = by_field.get(report["field"], ("", ""))
        if report["fingerprint"] != fingerprint.lower():
            case.problems.append(
                f"The signature in “{report['field']}” was not made with the key registered for {authority or 'it'}."
            )


def _check_own_record(case: Case, reports: Sequence[dict[str, Any]]) -> None:
    """Without the portal's record the file must at least agree with itself: signatories, fields and certificates."""
    record = _record(case.reader)
    if record is None or not isinstance(record.get("signatories"), list):
        case.problems.append("The file carries no readable record of its signatories.")
        return
    seen: Counter[str] = Counter()
    wanted: list[tuple[str, str]] = []
    for signatory in record["signatories"][: SIGNATURES_MAX + 1]:
        code = str(signatory.get("authority")) if isinstance(signatory, dict) else "?"
        seen[code] += 1
        wanted.append((f"{code}-{seen[code]}", code))
    if [report["field"] for report in reports] != [field for field, _ in wanted]:
        case.problems.append("The signatures are not those of the signatories whom the attached record names.")
    authorities = dict(wanted)
    for report in reports:
        if report["authority"] != authorities.get(report["field"], ""):
            case.problems.append(
                f"The signature in “{report['field']}” was made with a key of {report['authority'] or 'nobody named'}."
            )


def _record(reader: PdfFileReader) -> dict[str, Any] | None:
    """The attached record, when there is exactly one file of its name."""
    try:
        found = [stream for name, stream in _attachments(reader) if name == RECORD_NAME]
        if len(found) != 1 or len(data := found[0].data) > RECORD_BYTES_MAX:
            return None
        record = json.loads(data)
    except Exception:
        return None
    return record if isinstance(record, dict) else None


def _attachments(reader: PdfFileReader) -> list[tuple[str, EmbeddedFileObject]]:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    pairs = []
    for position in range(1, min(len(names), 2 * ATTACHMENTS_MAX), 2):
        description = names[position]
        pairs.append((str(description.get("/UF", description.get("/F"))), description["/EF"]["/F"]))
    return pairs


def _described(
    field: str, signature: EmbeddedPdfSignature, status: PdfSignatureStatus, certificate: CertificateInfo
) -> dict[str, Any]:
    claimed = signature.self_reported_timestamp
    return {
        "field": field,
        "signer": _short(certificate.subject),
        "name": _short(signature.sig_object.get("/Name", "")),
        "authority": _short(certificate.authority),
        "fingerprint": certificate.fingerprint,
        "reason": _short(signature.sig_object.get("/Reason", ""), 300),
        "intact": bool(status.intact and status.valid),
        "trusted": bool(status.trusted),
        "covers_whole_file": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "signed_at": claimed.isoformat() if claimed else None,
    }


def _nothing_known(field: str) -> dict[str, Any]:
    unknown = dict.fromkeys(("signer", "name", "authority", "fingerprint", "reason"), "")
    return {
        "field": field, **unknown, "intact": False, "trusted": False, "covers_whole_file": False, "signed_at": None,
    }  # fmt: skip


def _short(text: object, most: int = 120) -> str:
    return str(text)[:most]
