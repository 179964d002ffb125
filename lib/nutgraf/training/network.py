"""The network: a small BERT (MiniLM, layers of 384), and one linear layer over the target's mean and the sentence's.

Architecture: Devlin, J., et al. (2019). BERT. NAACL. Weights to begin with: all-MiniLM-L6-v2 (Apache-2.0), after Wang, W., et al. (2020). MiniLM.
NeurIPS. Written out here so that what is trained is what is exported, and no further library is needed.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

LAYERS, WIDTH, HEADS, INNER, WORDS, PLACES = 6, 384, 12, 1536, 30_522, 512


class Layer(nn.Module):
    """One layer: attention, then a feed-forward step, each added to what came in."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.first, self.second = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Layer output; `bias` is added to attention, so that filling is not looked at."""
        n, length, _ = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(n, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        mixed = nn.functional.scaled_dot_product_attention(heads(self.query(x)), heads(self.key(x)), heads(self.value(x)), attn_mask=bias)
        mixed = mixed.transpose(1, 2).reshape(n, length, WIDTH)
        x = self.first(x + self.dropout(self.out(mixed)))
        return self.second(x + self.dropout(self.narrow(nn.functional.gelu(self.wide(x)))))


class Encoder(nn.Module):
    """Tokens in, one vector each out."""

    def __init__(self, dropout: float = 0.1, layers: int = LAYERS) -> None:
        super().__init__()
        self.words, self.places, self.kind = nn.Embedding(WORDS, WIDTH), nn.Embedding(PLACES, WIDTH), nn.Parameter(torch.zeros(WIDTH))
        self.norm, self.dropout = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Vectors (n, length, 384) of token ids (n, length)."""
        places = mask.cumsum(1) - mask  # as many as there are tokens before, whatever the batch is filled up to
        x = self.dropout(self.norm(self.words(ids) + self.places(places) + self.kind))
        bias = (1.0 - mask[:, None, None, :].float()) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x


class TargetNetwork(nn.Module):
    """Logits of negative, neutral and positive towards a target."""

    def __init__(self, dropout: float = 0.1, layers: int = LAYERS) -> None:
        super().__init__()
        self.encoder = Encoder(dropout, layers)
        self.dropout, self.head = nn.Dropout(dropout), nn.Linear(2 * WIDTH, 3)

    def means(self, ids: Tensor, mask: Tensor, target: Tensor) -> Tensor:
        """The target's mean and the sentence's, (n, 768)."""
        x = self.encoder(ids, mask)
        return torch.cat([mean(x, target), mean(x, mask)], 1)

    def forward(self, ids: Tensor, mask: Tensor, target: Tensor) -> Tensor:
        """Logits (n, 3)."""
        return self.head(self.dropout(self.means(ids, mask, target)))


class SentenceEncoder(nn.Module):
    """The encoder as it came: the mean of a sentence's tokens, of length 1."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder(0.0)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Vectors (n, 384)."""
        return nn.functional.normalize(mean(self.encoder(ids, mask), mask), dim=1)


def mean(x: Tensor, among: Tensor) -> Tensor:
    """Mean of the vectors of some tokens."""
    weights = among[:, :, None].float()
    return (x * weights).sum(1) / weights.sum(1).clamp(min=1.0)


def begin(encoder: Encoder, weights: Mapping[str, Tensor]) -> None:
    """Put the weights of all-MiniLM-L6-v2 into an encoder."""
    named = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value", "out": "attention.output.dense",
             "first": "attention.output.LayerNorm", "wide": "intermediate.dense", "narrow": "output.dense", "second": "output.LayerNorm"}  # fmt: skip
    found = {
        "words.weight": weights["embeddings.word_embeddings.weight"], "places.weight": weights["embeddings.position_embeddings.weight"],
        "kind": weights["embeddings.token_type_embeddings.weight"][0], "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }  # fmt: skip
    for layer in range(LAYERS):
        for ours, theirs in named.items():
            for end in ("weight", "bias"):
                found[f"layers.{layer}.{ours}.{end}"] = weights[f"encoder.layer.{layer}.{theirs}.{end}"]
    encoder.load_state_dict(found)
