#!/usr/bin/env python3
"""A second reader of format 1, written from crate/vault/FORMAT.md and nothing else.
read.py FILE --password-file F, or --code-file F, or both for a code that goes with a password, or --shares-file F (a share
a line), or --escrow-key F --password-file F, or --escrow-shares F, prints what `sparekey open` prints, or {"error": CODE} with exit status 2. It holds the page to its word, and it opens a vault on any computer
with Python when this project is long forgotten. `ways.py` beside it reads codes.
"""
import base64, hashlib, hmac, json, pathlib, sys
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KINDS = "password", "passkey", "code", "pass", "pair", "shares", "device", "escrow"

class Refused(Exception): "A code of section 5."

def must(holds, code="damaged-file"):
    if not holds:
        raise Refused(code)

def b64(text, length=None):
    must(isinstance(text, str))
    data = base64.b64decode(text, validate=True)
    must(base64.b64encode(data).decode() == text and length in (None, len(data)))
    return data

def an_id(text):
    must(isinstance(text, str) and len(text) == 32 and set(text) <= set("0123456789abcdef"))
    return bytes.fromhex(text)

def number(value, least=0, most=2**53 - 1):
    must(type(value) is int and least <= value <= most)
    return value

def parse_json(data):
    def once(pairs):
        must(len({name for name, _ in pairs}) == len(pairs))
        return dict(pairs)
    # Python would read NaN as a number, and -0 as 0.
    value = json.loads(data, object_pairs_hook=once, parse_constant=b64, parse_int=lambda t: -1 if t == "-0" else int(t))
    must(isinstance(value, dict))
    return value

extract = lambda salt, key: hmac.digest(salt, key, "sha256")  # HKDF, RFC 5869

def expand(prk, info, length):
    out, block = b"", b""
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:length]

def hpke_open(private, sealed, info, psk=b"", psk_id=b""):
    """RFC 9180, mode_psk, or mode_base without a psk: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message."""
    kem, suite, enc = b"HPKE-v1KEM\0\x20", b"HPKE-v1HPKE\0\x20\0\x01\0\x02", sealed[:32]
    key = X25519PrivateKey.from_private_bytes(private)
    dh = key.exchange(X25519PublicKey.from_public_bytes(enc))
    both = enc + key.public_key().public_bytes_raw()
    shared = expand(extract(b"", kem + b"eae_prk" + dh), b"\0\x20" + kem + b"shared_secret" + both, 32)
    context = (b"\1" if psk else b"\0") + extract(b"", suite + b"psk_id_hash" + psk_id) + extract(b"", suite + b"info_hash" + info)
    secret = extract(shared, suite + b"secret" + psk)
    nonce = expand(secret, b"\0\x0c" + suite + b"base_nonce" + context, 12)
    return AESGCM(expand(secret, b"\0\x20" + suite + b"key" + context, 32)).decrypt(nonce, sealed[32:], b"")

def parse(data):
    """Sections 1 and 2: the lines, and a header within its limits."""
    must(data, "empty-file")
    must(len(data) <= 24 * 2**20, "too-large")
    first = data[:32].split(b"\n")[0]
    must(first == b"sparekey/1" or not (first.startswith(b"sparekey/") and first[9:].isdigit()), "newer-version")
    must(first.startswith(b"sparekey/") or len(first) >= 4 and b"sparekey/1".startswith(first), "not-ours")
    lines = data.decode().split("\n")
    must(lines[0] == "sparekey/1" and len(lines) >= 5 and lines[-1] == "")
    must(len(lines[1].encode()) <= 256 * 1024, "too-large")
    header, records = parse_json(lines[1]), lines[3:-2]
    for name in "vault", "origin", "device":
        an_id(header.get(name))
    must(isinstance(header.get("policy"), dict) and isinstance(header.get("slots"), list))
    note = {"made": 0, "missing": 0} if header.get("backup") is None else header["backup"]
    must(isinstance(note, dict) and "made" in note)
    number(note.get("missing"), most=2**32 - 1)
    codes, issued = header.get("codes") or {"made": 0}, header.get("issued") or {"at": 0, "of": 0}
    must(isinstance(codes, dict) and isinstance(issued, dict))
    number(header.get("epoch")), number(header.get("generation")), number(codes.get("made"), most=2**32 - 1)
    for value in header.get("saved"), header.get("changed") or 0, *map(issued.get, ("at", "of")), *(note.get(n) or 0 for n in ("made", "read_back", "proven")):
        number(value, most=2**53 - 2)
    b64(header.get("body_salt"), 32), b64(header.get("body_hash"), 32)
    for slot in header["slots"]:
        must(isinstance(slot, dict) and slot.get("kind") in KINDS and slot.get("use") in ("vault", "backup", "both"))
        an_id(slot.get("id")), b64(slot.get("digest"), 32), number(slot.get("uses") or 0, most=2**32 - 1)
        number(slot.get("not_before") or 0, most=2**53 - 2), number(slot.get("not_after") or 0, most=2**53 - 2)
    must(len(header["slots"]) <= 64, "too-large")
    must(len({slot["id"] for slot in header["slots"]}) == len(header["slots"]))
    mac = b64(lines[2], 32)
    must(all(len(record.encode()) <= 8192 for record in records[:len(header["slots"])]), "too-large")
    must(len(records) == len(header["slots"]))
    return header, mac, records, b64(lines[-2]), "\n".join([*lines[:2], ""]).encode()

def open_slot(header, slot, record, way):
    """Section 4: the vault key, or None."""
    try:
        record, vault, slot_id, kind = parse_json(b64(record)), an_id(header["vault"]), an_id(slot["id"]), slot["kind"].encode()
        salt, lock, place = b64(record["salt"], 16), b64(record["lock"], 60), b"sparekey/1 slot\0" + vault + slot_id + kind
        secret = way(slot["kind"], record["kdf"], salt)
        must(secret)
        info = b"sparekey/1 key\0" + vault + header["epoch"].to_bytes(8, "big") + slot_id + kind
        if slot["kind"] == "escrow":
            return hpke_open(secret, b64(record["sealed"], 80), info)
        keys = expand(extract(salt, secret), place, 96)
        must(hmac.compare_digest(hmac.digest(keys[32:64], lock, "sha256"), b64(record["commit"], 32)))
        private = AESGCM(keys[:32]).decrypt(lock[:12], lock[12:], place)
        return hpke_open(private, b64(record["sealed"], 80), info, keys[64:], slot_id)
    except (Refused, InvalidTag, ValueError, KeyError, TypeError):
        return None

def open_file(data, ways, wrong):
    """Section 5: the body."""
    header, mac, records, body, signed = parse(data)
    fits = [(slot, record) for slot, record in zip(header["slots"], records)
            if hashlib.sha256(record.encode()).digest() == b64(slot["digest"])]
    vk = next(filter(None, (open_slot(header, *fit, way) for way in ways for fit in fits)), None)
    must(vk, wrong if wrong != "wrong-escrow-key" or any(slot["kind"] == "escrow" for slot, _ in fits) else "no-escrow")
    must(hmac.compare_digest(hmac.digest(expand(extract(b"", vk), b"sparekey/1 header", 32), signed, "sha256"), mac))
    must(hashlib.sha256(body).digest() == b64(header["body_hash"]))
    info = b"sparekey/1 body\0" + an_id(header["vault"]) + header["generation"].to_bytes(8, "big")
    key = expand(extract(b64(header["body_salt"]), vk), info, 44)
    return parse_json(AESGCM(key[:32]).decrypt(key[32:], body, b""))

def shown(entry):
    otp = {name: entry["otp"].get(name) for name in ("type", "secret", "algorithm", "digits", "period", "counter")}
    codes = (entry.get("backup_codes") or {}).get("codes")
    return {"id": entry["id"], "issuer": entry["issuer"], "name": entry["account"], **otp, "note": entry.get("note", ""),
            "tags": entry.get("tags", []), "sites": entry.get("sites", []), "trashed": entry.get("trashed") is not None, **({"backup_codes": codes} if codes else {}), **({"emergency": True} if entry.get("emergency") else {})}

def run(file, *held, **named):
    import log, ways
    text = lambda name: name and pathlib.Path(name).read_bytes().decode().removesuffix("\n").removesuffix("\r")
    try:
        held = ways.ways(*map(text, held), **{name: text(path) for name, path in named.items()})
        body = open_file(pathlib.Path(file).read_bytes(), *held)
        kept = [{"name" if name == "account" else name: item.get(name, "") for name in "id at format issuer account type reason text".split()} for item in body.get("kept") or []]
        return {"entries": [shown(entry) for entry in body["entries"]], **({"kept": kept} if kept else {}), **log.log_head(body), "error": None}
    except Refused as refused:
        return {"entries": [], "error": str(refused)}
    except (ValueError, InvalidTag, RecursionError):
        return {"entries": [], "error": "damaged-file"}

if __name__ == "__main__":
    sys.modules["read"] = sys.modules["__main__"]
    _, file, *held = sys.argv
    document = run(file, **{name[2:].replace("-", "_"): value for name, value in zip(held[::2], held[1::2])})
    print(json.dumps(document, ensure_ascii=False, indent=2))
    sys.exit(2 if document["error"] else 0)
