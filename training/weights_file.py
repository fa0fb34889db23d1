"""The weights file: what training writes and crates/marsad-model reads.

Layout: magic `MARSADW1`, u32 format version, u32 length of the JSON header, 32 bytes of SHA-256 over all that follows,
the header, then blobs on 64-byte boundaries (offsets count from the start of the file). Little-endian throughout.
Encoder weights are int8 with one scale a row, packed as the kernel reads them: blocks of 16 output rows, groups of 4
inputs, `[out/16][in/4][16][4]`. The word embedding is int8 by row, row-major. Everything else is f32.
"""
import hashlib, json, struct
import numpy as np

MAGIC, FORMAT = b"MARSADW1", 1


def by_row(w):
    """int8 rows and their f32 scales."""
    scale = np.maximum(np.abs(w).max(1), 1e-8).astype(np.float32) / 127
    return np.clip(np.rint(w / scale[:, None]), -127, 127).astype(np.int8), scale


def pack(q):
    out, inner = q.shape
    assert out % 16 == 0 and inner % 4 == 0, q.shape
    return q.reshape(out // 16, 16, inner // 4, 4).transpose(0, 2, 1, 3)


def unpack(p, shape):
    out, inner = shape
    return p.reshape(out // 16, inner // 4, 16, 4).transpose(0, 2, 1, 3).reshape(out, inner)


def is_packed(name):
    return name[0] == "l" and name[1].isdigit() and name.endswith(".w") and "ln." not in name


def write(path, version, config, labels, pieces, special, normalise, tensors):
    blobs, table, at = [], [], 0

    def put(array):
        nonlocal at
        data = np.ascontiguousarray(array).tobytes()
        start = at
        blobs.append(data + b"\0" * (-len(data) % 64))
        at += len(blobs[-1])
        return start, len(data)

    def entry(name, kind, array, **more):
        offset, size = put(array)
        table.append({"name": name, "dtype": kind, "shape": list(array.shape), "offset": offset, "bytes": size, **more})

    for name, value in sorted(tensors.items()):
        value = np.asarray(value, np.float32)
        if is_packed(name) or name == "emb.word":
            q, scale = by_row(value)
            scale_offset, _ = put(scale)
            stored = pack(q) if is_packed(name) else q
            offset, size = put(stored)
            table.append({"name": name, "dtype": "i8", "shape": list(value.shape), "offset": offset, "bytes": size, "scale_offset": scale_offset})
        else:
            entry(name, "f32", value)
    texts = [p.encode() for p, _ in pieces]
    entry("vocab.bytes", "u8", np.frombuffer(b"".join(texts), np.uint8))
    entry("vocab.offsets", "u32", np.cumsum([0] + [len(t) for t in texts]).astype("<u4"))
    entry("vocab.scores", "f32", np.array([s for _, s in pieces], "<f4"))
    points = sorted(normalise)
    entry("normal.points", "u32", np.array(points, "<u4"))
    entry("normal.offsets", "u32", np.cumsum([0] + [len(normalise[p]) for p in points]).astype("<u4"))
    entry("normal.targets", "u32", np.array([t for p in points for t in normalise[p]], "<u4"))
    head = {"version": version, "config": config, "labels": labels, "special": special, "tensors": table}
    size = len(json.dumps(head, ensure_ascii=False).encode()) + 16 * len(table) * 2
    base = 48 + size
    base += -base % 64
    for t in table:
        t["offset"] += base
        if "scale_offset" in t:
            t["scale_offset"] += base
    header = json.dumps(head, ensure_ascii=False).encode()
    header += b" " * (base - 48 - len(header))
    body = header + b"".join(blobs)
    with open(path, "wb") as f:
        f.write(MAGIC + struct.pack("<II", FORMAT, len(header)) + hashlib.sha256(body).digest() + body)


def read(path):
    """The header and the tensors, dequantised."""
    with open(path, "rb") as f:
        data = f.read()
    assert data[:8] == MAGIC, f"{path}: not a weights file"
    version, length = struct.unpack_from("<II", data, 8)
    assert version == FORMAT and hashlib.sha256(data[48:]).digest() == data[16:48], f"{path}: damaged or of another version"
    head, tensors = json.loads(data[48 : 48 + length]), {}
    for t in head["tensors"]:
        if t["dtype"] == "i8":
            q = np.frombuffer(data, np.int8, t["bytes"], t["offset"])
            q = unpack(q, t["shape"]) if is_packed(t["name"]) else q.reshape(t["shape"])
            scale = np.frombuffer(data, "<f4", t["shape"][0], t["scale_offset"])
            tensors[t["name"]] = q.astype(np.float32) * scale[:, None]
        else:
            kind = {"f32": "<f4", "u32": "<u4", "u8": np.uint8}[t["dtype"]]
            tensors[t["name"]] = np.frombuffer(data, kind, t["bytes"] // np.dtype(kind).itemsize, t["offset"]).reshape(t["shape"])
    return head, tensors
