"""The verdict of pyhanko-certvalidator on each vector of the attack corpus: python3 pyhanko_judge.py CORPUS

Writes one JSON object: the judge, and for each vector judged whether it accepts and why not. It judges certificates,
CRLs and OCSP answers, and bare signatures by the library cryptography that it rests on; no CMS.
"""

import asyncio
import json
import logging
import sys
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from asn1crypto import crl, ocsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko_certvalidator import CertificateValidator, PKIXValidationParams, ValidationContext

POLICY = {"signing": "1.2.392.200149.8.5.1.0.20", "authentication": "1.2.392.200149.8.5.1.0.30"}
USAGE = {"signing": {"digital_signature", "non_repudiation"}, "authentication": {"digital_signature"}}
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def check_signature(certificate, signature, document, policy):
    key = load_der_public_key(certificate.public_key.dump())
    for name in policy["hashes"]:
        try:
            if policy["scheme"] == "bare_hash":
                digest = hashes.Hash(HASHES[name])
                digest.update(document)
                found = key.recover_data_from_signature(signature, padding.PKCS1v15(), None)
                if found == digest.finalize():
                    return
            else:
                key.verify(signature, document, padding.PKCS1v15(), HASHES[name])
                return
        except Exception as error:  # whatever the library raises about a signature is a no
            last = error
    raise ValueError(f"signature: {last!r}")


async def judge(corpus, entry):
    files, purpose = entry["files"], entry["purpose"]

    def read(kind):
        return [(corpus / path).read_bytes() for path in files[kind]]

    certificate = x509.Certificate.load((corpus / files["certificate"]).read_bytes(), strict=True)
    document, signature = ((corpus / files[kind]).read_bytes() for kind in ("document", "signature"))
    check_signature(certificate, signature, document, entry["policy"])
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in read("anchors")],
        moment=datetime.fromisoformat(entry["at"].replace("Z", "+00:00")),
        allow_fetching=False,
        crls=[crl.CertificateList.load(der, strict=True) for der in read("crl")],
        ocsps=[ocsp.OCSPResponse.load(der, strict=True) for der in read("ocsp")],
        revocation_mode="soft-fail" if entry["policy"]["revocation"] == "not_checked" else "require",
        weak_hash_algos={"md2", "md5", "sha1"},
        time_tolerance=timedelta(0),
    )
    policies = PKIXValidationParams(
        user_initial_policy_set=frozenset([POLICY[purpose]]), initial_explicit_policy=True
    )
    validator = CertificateValidator(certificate, validation_context=context, pkix_params=policies)
    extended = {"client_auth"} if purpose == "authentication" else set()
    await validator.async_validate_usage(key_usage=USAGE[purpose], extended_key_usage=extended)


def judged(corpus, entry):
    try:
        asyncio.run(judge(corpus, entry))
    except Exception as error:  # a library that stumbles over a vector has not accepted it
        return {"accepted": False, "why": f"{type(error).__name__}: {error}"[:200]}
    return {"accepted": True}


def main():
    logging.disable(logging.CRITICAL)
    corpus = Path(sys.argv[1])
    vectors = json.loads((corpus / "manifest.json").read_text())["vectors"]
    entries = [v for v in vectors if v["arguments"] and v["signature_format"] == "raw"]
    verdicts = {entry["id"]: judged(corpus, entry) for entry in entries}
    name = f"pyhanko-certvalidator {version('pyhanko-certvalidator')}"
    json.dump({"judge": name, "verdicts": verdicts}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
