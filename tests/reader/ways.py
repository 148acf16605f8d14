"""Sections 4 and 4a of FORMAT.md: what a password, a code and both together come to. Beside read.py, which
opens files; each function gives the 32 bytes for a slot, or None where it is not for that slot."""
import hashlib, unicodedata
from argon2.low_level import Type, hash_secret_raw
from read import expand, extract, must, number

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

def derive(password, kdf, salt):
    """Section 4, step 1. A cost outside the limits counts as a slot that does not fit; whoever runs this has agreed."""
    if kdf["kdf"] == "argon2id":
        m, t, p = number(kdf["m"], 19456, 2097152), number(kdf["t"], 2, 1024), number(kdf["p"], 1, 64)
        return hash_secret_raw(password, salt, t, m, p, 32, Type.ID)
    must(kdf["kdf"] == "pbkdf2")
    return hashlib.pbkdf2_hmac("sha256", password, salt, number(kdf["iterations"], 600000, 100000000), 32)

def read_code(text):
    """Section 4a: the 14 bytes of a code."""
    bare = [{"O": "0", "I": "1", "L": "1"}.get(c, c) for c in text.upper() if c not in "-‐–_." and not c.isspace()]
    must(all(c in ALPHABET for c in bare), "code-character")
    must(len(bare) == 24, "code-length")
    number = 0
    for c in bare:
        number = number * 32 + ALPHABET.index(c)
    code = number.to_bytes(15, "big")
    crc = 0
    for byte in code[:14]:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x1d) & 0xff if crc & 0x80 else crc << 1
    must(crc == code[14], "code-check")
    return code[:14]

def forms(password):
    return dict.fromkeys([unicodedata.normalize("NFKC", password).encode(), password.encode()])

def by_password(password):
    return [lambda kind, kdf, salt, form=form: derive(form, kdf, salt) if kind == "password" else None for form in forms(password)]

def by_code(text):
    code = read_code(text)
    key = expand(extract(b"", code), b"sparekey/1 code", 32)
    return [lambda kind, kdf, salt: key if kind in ("code", "pass") and kdf["kdf"] == "hkdf" else None]

def by_pair(text, password):
    code = read_code(text)
    def try_form(form):
        return lambda kind, kdf, salt: expand(extract(derive(form, kdf, salt), code), b"sparekey/1 pair", 32) if kind == "pair" else None
    return [try_form(form) for form in forms(password)]

def by_shares(text):
    from shares import combine
    key = expand(extract(b"", combine(text)), b"sparekey/1 shares", 32)
    return [lambda kind, kdf, salt: key if kind == "shares" and kdf["kdf"] == "hkdf" else None]

def ways(password_file=None, code_file=None, shares_file=None, escrow_key=None, escrow_shares=None):
    """What is held, as text, and the error when none of it opens the file."""
    password, code, shares = password_file, code_file, shares_file
    if escrow_key is not None or escrow_shares is not None:
        from escrow import private_half
        half = private_half(escrow_key, password, escrow_shares)
        return [lambda kind, kdf, salt: half if kind == "escrow" else None], "wrong-escrow-key"
    if shares is not None:
        return by_shares(shares), "wrong-shares"
    if code is None:
        return by_password(password), "wrong-password"
    return (by_code(code), "wrong-code") if password is None else (by_pair(code, password), "wrong-code-or-password")
