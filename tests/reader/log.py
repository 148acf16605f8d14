"""FORMAT.md section 6a: the running head of the log, computed anew from its lines."""
import hashlib
from read import an_id, b64, number

def line_bytes(line):
    text = lambda value: len(value.encode()).to_bytes(4, "big") + value.encode()
    entry, host = line.get("entry"), line.get("host")
    return (min(number(line.get("at"), most=2**64 - 1), 2**53 - 1).to_bytes(8, "big") + text(line["what"]) + (b"\0" if entry is None else b"\1" + an_id(entry))
            + (b"\0" if host is None else b"\1" + text(host)))

def log_head(body):
    """Of all the lines; `head` is None where the chain is not of these lines."""
    chain, lines = body.get("log_chain"), body.get("log") or []
    if chain is None:
        return {}
    value, dropped, count = b64(chain.get("before"), 32), number(chain.get("from")), number(chain.get("count"))
    values = [value]
    for line in lines:
        values.append(hashlib.sha256(b"sparekey/1 log\0" + values[-1] + line_bytes(line)).digest())
    holds = 0 <= count - dropped < len(values) and values[count - dropped] == b64(chain.get("head"), 32)
    an_id(chain.get("began"))
    return {"log_head": {"began": chain["began"], "dropped": dropped, "count": dropped + len(lines), "head": values[-1].hex() if holds else None}}
