"""The peers of org.zoopress.peers.SolverPeers: the published algorithms on numpy, one thread.

One JSON object a line in, one out. {"load": [matrices]} keeps float64 matrices for the runs that
follow; {"run": name, ...} answers {"ms": CPU time, "error": relative squared error, "bytes": ...}.
Decoding the request and measuring the error are not timed.
"""

import base64
import json
import sys
import time
import zlib

import numpy as np

try:
    import faiss

    faiss.omp_set_num_threads(1)
except ImportError:
    faiss = None


def thin_svd(loaded, request):
    """Best approximation of rank k of each matrix."""
    k = request["rank"]

    def work():
        parts = []
        for x in loaded:
            u, s, vt = np.linalg.svd(x, full_matrices=False)
            parts.append((u[:, :k] * s[:k]) @ vt[:k])
        return parts

    return work


def leading(x, rank):
    return np.linalg.svd(x, full_matrices=False)[0][:, :rank]


def tucker2(loaded, request):
    """Partial Tucker on the first and last mode: HOSVD start, then 10 sweeps of HOOI."""

    def work():
        parts = []
        for x, modes, (p, q) in zip(loaded, request["modes"], request["ranks"]):
            o, s, i = modes
            t = x.reshape(o, s, i)
            last = leading(t.reshape(o * s, i).T, q)
            for _ in range(10):
                first = leading((t @ last).reshape(o, s * q), p)
                core = np.tensordot(first.T, t, 1)
                last = leading(core.reshape(p * s, i).T, q)
            core = core @ last
            parts.append(np.tensordot(first, core, 1) @ last.T)
        return [part.reshape(x.shape) for part, x in zip(parts, loaded)]

    return work


def tensor_train(loaded, request):
    """TT-SVD from the left at given ranks."""

    def work():
        parts = []
        for x, modes, ranks in zip(loaded, request["modes"], request["ranks"]):
            rest = x.reshape(modes[0], -1)
            cores = []
            left = 1
            for n, r in zip(modes[:-1], ranks):
                u, s, vt = np.linalg.svd(rest.reshape(left * n, -1), full_matrices=False)
                cores.append(u[:, :r])
                rest = s[:r, None] * vt[:r]
                left = r
            product = rest
            for n, r, core in reversed(list(zip(modes[:-1], ranks, cores))):
                product = core @ product.reshape(r, -1)
            parts.append(product.reshape(x.shape))
        return parts

    return work


def low_rank_sparse(loaded, request):
    """Truncated SVD and hard threshold in turn (GoDec without its random projections)."""
    rank, entries, target = request["rank"], request["entries"], request["error"]
    x = loaded[0]
    energy = np.sum(x * x)

    def work():
        s = np.zeros_like(x)
        for turn in range(request["turns"]):
            u, sv, vt = np.linalg.svd(x - s, full_matrices=False)
            rest = x - (u[:, :rank] * sv[:rank]) @ vt[:rank]
            flat = np.abs(rest).ravel()
            places = np.argpartition(flat, flat.size - entries)[flat.size - entries :]
            s = np.zeros_like(x)
            s.ravel()[places] = rest.ravel()[places]
            work.turns = turn + 1
            if np.sum((rest - s) ** 2) <= target * energy:
                break
        return [x - rest + s]

    return work


def nearest(x, words, chunk=8192):
    norms = np.sum(words * words, axis=1)
    return np.concatenate(
        [
            np.argmin(norms - 2 * (x[at : at + chunk] @ words.T), axis=1)
            for at in range(0, len(x), chunk)
        ]
    )


def kmeans(x, count, turns, random):
    words = x[random.choice(len(x), count, replace=False)]
    for _ in range(turns):
        codes = nearest(x, words)
        counts = np.bincount(codes, minlength=count)
        sums = np.stack(
            [np.bincount(codes, x[:, j], minlength=count) for j in range(x.shape[1])], axis=1
        )
        words = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], words)
    return words


def additive(loaded, request):
    """faiss's residual quantizer where it can be imported, else k-means on residuals."""
    x = loaded[0].reshape(-1, request["dimension"]).astype(np.float32)
    books, words = request["books"], request["words"]

    def by_faiss():
        quantizer = faiss.ResidualQuantizer(x.shape[1], books, int(np.log2(words)))
        quantizer.train(x)
        return [quantizer.decode(quantizer.compute_codes(x)).reshape(loaded[0].shape)]

    def by_numpy():
        random = np.random.default_rng(1)
        rest = x.copy()
        for _ in range(books):
            book = kmeans(rest, words, 25, random)
            rest -= book[nearest(rest, book)]
        return [(x - rest).reshape(loaded[0].shape)]

    return by_faiss if faiss else by_numpy


def deflated_levels(loaded, request):
    """Levels of one step in a byte each, or two where they need it, by zlib at level 9."""

    def work():
        work.bytes = 0
        parts = []
        for x in loaded:
            levels = np.rint(x / request["step"])
            small = np.max(np.abs(levels)) < 128
            work.bytes += len(zlib.compress(levels.astype("i1" if small else "<i2").tobytes(), 9))
            parts.append(levels * request["step"])
        return parts

    return work


def inflated_levels(loaded, request):
    packed = [
        zlib.compress(np.rint(x / request["step"]).astype("<i1").tobytes(), 9) for x in loaded
    ]

    def work():
        return [
            (np.frombuffer(zlib.decompress(p), "<i1") * request["step"]).reshape(x.shape)
            for p, x in zip(packed, loaded)
        ]

    return work


RUNS = {
    f.__name__: f
    for f in (
        thin_svd,
        tucker2,
        tensor_train,
        low_rank_sparse,
        additive,
        deflated_levels,
        inflated_levels,
    )
}


def matrix(message):
    values = np.frombuffer(base64.b64decode(message["data"]), "<f8")
    return values.reshape(message["rows"], message["columns"])


def main():
    loaded = []
    name = "numpy " + np.__version__ + (", faiss " + faiss.__version__ if faiss else "")
    print(json.dumps({"peer": name}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request:
            loaded = [matrix(message) for message in request["load"]]
            answer = {}
        else:
            work = RUNS[request["run"]](loaded, request)
            before = time.process_time()
            parts = work()
            ms = (time.process_time() - before) * 1e3
            error = sum(np.sum((x - part) ** 2) for x, part in zip(loaded, parts))
            error /= sum(np.sum(x * x) for x in loaded)
            answer = {"ms": ms, "error": float(error)}
            answer["bytes"] = getattr(work, "bytes", 0)
            answer["turns"] = getattr(work, "turns", 0)
        print(json.dumps(answer), flush=True)


main()
