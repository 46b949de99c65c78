"""The encoder and its heads in torch, for training; its weights can be held on the 4-bit grid."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.base import BLOCK, Base

WIDTH = 384
THEME_WIDTH = 96


def quantised(weight: Tensor) -> Tensor:
    """`weight` on a grid of 16 steps per block of 32; gradients pass as if it were not.

    The grid is that of 4-bit files (Q4_0): the weight farthest from 0 is -8 steps, and the step
    is kept in half precision as it is stored.
    """
    blocks = weight.reshape(-1, BLOCK)
    farthest = blocks.gather(1, blocks.abs().argmax(1, keepdim=True))
    step = (farthest / -8).half().float()
    step = torch.where(step == 0, torch.ones_like(step), step)
    nearest = (torch.round(blocks / step).clamp(-8, 7) * step).reshape(weight.shape)
    return weight + (nearest - weight).detach()


class Linear(nn.Linear):
    """A linear layer whose weights are rounded to their stored grid while `on_grid`."""

    on_grid = False

    def forward(self, x: Tensor) -> Tensor:
        weight = quantised(self.weight) if self.on_grid else self.weight
        return functional.linear(x, weight, self.bias)


class Layer(nn.Module):
    def __init__(self, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = Linear(WIDTH, 3 * WIDTH)
        self.attended = Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, epsilon)
        self.widen = Linear(WIDTH, inner)
        self.narrow = Linear(inner, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = (
            self.qkv(x).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        )
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        x = self.attended_norm(x + self.attended(seen.transpose(1, 2).reshape(batch, length, -1)))
        return self.norm(x + self.narrow(functional.gelu(self.widen(x))))  # type: ignore[no-any-return]


class Encoder(nn.Module):
    """Pieces to one vector per text: the mean of the last layer over its pieces."""

    def __init__(self, base: Base, kept: Tensor) -> None:
        super().__init__()
        tensors = {name: torch.from_numpy(t.copy()) for name, t in base.tensors.items()}
        self.register_buffer("words", tensors["emb.word"][kept])
        self.register_buffer("places", tensors["emb.pos"] + tensors["emb.type"][0])
        self.norm = nn.LayerNorm(WIDTH, base.epsilon)
        self.norm.weight.data = tensors["emb.ln.w"]
        self.norm.bias.data = tensors["emb.ln.b"]
        self.layers = nn.ModuleList()
        for number in range(base.layers):
            take = lambda name, n=number: tensors[f"l{n}.{name}"]  # noqa: E731
            layer = Layer(base.heads, take("fi.b").shape[0], base.epsilon)
            layer.qkv.weight.data = torch.cat([take("q.w"), take("k.w"), take("v.w")])
            layer.qkv.bias.data = torch.cat([take("q.b"), take("k.b"), take("v.b")])
            for part, name in [
                (layer.attended, "ao"),
                (layer.attended_norm, "aln"),
                (layer.widen, "fi"),
                (layer.narrow, "fo"),
                (layer.norm, "oln"),
            ]:
                part.weight.data, part.bias.data = take(f"{name}.w"), take(f"{name}.b")
            self.layers.append(layer)

    def forward(self, pieces: Tensor, mask: Tensor) -> Tensor:
        x = self.norm(functional.embedding(pieces, self.words) + self.places[: pieces.shape[1]])
        for layer in self.layers:
            x = layer(x, mask)
        weight = mask[..., None].to(x.dtype)
        return (x * weight).sum(1) / weight.sum(1)  # type: ignore[no-any-return]

    def freeze(self, layers: int) -> None:
        """Leave the first `layers` and the norm before them as they came."""
        for part in (self.norm, *self.layers[:layers]):
            part.requires_grad_(False)

    def snap_to_grid(self) -> None:
        for module in self.modules():
            if isinstance(module, Linear):
                module.weight.data = quantised(module.weight.data)

    def hold_on_grid(self, on: bool) -> None:
        for module in self.modules():
            if isinstance(module, Linear):
                module.on_grid = on


class Heads(nn.Module):
    """Polarity (negative, neutral, positive, mixed), eight emotions, a theme vector of length 1."""

    SCALE = 10.0
    """Length to which texts are brought before the heads, so that a step of theirs is felt."""

    def __init__(self, emotions: int) -> None:
        super().__init__()
        self.polarity = nn.Linear(WIDTH, 4)
        self.emotions = nn.Linear(WIDTH, emotions)
        self.theme = nn.Linear(WIDTH, THEME_WIDTH, bias=False)
        self.dropout = nn.Dropout(0.1)

    def forward(self, text: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        text = self.dropout(functional.normalize(text, dim=1) * self.SCALE)
        return (
            self.polarity(text),
            self.emotions(text),
            functional.normalize(self.theme(text), dim=1),
        )
