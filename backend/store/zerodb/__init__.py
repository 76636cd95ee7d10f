"""Documents in ZeroDB, over HTTP: one table a collection, vectors in a namespace beside it.

ZeroDB promises neither transactions nor unique values. What this store adds to that, by locks and
a journal in Redis, and what it can not add, is written in docs/decisions/0014.
"""

from backend.store.zerodb.driver import ZeroDBStore

__all__ = ["ZeroDBStore"]
