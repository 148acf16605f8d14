"""OFFLINE_PASS.md: a second, independent reader of an offline pass. `offline.py FILE CODE-FILE SECONDS` prints its codes then."""
import base64, hmac, json, pathlib, sys
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from read import Refused, expand, extract, must
from ways import read_code

STEAM = "23456789BCDFGHJKMNPQRTVWXY"
PREFIX = "SPAREKEY/P1/"

def opened(text, code):
    """The window and the entries, each with its numbers."""
    text = "".join(text.split()).upper()
    must(text.startswith("SPAREKEY/P"), "not-ours")
    must(text.startswith(PREFIX), "newer-version")
    letters = text[len(PREFIX):]
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise Refused("offline-damaged")
    must(len(data) >= 88, "offline-damaged")
    salt, head, commit, sealed = data[:16], PREFIX.encode() + data[:40], data[40:72], data[72:]
    keys = expand(extract(salt, read_code(code)), b"sparekey/1 offline pass", 76)
    must(hmac.compare_digest(hmac.digest(keys[32:64], head + sealed, "sha256"), commit), "offline-wrong-code")
    body = AESGCM(keys[:32]).decrypt(keys[64:], sealed, head)
    at = 4 + int.from_bytes(body[:4], "big")
    entries = json.loads(body[4:at])
    for entry in entries:
        width = (10 ** entry["digits"] - 1 if entry["type"] == "totp" else 26 ** 5 - 1).bit_length()
        size = -(-entry["count"] * width // 8)
        bits = int.from_bytes(body[at:at + size], "big") >> (size * 8 - entry["count"] * width)
        entry["numbers"] = [bits >> width * (entry["count"] - 1 - n) & (1 << width) - 1 for n in range(entry["count"])]
        at += size
    return int.from_bytes(data[16:24], "big"), int.from_bytes(data[24:32], "big"), entries

def spelt(entry, number):
    if entry["type"] == "totp":
        return str(number).zfill(entry["digits"])
    return "".join(STEAM[number // 26 ** place % 26] for place in (4, 3, 2, 1, 0))

def codes(text, code, seconds):
    start, end, entries = opened(text, code)
    found = []
    for entry in entries:
        step = seconds // entry["period"] - entry["first"]
        if start <= seconds * 1000 < end and 0 <= step < entry["count"]:
            found.append({"issuer": entry["issuer"], "name": entry["account"], "code": spelt(entry, entry["numbers"][step])})
    return found

if __name__ == "__main__":
    _, file, code_file, seconds = sys.argv
    try:
        text = lambda name: pathlib.Path(name).read_bytes().decode()
        print(json.dumps({"codes": codes(text(file), text(code_file), int(seconds)), "error": None}))
    except (Refused, InvalidTag) as refused:
        print(json.dumps({"codes": [], "error": str(refused) or "offline-damaged"}))
        sys.exit(2)
