"""What peers.js runs beside quantscope: python3 peers.py make DEMO QUERIES DIR | search DIR THREADS | job DIR THREADS.

make    writes base.npy and queries.npy of float32 into DIR: the demo's vectors, again and again with jitter.
search  the least seconds of several exact searches by faiss IndexFlatIP, the ten nearest of 10,000 rows.
job     which of ten formats keeps recall@10 of 0.95, as a script does it: numpy quantizes and decodes, faiss searches.
"""
import os
import sys
import time

began = time.perf_counter()
threads = sys.argv[3] if sys.argv[1] in ("search", "job") else "1"
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = threads
import numpy as np
import faiss

K = 10


def make(demo, queries, folder):
    base = np.load(demo).astype(np.float32)
    random = np.random.default_rng(1)
    parts = [base] + [base + random.normal(0, 0.01, base.shape).astype(np.float32) for _ in range(9)]
    np.save(f"{folder}/base.npy", np.concatenate(parts))
    queries = np.load(queries).astype(np.float32)
    more = [queries] + [queries + random.normal(0, 0.01, queries.shape).astype(np.float32) for _ in range(4)]
    np.save(f"{folder}/queries.npy", np.concatenate(more))


def search(base, queries):
    index = faiss.IndexFlatIP(base.shape[1])
    index.add(base)
    return index.search(queries, K)[1]


def by_scale(x, scale, low, high):
    return np.clip(np.rint(x / scale), low, high).astype(np.float32) * scale


def symmetric(x, most, axis):
    return by_scale(x, np.abs(x).max(axis=axis, keepdims=True) / most, -most, most)


def affine(x, levels):
    low, high = x.min(axis=0), x.max(axis=0)
    scale = (high - low) / (levels - 1)
    return np.clip(np.rint((x - low) / scale), 0, levels - 1).astype(np.float32) * scale + low


def blocks(x, most, divisor):
    b = x.reshape(-1, 32)
    at = np.abs(b).argmax(axis=1)
    largest = b[np.arange(len(b)), at] if divisor < 0 else np.abs(b).max(axis=1)
    scale = (largest / divisor).astype(np.float16).astype(np.float32)[:, None]
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale != 0)
    return (np.clip(np.rint(b * inverse), -most, abs(divisor) - (divisor < 0)) * scale).reshape(x.shape)


def bfloat16(x):
    bits = x.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).view(np.float32)


FORMATS = {
    "f16": lambda x: x.astype(np.float16).astype(np.float32),
    "bf16": bfloat16,
    "int8": lambda x: symmetric(x, 127, 1),
    "int8:per=tensor": lambda x: symmetric(x, 127, None),
    "int8:map=affine,per=dim": lambda x: affine(x, 256),
    "int4:map=affine,per=dim": lambda x: affine(x, 16),
    "int4": lambda x: symmetric(x, 7, 1),
    "q8_0": lambda x: blocks(x, 127, 127),
    "q4_0": lambda x: blocks(x, 8, -8),
}


def find_one_bit(base, queries):
    index = faiss.IndexBinaryFlat(base.shape[1])
    index.add(np.packbits(base > 0, axis=1))
    return index.search(np.packbits(queries > 0, axis=1), K)[1]


def recall(found, truth):
    return np.mean([len(set(a) & set(b)) / K for a, b in zip(found, truth)])


def job(folder):
    base, queries = np.load(f"{folder}/base.npy"), np.load(f"{folder}/queries.npy")
    truth = search(base, queries)
    found = {name: recall(search(decode(base), queries), truth) for name, decode in FORMATS.items()}
    found["binary"] = recall(find_one_bit(base, queries), truth)
    return found


def report(folder):
    base, queries = np.load(f"{folder}/base.npy")[:10000], np.load(f"{folder}/queries.npy")
    index = faiss.IndexFlatIP(base.shape[1])
    index.add(base)
    least = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        index.search(queries, K)
        least = min(least, time.perf_counter() - start)
    return least


if sys.argv[1] == "make":
    make(*sys.argv[2:5])
elif sys.argv[1] == "search":
    print(report(sys.argv[2]))
else:
    found = job(sys.argv[2])
    print(time.perf_counter() - began, *(f"{name}={value:.4f}" for name, value in found.items()))
blas = {line.split()[-1] for line in open("/proc/self/maps") if "blas" in line and "/" in line}
print(faiss.__version__, np.__version__, *sorted(os.path.basename(path) for path in blas))
