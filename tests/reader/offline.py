"""OFFLINE_PASS.md: a second, independent reader of an offline pass. `offline.py FILE HELD-FILE SECONDS` prints its codes then;
HELD-FILE has the code or the passphrase."""
import base64, hashlib, hmac, json, pathlib, sys, unicodedata
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from read import Refused, expand, extract, must
from ways import derive, read_code

STEAM = "23456789BCDFGHJKMNPQRTVWXY"
CODE, PASSPHRASE = "SPAREKEY/P1/", "SPAREKEY/P2/"
MOST_BYTES, MOST_CODES = 1024 * 1024, 50_000

def opened(text, held):
    """The window and the entries, each with its numbers."""
    text = "".join(text.split()).upper()
    must(text.startswith("SPAREKEY/P"), "not-ours")
    prefix = text[:12]
    must(prefix in (CODE, PASSPHRASE), "newer-version" if text[10:11].isdigit() else "not-ours")
    letters = text[12:]
    must(len(letters) <= MOST_BYTES * 8 // 5, "offline-damaged")
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise Refused("offline-damaged")
    fixed = 88 if prefix == CODE else 105
    must(len(data) > fixed and (len(data) - fixed) % 64 == 0, "offline-damaged")
    if prefix == CODE:
        at, key, info, wrong = 40, read_code(held), b"sparekey/1 offline pass", "offline-wrong-code"
    else:
        data, check = data[:-4], data[-4:]
        must(hashlib.sha256(prefix.encode() + data).digest()[:4] == check, "offline-damaged")
        at, info, wrong = 53, b"sparekey/1 offline pass passphrase", "offline-wrong-passphrase"
        key = derive(unicodedata.normalize("NFKC", held.rstrip("\r\n")).encode(), kdf_of(data[40:53]), data[:16])
    salt, head, commit, sealed = data[:16], prefix.encode() + data[:at], data[at:at + 32], data[at + 32:]
    keys = expand(extract(salt, key), info, 76)
    must(hmac.compare_digest(hmac.digest(keys[32:64], head + sealed, "sha256"), commit), wrong)
    body = AESGCM(keys[:32]).decrypt(keys[64:], sealed, head)
    at = 4 + int.from_bytes(body[:4], "big")
    entries = listed(body[4:at])
    for entry in entries:
        width = (10 ** entry["digits"] - 1 if entry["type"] == "totp" else 26 ** 5 - 1).bit_length()
        size = -(-entry["count"] * width // 8)
        must(at + size <= len(body), "offline-damaged")
        bits = int.from_bytes(body[at:at + size], "big") >> (size * 8 - entry["count"] * width)
        entry["numbers"] = [bits >> width * (entry["count"] - 1 - n) & (1 << width) - 1 for n in range(entry["count"])]
        at += size
    return int.from_bytes(data[16:24], "big"), int.from_bytes(data[24:32], "big"), entries

def listed(text):
    """LIST, whose numbers are such that nothing overflows or takes long."""
    try:
        entries = json.loads(text)
    except ValueError:
        raise Refused("offline-damaged")
    must(type(entries) is list and all(type(entry) is dict for entry in entries), "offline-damaged")
    for entry in entries:
        def whole(name, least, most):
            return type(entry.get(name)) is int and least <= entry[name] <= most
        digits = {"totp": (1, 10), "steam": (5, 5)}.get(entry.get("type"))
        must(digits is not None and whole("digits", *digits) and whole("period", 1, 2 ** 32 - 1), "offline-damaged")
        must(whole("first", 0, 2 ** 53 - 1) and whole("count", 0, MOST_CODES), "offline-damaged")
        must(all(type(entry.get(name)) is str for name in ("issuer", "account")), "offline-damaged")
    return entries

def kdf_of(data):
    must(data[0] in (1, 2), "newer-version")
    a, b, c = (int.from_bytes(data[at:at + 4], "big") for at in (1, 5, 9))
    return {"kdf": "argon2id", "m": a, "t": b, "p": c} if data[0] == 1 else {"kdf": "pbkdf2", "iterations": a}

def spelt(entry, number):
    if entry["type"] == "totp":
        return str(number).zfill(entry["digits"])
    return "".join(STEAM[number // 26 ** place % 26] for place in (4, 3, 2, 1, 0))

def codes(text, held, seconds):
    start, end, entries = opened(text, held)
    found = []
    for entry in entries:
        step = seconds // entry["period"] - entry["first"]
        if start <= seconds * 1000 < end and 0 <= step < entry["count"]:
            found.append({"issuer": entry["issuer"], "name": entry["account"], "code": spelt(entry, entry["numbers"][step])})
    return found

if __name__ == "__main__":
    _, file, held_file, seconds = sys.argv
    try:
        text = lambda name: pathlib.Path(name).read_bytes().decode()
        print(json.dumps({"codes": codes(text(file), text(held_file), int(seconds)), "error": None}))
    except (Refused, InvalidTag) as refused:
        print(json.dumps({"codes": [], "error": str(refused) or "offline-damaged"}))
        sys.exit(2)
