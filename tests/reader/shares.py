"""SLIP-39 shares to their secret, for ways.py: one group or several, no passphrase, words in full or their first four letters."""
import hashlib, hmac, pathlib
from read import must

WORDS = (pathlib.Path(__file__).parents[2] / "crate/recovery/shares/words.txt").read_text().split()
GENERATOR = (0xE0E040, 0x1C1C080, 0x3838100, 0x7070200, 0xE0E0009, 0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890, 0x3F3F120)

def polymod(values):
    check = 1
    for value in values:
        top, check = check >> 20, (check & 0xFFFFF) << 10 ^ value
        for bit in range(10):
            check ^= GENERATOR[bit] if top >> bit & 1 else 0
    return check

def parse(line):
    """A share: what set it is of, its places and thresholds, its value."""
    numbers = []
    for word in "".join(c if c.isalpha() else " " for c in line.lower()).split():
        found = [n for n, known in enumerate(WORDS) if known == word or len(word) >= 4 and known.startswith(word)]
        must(found, "share-word")
        numbers.append(found[0])
    must(20 <= len(numbers) <= 59, "share-length")
    bits = 0
    for number in numbers:
        bits = bits << 10 | number
    take = lambda first, count: bits >> 10 * len(numbers) - first - count & (1 << count) - 1
    extendable = take(15, 1)
    must(polymod([*(b"shamir_extendable" if extendable else b"shamir"), *numbers]) == 1, "share-check")
    width = 10 * (len(numbers) - 7)
    value, padding = take(40, width), width % 16
    must(padding <= 8 and value >> width - padding == 0, "share-form")
    group, need_groups, groups, member, need = (take(20 + 4 * n, 4) for n in range(5))
    must(need_groups <= groups, "share-form")
    size = (width - padding) // 8
    return (take(0, 15), extendable, take(16, 4), need_groups + 1, groups, size), group, member, need + 1, value.to_bytes(size, "big")

def times(a, b):
    product = 0
    for bit in range(8):
        product ^= a if b >> bit & 1 else 0
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
    return product

def at(points, x):
    """Lagrange over GF(256)."""
    total = bytes(len(points[0][1]))
    for own, value in points:
        factor = 1
        for other, _ in points:
            if other != own:
                inverse = next(n for n in range(1, 256) if times(n, other ^ own) == 1)
                factor = times(factor, times(other ^ x, inverse))
        total = bytes(t ^ times(factor, v) for t, v in zip(total, value))
    return total

def recover(need, points):
    must(len(points) >= need, "share-too-few")
    points = points[:need]
    if need == 1:
        return points[0][1]
    secret, digest = at(points, 255), at(points, 254)
    must(hmac.digest(digest[4:], secret, "sha256")[:4] == digest[:4], "share-mismatch")
    return secret

def combine(text):
    shares = [parse(line) for line in text.splitlines() if line.strip()]
    must(shares, "share-none")
    (ident, extendable, exponent, need_groups, _, size), *_ = shares[0]
    must(all(share[0] == shares[0][0] for share in shares), "share-foreign")
    must(len({share[1:3] for share in shares}) == len(shares), "share-twice")
    must(exponent <= 3, "share-too-dear")
    groups = {}
    for _, group, member, need, value in shares:
        must(groups.setdefault(group, (need, []))[0] == need, "share-foreign")
        groups[group][1].append((member, value))
    sealed = recover(need_groups, [(group, recover(*of)) for group, of in list(groups.items())[:need_groups]])
    left, right = sealed[:size // 2], sealed[size // 2:]
    salt = b"" if extendable else b"shamir" + ident.to_bytes(2, "big")
    for round_ in reversed(range(4)):
        mask = hashlib.pbkdf2_hmac("sha256", bytes([round_]), salt + right, (10000 << exponent) // 4, len(right))
        left, right = right, bytes(a ^ b for a, b in zip(left, mask))
    return right + left
