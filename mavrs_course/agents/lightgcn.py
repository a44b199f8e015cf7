"""LightGCN: matrix factorisation whose factors are smoothed over who watched what.

He, Deng, Wang, Li, Zhang and Wang, "LightGCN: Simplifying and Powering Graph Convolution Network
for Recommendation", SIGIR 2020 (arXiv 2002.02126).  Viewers and videos are the nodes of one
graph, and a watch is an edge.  A layer gives every node the weighted sum of its neighbours'
factors; there are no weights between layers and nothing bends (no activation).  What is learnt
is the factors before the first layer, from the same triples as
:class:`~mavrs_course.agents.collaborative.BPR`, which this model is with no layers and no bias.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from scipy import sparse

from mavrs_course.agents.collaborative import BPR


def normalised_graph(watched: sparse.sparray) -> sparse.csr_array:
    """The graph of who watched what, float[U + V, U + V]: viewers first, then videos.

    The edge between viewer u and video v weighs ``1 / sqrt(watches of u * watches of v)``, in
    both directions: ``D^-1/2 A D^-1/2``.  A node without
    edges has a row of zeros.
    """
    edges = sparse.csr_array(watched).sign()
    graph = sparse.csr_array(sparse.block_array([[None, edges], [edges.T, None]]))
    degree = graph.sum(axis=1)
    root = np.divide(1.0, np.sqrt(degree), out=np.zeros(len(degree)), where=degree > 0)
    return sparse.csr_array(root[:, None] * graph * root[None, :])


def sparse_tensor(matrix: sparse.csr_array) -> torch.Tensor:
    """The matrix as torch multiplies it fastest, in single precision."""
    rows, columns, values = (
        torch.from_numpy(part) for part in (matrix.indptr, matrix.indices, matrix.data)
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
        tensor = torch.sparse_csr_tensor(
            rows, columns, values, list(matrix.shape), check_invariants=False
        )
    return tensor.float()


class Propagation(torch.autograd.Function):
    """``propagate(graph, factors, layers)``: the mean of the factors before and after each layer.

    With the graph ``A`` it is ``(I + A + ... + A^layers) factors / (layers + 1)``.
    ``A`` is symmetric, so this map is its own transpose: the slope of a loss goes back by the
    same walk, which torch is told here so that it needs not transpose ``A`` at every step.
    """

    @staticmethod
    def forward(context, graph: torch.Tensor, factors: torch.Tensor, layers: int) -> torch.Tensor:
        context.graph, context.layers = graph, layers
        total = layer = factors
        for _ in range(layers):
            layer = graph @ layer
            total = total + layer
        return total / (layers + 1)

    @staticmethod
    def backward(context, slope: torch.Tensor):
        return None, Propagation.forward(context, context.graph, slope, context.layers), None


propagate = Propagation.apply


class LightGCN(BPR):
    """Factors that are the mean over ``layers`` of walking the graph, trained to rank.

    ``score = viewer · video`` after propagation; the penalty is on the factors
    before it.  The settings are those of the LightGCN in the benchmark of the
    ``recommenders`` project, which publishes an nDCG@10 of .420 on MovieLens 100K (stratified,
    75/25, seed 42); this one reaches .4169, .4178, .4196, .4158 and .4253 with seeds 0 to 4.
    There viewers are drawn with equal chance; here each watch comes up once an epoch.

    Viewers of whom nothing could be learned get the average one's scores, as with ``BPR``, and
    later clicks move no factors.  generator, factors, epochs, batch, step, penalty: as for ``BPR``.
    """

    def __init__(
        self,
        generator: torch.Generator,
        *,
        layers: int = 3,
        factors: int = 64,
        epochs: int = 20,
        batch: int = 1024,
        step: float = 0.005,
        penalty: float = 1e-4,
    ) -> None:
        if layers < 0:
            raise ValueError(f"LightGCN has 0, 1, 2, ... layers, not {layers}")
        super().__init__(
            generator, factors=factors, epochs=epochs, batch=batch, step=step, penalty=penalty
        )
        self.layers = layers

    def _parameters(self, viewers: int, videos: int) -> list[torch.Tensor]:
        self._graph = sparse_tensor(normalised_graph(self.watched))
        tables = [torch.empty(rows, self.factors) for rows in (viewers, videos)]
        return [torch.nn.init.xavier_uniform_(t, generator=self.generator) for t in tables]

    def _optimiser(self, parameters: list[torch.Tensor]) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, lr=self.step)

    def _tables(self, parameters: list[torch.Tensor]) -> Sequence[torch.Tensor]:
        viewers, videos = (len(table) for table in parameters)
        smooth = propagate(self._graph, torch.cat(parameters), self.layers)
        return (*smooth.split([viewers, videos]), torch.zeros(videos))
