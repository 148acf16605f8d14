"""Section 4d of FORMAT.md: an administrator's private half, out of its file or out of shares, for ways.py."""
import base64, hashlib, hmac
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from read import Refused, b64, expand, extract, must, number, parse_json
from ways import derive, forms

def public_half(line):
    bare = "".join(line.split()).upper()
    must(bare.startswith("SPAREKEY/E1/"))
    data = base64.b32decode(bare[12:] + "=" * (-len(bare[12:]) % 8))
    must(len(data) == 36 and hashlib.sha256(b"sparekey/1 escrow address\0" + data[:32]).digest()[:4] == data[32:])
    return data[:32]

def read_key(text, password):
    file = parse_json(text)
    must(file.get("sparekey") == "escrow-key/1" and isinstance(file.get("name"), str) and file["name"])
    public, salt, lock = public_half(file["key"]), b64(file["salt"], 16), b64(file["lock"], 60)
    place = b"sparekey/1 escrow key\0" + public + number(file["made"]).to_bytes(8, "big") + file["name"].encode()
    for form in forms(password):
        keys = expand(extract(salt, derive(form, file["kdf"], salt)), place, 64)
        if hmac.compare_digest(hmac.digest(keys[32:], lock, "sha256"), b64(file["commit"], 32)):
            private = AESGCM(keys[:32]).decrypt(lock[:12], lock[12:], place)
            must(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw() == public)
            return private
    raise Refused("wrong-password")

def private_half(file, password, shares):
    if shares is not None:
        from shares import combine
        return expand(extract(b"", combine(shares)), b"sparekey/1 escrow shares", 32)
    must(password is not None, "password-needed")
    try:
        return read_key(file, password)
    except Refused as refused:
        raise refused if str(refused) == "wrong-password" else Refused("not-an-escrow-key")
    except (ValueError, KeyError, TypeError, InvalidTag):
        raise Refused("not-an-escrow-key")
