"""Our exports, read by others: `check.py SPAREKEY BUNDLE PASSWORD_FILE`.

`SPAREKEY` is the native tool. 2FAS is read by lib2fas, URIs by pyotp, Google's transfers by npm's gauth-decode where
NODE_MODULES names a folder with it; the rest by the few lines below on top of `cryptography`, argon2-cffi and libsodium.
So is what those packages leave out: hashes and counters of 2FAS, counters of Google.
A reader counts only when it first reads the known files of its app right; where those are not there, that is SKIPPED.
Each gives an entry as its generator and a dictionary of the words that the format has for it: all of them are compared.
"""

import base64, csv, hashlib, hmac, json, os, pathlib, re, subprocess, sys, tempfile, urllib.parse
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


def is_legal(kind, digits, moving):
    return kind.lower() in ("totp", "hotp", "steam") and 1 <= digits <= 10 and (kind.lower() == "hotp" or moving >= 1)


def named(uri):
    label = urllib.parse.unquote(uri.partition("?")[0].split("/", 3)[3])
    parameters = urllib.parse.parse_qs(uri.partition("?")[2], keep_blank_values=True)
    prefix, colon, account = label.partition(":")
    return {"issuer": parameters.get("issuer", [prefix if colon else ""])[0].strip(),
            "account": (account if colon else label).strip()}


def from_uri(uri):
    if uri.startswith("steam://"):
        return row(uri[8:], "steam"), {}
    # Schemes, types and names of parameters in any case.
    uri = re.sub(r"^[^/]*://[^/]*/|[?&][^=]*=", lambda part: part[0].lower(), uri)
    if not re.match("otpauth://(totp|hotp|steam)/", uri):
        raise ValueError("no generator")
    words = named(uri)
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
        return row(given["secret"], "steam"), words
    digits, hotp = given.get("digits", 6), head.startswith("otpauth://hotp/")
    try:
        otp = pyotp.parse_uri(head + "?" + "&".join("".join(part) for part in parts if part[0] in wanted))
    except ValueError:
        # It refuses secrets that are shorter than RFC 4226 asks for: those are read by the standard library alone.
        moving = given.get("counter", 0) if hotp else given.get("period", 30)
        return row(given["secret"], "hotp" if hotp else "totp", digits, moving, given.get("algorithm")), words
    algorithm = otp.digest().name if callable(otp.digest) else otp.digest
    moving = otp.initial_count if hotp else otp.interval
    # pyotp calls an account without a name "Secret", and a colon that is written %3A (ente/stratum.txt, uri_list/stratum.txt,
    # uri_list/edge_cases.txt) a part of the name, where the apps mean the separator: there `named` reads the label.
    if "%3a" not in head.lower():
        words = {"issuer": otp.issuer or "", "account": otp.name.strip() if words["account"] else ""}
    return row(otp.secret, "hotp" if hotp else "totp", digits, moving, algorithm), words


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
    groups = {group["uuid"]: group["name"] for group in db.get("groups") or []}
    for e in db["entries"]:
        info = e["info"]
        if not is_legal(e["type"], info.get("digits", 6), info.get("period", 30)):
            continue
        read = row(info["secret"], e["type"], info["digits"], info.get("counter", info.get("period")), info["algo"])
        tags = [groups[id] for id in e.get("groups") or []] or [group for group in [e.get("group")] if group]
        rows.append((read, {"issuer": e["issuer"], "account": e["name"], "note": e.get("note") or "", "tags": tags,
                            "pinned": e.get("favorite", False)}))
    return rows


def twofas(path, password):
    storage = lib2fas.load_services(str(path), passphrase=password)
    file = json.loads(path.read_text())
    groups = {group["id"]: group["name"] for group in file.get("groups") or []}
    services = file["services"]
    if file.get("servicesEncrypted"):
        sealed, salt, nonce = (b64(part) for part in file["servicesEncrypted"].split(":"))
        services = json.loads(gcm(hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 10_000), nonce, sealed))
    # lib2fas has no hashes and no counters.
    more = {(service["name"], service["secret"]): service["otp"] for service in services}
    rows = []
    for service in (s for _, services in storage.items() for s in services):
        otp = service.otp
        kind = otp.tokenType or "TOTP"
        own = more[service.name, service.secret]
        moving = own.get("counter") or 0 if kind == "HOTP" else otp.period or 30
        group = groups.get(getattr(service, "groupId", None))
        rows.append((row(service.secret, kind, otp.digits or 6, moving, own.get("algorithm")),
                     {"issuer": service.name, "account": otp.account or "", "tags": [group] if group else []}))
    return rows


def bitwarden(path, password):
    file = json.loads(path.read_text())
    if file["encrypted"]:
        salt, rounds = file["salt"].encode(), file["kdfIterations"]
        if file["kdfType"] == 1:
            memory, lanes = file["kdfMemory"] * 1024, file["kdfParallelism"]
            key = hash_secret_raw(password.encode(), hashlib.sha256(salt).digest(), rounds, memory, lanes, 32, Type.ID)
        else:
            key = PBKDF2HMAC(hashes.SHA256(), 32, salt, rounds).derive(password.encode())
        enc, mac = (HKDFExpand(hashes.SHA256(), 32, info).derive(key) for info in (b"enc", b"mac"))

        def text(sealed):
            iv, data, tag = (b64(part) for part in sealed.removeprefix("2.").split("|"))
            assert hmac.compare_digest(hmac.digest(mac, iv + data, "sha256"), tag)
            cbc, pkcs7 = Cipher(algorithms.AES(enc), modes.CBC(iv)).decryptor(), padding.PKCS7(128).unpadder()
            return pkcs7.update(cbc.update(data) + cbc.finalize()) + pkcs7.finalize()

        text(file["encKeyValidation_DO_NOT_EDIT"])
        file = json.loads(text(file["data"]))
    folders = {folder["id"]: folder["name"] for folder in file.get("folders") or []}
    rows = []
    for item in file["items"]:
        login = item.get("login") or {}
        if not login.get("totp"):
            continue
        read, words = from_uri(login["totp"]) if "://" in login["totp"] else (row(login["totp"]), {})
        folder = folders.get(item.get("folderId"))
        rows.append((read, {"issuer": item["name"], "account": login.get("username") or words.get("account", ""),
                            "note": item.get("notes") or "", "pinned": item["favorite"], "tags": [folder] if folder else [],
                            "urls": [uri["uri"] for uri in login.get("uris") or []]}))
    return rows


def proton(path, password):
    file = json.loads(path.read_text())
    if "salt" in file:
        key = hash_secret_raw(password.encode(), b64(file["salt"]), 2, 19456, 1, 32, Type.ID)
        content = b64(file["content"])
        file = json.loads(gcm(key, content[:12], content[12:], b"proton.authenticator.export.v1"))
    rows = []
    for e in file["entries"]:
        read, words = from_uri(e["content"]["uri"])
        # A Steam entry has a name and no issuer: it is Steam.
        words = words or {"issuer": "Steam", "account": e["content"].get("name") or ""}
        rows.append((read, words | {"note": e.get("note") or ""}))
    return rows


def ente(path, password):
    text = path.read_text()
    if text.startswith("{"):
        file = json.loads(text)
        cost = file["kdfParams"]
        key = hash_secret_raw(password.encode(), b64(cost["salt"]), cost["opsLimit"], cost["memLimit"] // 1024, 1, 32, Type.ID)
        state = sodium.crypto_secretstream_xchacha20poly1305_state()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, b64(file["encryptionNonce"]), key)
        text = sodium.crypto_secretstream_xchacha20poly1305_pull(state, b64(file["encryptedData"]))[0].decode()
    rows = []
    for line in (line.rstrip(",") for line in text.splitlines() if line.strip()):
        read, words = from_uri(line)
        display = urllib.parse.parse_qs(line.partition("?")[2]).get("codeDisplay", ["{}"])[0]
        display = json.loads(display)
        rows.append((read, words | {"note": display.get("note") or "", "tags": display.get("tags") or [],
                                    "pinned": display.get("pinned", False)}))
    return rows


def cxf(path, _):
    file = json.loads(path.read_text())
    # One account may stand alone.
    accounts = file.get("accounts", [file])
    rows = []
    for item in (item for account in accounts for item in account["items"]):
        own = lambda kind: [c for c in item["credentials"] if c["type"] == kind]
        note = "".join(c["content"]["value"] for c in own("note"))
        for c in own("totp"):
            read = row(c["secret"], "totp", c["digits"], c["period"], c["algorithm"])
            login = "".join(basic["username"]["value"] for basic in own("basic-auth") if basic.get("username"))
            rows.append((read, {"issuer": c.get("issuer") or item["title"], "account": c.get("username") or login, "note": note,
                                "tags": item.get("tags") or [], "pinned": item.get("favorite", False),
                                "urls": (item.get("scope") or {}).get("urls") or []}))
    return rows


def keepassxc(path, _):
    rows = []
    with path.open(newline="") as table:
        for cells in csv.DictReader(table):
            if cells["TOTP"]:
                tags = cells["Group"].split("/", 1)[1:]
                read, words = from_uri(cells["TOTP"])
                account = cells["Username"] or words["account"]
                rows.append((read, {"issuer": cells["Title"], "account": account, "note": cells["Notes"], "tags": tags,
                              "urls": [cells["URL"]] if cells["URL"] else []}))
    return rows


def uris(path, _):
    rows = []
    for line in re.split(r"[\r\n]+|,(?=otpauth://)", path.read_text("utf-8-sig")):
        try:
            rows.append(from_uri(line))
        except (KeyError, ValueError):
            # No link, or one without a generator.
            continue
    return rows


def counters(uri):
    """The counters in a transfer code, which gauth-decode does not tell: field 7 of each field 1."""

    def fields(data):
        def varint():
            nonlocal data
            end = next(at for at, byte in enumerate(data) if byte < 128) + 1
            number = sum((byte & 127) << 7 * at for at, byte in enumerate(data[:end]))
            data = data[end:]
            return number

        while data:
            key, value = varint(), varint()
            if key & 7 == 2:
                value, data = data[:value], data[value:]
            yield key >> 3, value

    data = b64(urllib.parse.unquote(uri.strip().partition("data=")[2]) + "==")
    return [dict(fields(account)).get(7, 0) for number, account in fields(data) if number == 1]


def google(path, _):
    script = """const g = require('gauth-decode'), uris = require('fs').readFileSync(process.argv[1], 'utf8').split('\\n');
      (async () => { const all = []; for (const uri of uris.filter((u) => u.startsWith('otpauth')))
        all.push(...await g.decodeMigrationUri(uri)); console.log(JSON.stringify(all)) })()"""
    environment = os.environ | {"NODE_PATH": os.environ["NODE_MODULES"]}
    done = subprocess.run(["node", "-e", script, str(path)], env=environment, capture_output=True, check=True)
    moved = [counter for uri in path.read_text().split("\n") if uri.startswith("otpauth") for counter in counters(uri)]
    rows = []
    for e, counter in zip(json.loads(done.stdout), moved, strict=True):
        # It gives the wire's numbers or their names: 1 is six digits, 2 is eight.
        hotp = e["type"] in (1, "OTP_HOTP")
        digits = {0: 6, 1: 6, 2: 8}[int(e["digits"] or 0)]
        algorithm = {2: "SHA256", "ALGO_SHA256": "SHA256", 3: "SHA512", "ALGO_SHA512": "SHA512"}.get(e["algorithm"], "SHA1")
        moving = counter if hotp else 30
        read = row(base64.b32encode(b64(e["secret"])).decode(), "hotp" if hotp else "totp", digits, moving, algorithm)
        # The name may have the issuer before it, as in a link.
        issuer, name = e.get("issuer") or "", e.get("name") or ""
        rows.append((read, {"issuer": issuer, "account": name.removeprefix(f"{issuer}:").strip()}))
    return rows


def of(folder, *names):
    return [f"{folder}/{name}" for name in names]


# Every given file that the reader is meant for.
CHECKS = {
    "aegis-json": (aegis, of("aegis", "v3_unencrypted.json", "aegis_plain.json", "aegis_plain_grouped_v2.json",
                             "v3_missing_fields.json", "v3_bad_period_digits.json", "stratum_unencrypted.json")),
    "aegis-json-encrypted": (aegis, of("aegis", "v3_encrypted.json", "aegis_encrypted.json")),
    "2fas-json": (twofas, of("2fas", "schema1_plain.json", "schema2_plain.2fas", "schema3_plain.2fas", "schema4_plain.2fas",
                             "stratum_groups.2fas", "ios_plain.2fas", "proton_decrypted.2fas", "hotp_missing_period.2fas",
                             "missing_fields.2fas")),
    "2fas-json-encrypted": (twofas, of("2fas", "schema2_encrypted.2fas", "schema3_encrypted.2fas", "schema4_encrypted.2fas")),
    "bitwarden-json": (bitwarden, of("bitwarden", "vault_app.json", "aegis.json", "stratum_plain.json", "2fauth_vault.json")),
    "bitwarden-json-encrypted": (bitwarden, of("bitwarden", "encrypted_pbkdf2.json", "encrypted_argon2id.json")),
    "proton-authenticator-json": (proton, of("proton_authenticator", "aegis_plain.json", "ente_plain.json", "steam_note.json")),
    "proton-authenticator-encrypted": (proton, of("proton_authenticator", "ente_encrypted.json")),
    "ente-txt": (ente, of("ente", "plain.txt", "plain_20_entries.txt", "plain_with_steam_and_hotp.txt", "aegis.txt",
                          "stratum.txt", "plain_with_missing_fields.txt", "encrypted_nominal_decrypted.txt")),
    "ente-encrypted": (ente, of("ente", "encrypted_low.txt")),
    "cxf-json": (cxf, of("cxf", "cxf_example.json", "dashlane_account.json")),
    "keepassxc-csv": (keepassxc, of("keepass", "keepassxc.csv")),
    "otpauth-uri-list": (uris, of("aegis", "aegis_uris.txt") + of("uri_list", "2fauth_valid.txt", "stratum.txt",
                         "blank_lines_only.txt", "bom_crlf.txt", "comma_separated.txt", "edge_cases.txt")),
    "google-migration-uri": (google, of("google_authenticator", "batch_uris.txt", "migration_uris.txt", "stratum.txt",
                                        "proton_literal_0.txt")),
}
# What a loss takes away, of the words that are compared.
LOST = {"names": ["issuer", "account"], "note": ["note"], "tags": ["tags"], "pinned": ["pinned"], "urls": ["urls"]}


def expected(entry):
    moving = entry.get("counter") if entry["type"] == "hotp" else entry.get("period") or 30
    return row(entry["secret"], entry["type"], entry["digits"], moving, entry["algorithm"])


def differences(got, want):
    """What was read and not wanted, and the other way; `want` has sets of words where several will do."""
    left, missing = list(got), []
    for generator, words in want:
        same = lambda one: one[0] == generator and all(
            word not in one[1] or one[1][word] in fit for word, fit in words.items())
        hit = next((one for one in left if same(one)), None)
        if hit is None:
            missing.append((generator, words))
        else:
            left.remove(hit)
    return (left, missing) if left or missing else None


def of_known(entry):
    accept = entry.get("accept", {})
    return expected(entry), {"issuer": [entry["issuer"], *accept.get("issuer", [])],
                             "account": [entry["name"], *accept.get("name", [])]}


def of_bundle(entry, lost):
    words = {"issuer": [entry["issuer"]], "account": [entry["name"]], "note": [entry.get("note", "")],
             "tags": [entry.get("tags", [])], "pinned": [entry.get("favorite", False)], "urls": [entry.get("urls", [])]}
    for code in lost:
        for word in LOST.get(code, []):
            words.pop(word, None)
    return expected(entry), words


def main(tool, bundle, password_file):
    truth = json.loads(subprocess.run([tool, "convert", bundle, "--password-file", password_file],
                                      capture_output=True, check=True).stdout)
    living = [e for e in truth["entries"] if not e.get("trashed")]
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
                wrong = differences(got, [of_known(e) for e in table[name]["entries"]])
                if wrong:
                    print(f"BAD {name}: its reader is no judge: {wrong}")
                    bad += 1
            out = pathlib.Path(folder, format)
            seal = ["--export-password-file", str(own)] if format.endswith("encrypted") else []
            done = subprocess.run([tool, "export", bundle, "--password-file", password_file, "--to", format, *seal],
                                  capture_output=True)
            assert done.returncode == 0, done.stdout + done.stderr
            out.write_bytes(done.stdout)
            said = json.loads(done.stderr)
            got = reader(out, "the file's own passw\u00f6rd")
            lost = {}
            for item in said["lost"]:
                lost.setdefault(item["what"], []).append(item["why"])
            left = {what for what, codes in lost.items() if any(code.startswith("entry-") for code in codes)}
            name_of = lambda e: ": ".join(part for part in (e["issuer"], e["name"]) if part)
            want = [of_bundle(e, lost.get(name_of(e), [])) for e in living if name_of(e) not in left]
            wrong = differences(got, want)
            bad += wrong is not None
            print(f"{'BAD' if wrong else 'ok'} {format}: {len(got)} entries, {len(left)} left out, read by {reader.__name__}")
            if wrong:
                print(*wrong, sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
