"""OpenSSL's verdict on each vector of the attack corpus: python3 openssl_judge.py CORPUS

Writes one JSON object: the judge, and for each vector judged whether it accepts and why not. `openssl ocsp` reads the
clock of the machine, so it runs under faketime.
"""

import base64
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

POLICY = {"signing": "1.2.392.200149.8.5.1.0.20", "authentication": "1.2.392.200149.8.5.1.0.30"}


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    return done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace")


def require(done):
    """Stops the verdict at the first thing OpenSSL refuses."""
    passed, text = done
    if not passed:
        lines = [line for line in text.splitlines() if "rror" in line or "fail" in line.lower()]
        raise Refused((lines or text.splitlines() or ["no reason given"])[0])
    return text


class Refused(Exception):
    pass


def pem(paths):
    body = "-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n"
    return "".join(body.format(base64.encodebytes(path.read_bytes()).decode()) for path in paths)


class Vector:
    def __init__(self, corpus, entry, folder):
        self.entry, self.folder = entry, Path(folder)
        files = entry["files"]
        self.document, self.signature = corpus / files["document"], corpus / files["signature"]
        self.certificate = corpus / files["certificate"] if files["certificate"] else None
        self.anchors = [corpus / path for path in files["anchors"]]
        self.lists = [corpus / path for path in files["crl"]]
        self.answers = [corpus / path for path in files["ocsp"]]
        self.time = datetime.fromisoformat(entry["at"].replace("Z", "+00:00"))
        self.roots = self.folder / "roots.pem"
        self.roots.write_text(pem(self.anchors))

    def judge(self):
        if self.entry["signature_format"] == "cms":
            signers = self.message()
        else:
            self.raw()
            signers = [self.certificate]
        for signer in signers:
            self.path(signer)
            for answer in self.answers:
                self.status(signer, answer)

    def raw(self):
        key = self.folder / "key.pem"
        key.write_text(require(run("openssl", "x509", "-in", self.certificate, "-pubkey", "-noout")))
        if self.entry["policy"]["scheme"] == "bare_hash":
            digest = self.folder / "digest"
            require(run("openssl", "dgst", "-sha256", "-binary", "-out", digest, self.document))
            check = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-in", digest]
            require(run(*check, "-sigfile", self.signature))
            return
        for digest in self.entry["policy"]["hashes"]:
            check = ["openssl", "dgst", f"-{digest}", "-verify", key, "-signature", self.signature]
            passed, text = run(*check, self.document)
            if passed:
                return
        raise Refused(text)

    def message(self):
        """The certificates of the signers of a CMS whose signatures are right and whose content is the document."""
        content, signers = self.folder / "content", self.folder / "signers.pem"
        check = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", self.signature, "-noverify"]
        check += ["-out", content, "-signer", signers]
        if self.certificate:
            beside = self.folder / "beside.pem"
            beside.write_text(pem([self.certificate]))
            check += ["-certfile", beside]
        done = run(*check)
        if "no content" in done[1]:
            done = run(*check, "-content", self.document)
        require(done)
        if content.read_bytes() != self.document.read_bytes():
            raise Refused("error: another content")
        found = []
        for block in signers.read_text().split("-----BEGIN")[1:]:
            found.append(self.folder / f"signer-{len(found)}.pem")
            found[-1].write_text("-----BEGIN" + block)
        return found

    def path(self, certificate):
        purpose = self.entry["purpose"]
        check = ["openssl", "verify", "-x509_strict", "-auth_level", 2, "-attime", int(self.time.timestamp())]
        check += ["-CAfile", self.roots, "-no-CApath", "-no-CAstore"]
        check += ["-policy_check", "-explicit_policy", "-policy", POLICY[purpose]]
        if purpose == "authentication":
            check += ["-purpose", "sslclient"]
        if self.lists:
            check += ["-crl_check"]
            check += [word for path in self.lists for word in ("-CRLfile", path)]
        require(run(*check, certificate))

    def status(self, certificate, answer):
        clock = ["faketime", "-f", self.time.strftime("@%Y-%m-%d %H:%M:%S")]
        rules = self.entry["policy"]["revocation"]["required"]
        times = ["-validity_period", 0, "-status_age", rules["max_ocsp_age"]]
        for anchor in self.anchors:
            issuer = self.folder / "issuer.pem"
            issuer.write_text(pem([anchor]))
            check = ["openssl", "ocsp", "-issuer", issuer, "-cert", certificate, "-respin", answer]
            passed, text = run(*clock, *check, "-CAfile", self.roots, "-no_nonce", *times)
            if passed and "Response verify OK" in text and ": good" in text and "WARNING" not in text:
                return
        raise Refused(text)


def judged(corpus, entry):
    with tempfile.TemporaryDirectory() as folder:
        try:
            Vector(corpus, entry, folder).judge()
        except Refused as refused:
            return entry["id"], {"accepted": False, "why": str(refused).strip()[:200]}
        return entry["id"], {"accepted": True}


def main():
    corpus = Path(sys.argv[1])
    vectors = json.loads((corpus / "manifest.json").read_text())["vectors"]
    entries = [entry for entry in vectors if entry["arguments"]]
    with ThreadPoolExecutor(2) as pool:
        verdicts = dict(pool.map(lambda entry: judged(corpus, entry), entries))
    name = require(run("openssl", "version")).split(" (")[0].strip()
    json.dump({"judge": name, "verdicts": verdicts}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
