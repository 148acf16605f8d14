"""Our exports, read by others: `check.py SPAREKEY BUNDLE PASSWORD_FILE`.

`SPAREKEY` is the native tool. 2FAS is read by lib2fas, URIs by pyotp, Google's transfers by npm's gauth-decode where
NODE_MODULES names a folder with it; the rest by the few lines below on top of `cryptography`, argon2-cffi and libsodium.
A reader counts only when it first reads the known files of its app right; where those are not there, that is SKIPPED.
"""

import base64, csv, hmac, io, json, os, pathlib, subprocess, sys, tempfile, urllib.parse
import lib2fas, pyotp, nacl.bindings as sodium
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

KNOWN = pathlib.Path(__file__).resolve().parents[3] / "shared" / "fixtures" / "import"
b64, unhex = base64.b64decode, bytes.fromhex


def raw(secret):
    secret = secret.upper().replace(" ", "").replace("-", "").rstrip("=")
    bits = "".join(f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.index(c):05b}" for c in secret)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)).hex()


def row(secret, kind="totp", digits=6, moving=30, algorithm="SHA1"):
    kind = kind.lower()
    digits, moving, algorithm = (5, 30, "SHA1") if kind == "steam" else (digits, moving, algorithm)
    return (kind, raw(secret), int(digits), int(moving), (algorithm or "SHA1").upper())


def from_uri(uri):
    if uri.startswith("steam://"):
        return row(uri[8:], "steam")
    if uri.startswith("otpauth://steam/"):
        uri = uri.replace("otpauth://steam/", "otpauth://totp/", 1)
        steam = True
    else:
        steam = "encoder=steam" in uri or "issuer=Steam" in uri
    # pyotp takes no parameters of the apps' own, and only six to eight digits: the rest stays out of its sight.
    head, _, query = uri.partition("?")
    wanted = ("secret", "issuer", "algorithm", "period", "counter")
    parts = [part.partition("=") for part in query.split("&")]
    given = {name: urllib.parse.unquote(value) for name, _, value in parts}
    if steam:
        return row(given["secret"], "steam")
    digits, hotp = given.get("digits", 6), head.startswith("otpauth://hotp/")
    try:
        otp = pyotp.parse_uri(head + "?" + "&".join("".join(part) for part in parts if part[0] in wanted))
    except ValueError:
        # It refuses secrets that are shorter than RFC 4226 asks for: those are read by the standard library alone.
        moving = given.get("counter", 0) if hotp else given.get("period", 30)
        return row(given["secret"], "hotp" if hotp else "totp", digits, moving, given.get("algorithm"))
    algorithm = otp.digest().name if callable(otp.digest) else otp.digest
    return row(otp.secret, "hotp" if hotp else "totp", digits, otp.initial_count if hotp else otp.interval, algorithm)


def gcm(key, nonce, sealed, aad=None):
    return AESGCM(key).decrypt(nonce, sealed, aad)


def aegis(path, password):
    file = json.loads(path.read_text())
    db = file["db"]
    if isinstance(db, str):
        for slot in (s for s in file["header"]["slots"] if s["type"] == 1):
            key = Scrypt(unhex(slot["salt"]), 32, slot["n"], slot["r"], slot["p"]).derive(password.encode())
            params = slot["key_params"]
            master = gcm(key, unhex(params["nonce"]), unhex(slot["key"] + params["tag"]))
        params = file["header"]["params"]
        db = json.loads(gcm(master, unhex(params["nonce"]), b64(db) + unhex(params["tag"])))
    rows = []
    for e in db["entries"]:
        info = e["info"]
        rows.append(row(info["secret"], e["type"], info["digits"], info.get("counter", info.get("period")), info["algo"]))
    return rows


def twofas(path, password):
    storage = lib2fas.load_services(str(path), passphrase=password)
    rows = []
    for service in (s for _, services in storage.items() for s in services):
        otp = service.otp
        kind = otp.tokenType or "TOTP"
        moving = 0 if kind == "HOTP" else otp.period or 30
        rows.append(row(service.secret, kind, otp.digits or 6, moving))
    return rows


def bitwarden(path, password):
    file = json.loads(path.read_text())
    if file["encrypted"]:
        key = PBKDF2HMAC(hashes.SHA256(), 32, file["salt"].encode(), file["kdfIterations"]).derive(password.encode())
        enc, mac = (HKDFExpand(hashes.SHA256(), 32, info).derive(key) for info in (b"enc", b"mac"))

        def text(sealed):
            iv, data, tag = (b64(part) for part in sealed.removeprefix("2.").split("|"))
            assert hmac.compare_digest(hmac.digest(mac, iv + data, "sha256"), tag)
            cbc, pkcs7 = Cipher(algorithms.AES(enc), modes.CBC(iv)).decryptor(), padding.PKCS7(128).unpadder()
            return pkcs7.update(cbc.update(data) + cbc.finalize()) + pkcs7.finalize()

        text(file["encKeyValidation_DO_NOT_EDIT"])
        file = json.loads(text(file["data"]))
    totps = [i["login"]["totp"] for i in file["items"] if i.get("login") and i["login"].get("totp")]
    return [from_uri(t) if "://" in t else row(t) for t in totps]


def proton(path, password):
    file = json.loads(path.read_text())
    if "salt" in file:
        key = hash_secret_raw(password.encode(), b64(file["salt"]), 2, 19456, 1, 32, Type.ID)
        content = b64(file["content"])
        file = json.loads(gcm(key, content[:12], content[12:], b"proton.authenticator.export.v1"))
    return [from_uri(e["content"]["uri"]) for e in file["entries"]]


def ente(path, password):
    text = path.read_text()
    if text.startswith("{"):
        file = json.loads(text)
        cost = file["kdfParams"]
        key = hash_secret_raw(password.encode(), b64(cost["salt"]), cost["opsLimit"], cost["memLimit"] // 1024, 1, 32, Type.ID)
        state = sodium.crypto_secretstream_xchacha20poly1305_state()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, b64(file["encryptionNonce"]), key)
        text = sodium.crypto_secretstream_xchacha20poly1305_pull(state, b64(file["encryptedData"]))[0].decode()
    return [from_uri(line.rstrip(",")) for line in text.splitlines() if line.strip()]


def cxf(path, _):
    accounts = json.loads(path.read_text())["accounts"]
    totps = [c for a in accounts for i in a["items"] for c in i["credentials"] if c["type"] == "totp"]
    return [row(c["secret"], "steam" if c["algorithm"] == "steam" else "totp", c["digits"], c["period"], c["algorithm"])
            for c in totps]


def keepassxc(path, _):
    return [from_uri(cells["TOTP"]) for cells in csv.DictReader(io.StringIO(path.read_text())) if cells["TOTP"]]


def uris(path, _):
    return [from_uri(line) for line in path.read_text().splitlines() if line.startswith("otpauth:")]


def google(path, _):
    script = """const g = require('gauth-decode'), uris = require('fs').readFileSync(process.argv[1], 'utf8').split('\\n');
      (async () => { const all = []; for (const uri of uris.filter((u) => u.startsWith('otpauth')))
        all.push(...await g.decodeMigrationUri(uri)); console.log(JSON.stringify(all)) })()"""
    environment = os.environ | {"NODE_PATH": os.environ["NODE_MODULES"]}
    done = subprocess.run(["node", "-e", script, str(path)], env=environment, capture_output=True, check=True)
    rows = []
    for e in json.loads(done.stdout):
        # It gives the wire's numbers or their names: 1 is six digits, 2 is eight.
        hotp = e["type"] in (1, "OTP_HOTP")
        digits = {0: 6, 1: 6, 2: 8}[int(e["digits"] or 0)]
        algorithm = {2: "SHA256", "ALGO_SHA256": "SHA256", 3: "SHA512", "ALGO_SHA512": "SHA512"}.get(e["algorithm"], "SHA1")
        moving = None if hotp else 30
        rows.append(row(base64.b32encode(b64(e["secret"])).decode(), "hotp" if hotp else "totp", digits, moving or 0, algorithm))
    return rows


CHECKS = {
    "aegis-json": (aegis, ["aegis/v3_unencrypted.json"]),
    "aegis-json-encrypted": (aegis, ["aegis/v3_encrypted.json", "aegis/aegis_encrypted.json"]),
    "2fas-json": (twofas, ["2fas/schema4_plain.2fas", "2fas/stratum_groups.2fas"]),
    "2fas-json-encrypted": (twofas, ["2fas/schema4_encrypted.2fas", "2fas/schema3_encrypted.2fas"]),
    "bitwarden-json": (bitwarden, ["bitwarden/vault_app.json", "bitwarden/aegis.json"]),
    "bitwarden-json-encrypted": (bitwarden, ["bitwarden/encrypted_pbkdf2.json"]),
    "proton-authenticator-json": (proton, ["proton_authenticator/aegis_plain.json"]),
    "proton-authenticator-encrypted": (proton, ["proton_authenticator/ente_encrypted.json"]),
    "ente-txt": (ente, ["ente/plain.txt"]),
    "ente-encrypted": (ente, ["ente/encrypted_low.txt"]),
    "cxf-json": (cxf, ["cxf/cxf_example.json"]),
    "keepassxc-csv": (keepassxc, ["keepass/keepassxc.csv"]),
    "otpauth-uri-list": (uris, ["aegis/aegis_uris.txt"]),
    "google-migration-uri": (google, ["google_authenticator/batch_uris.txt"]),
}


def expected(entry):
    moving = entry.get("counter") if entry["type"] == "hotp" else entry.get("period") or 30
    return row(entry["secret"], entry["type"], entry["digits"], moving, entry["algorithm"])


def blank_counters(rows, reader):
    # lib2fas tells no hashes and no counters.
    # gauth-decode does not tell counters.
    silent = reader in (google, twofas)
    return sorted((k, s, d, 0 if silent and k == "hotp" else m, "" if reader is twofas else a) for k, s, d, m, a in rows)


def main(tool, bundle, password_file):
    truth = json.loads(subprocess.run([tool, "open", bundle, "--password-file", password_file, "--json"],
                                      capture_output=True, check=True).stdout)
    living = [e for e in truth["entries"] if not e["trashed"]]
    table = json.loads((KNOWN / "expected.json").read_text())["files"] if KNOWN.exists() else {}
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        own = pathlib.Path(folder, "own")
        own.write_text("the file's own passw\u00f6rd\n")
        for format, (reader, known) in CHECKS.items():
            if reader is google and not pathlib.Path(os.environ.get("NODE_MODULES", ""), "gauth-decode").exists():
                print(f"SKIPPED: {format}: no gauth-decode")
                continue
            for name in known:
                if name not in table:
                    print(f"SKIPPED: {name}: the known files are not here")
                    continue
                got = reader(KNOWN / name, table[name].get("password"))
                want = [expected(e) for e in table[name]["entries"]]
                if blank_counters(got, reader) != blank_counters(want, reader):
                    print(f"BAD {name}: its reader is no judge: {got} {want}")
                    bad += 1
            out = pathlib.Path(folder, format)
            done = subprocess.run([tool, "export", bundle, "--password-file", password_file, "--to", format,
                                   "--export-password-file", str(own)], capture_output=True)
            assert done.returncode == 0, done.stdout + done.stderr
            out.write_bytes(done.stdout)
            said = json.loads(done.stderr)
            got = reader(out, "the file's own passw\u00f6rd")
            left = {item["what"] for item in said["lost"] if item["why"].startswith("entry-")}
            name_of = lambda e: ": ".join(part for part in (e["issuer"], e["name"]) if part)
            want = [expected(e) for e in living if name_of(e) not in left]
            same = blank_counters(got, reader) == blank_counters(want, reader)
            bad += not same
            print(f"{'ok' if same else 'BAD'} {format}: {len(got)} entries, {len(left)} left out, read by {reader.__name__}")
            if not same:
                print(got, want, sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
