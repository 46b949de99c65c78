"""The mean of two rounds: better on strangers' texts than the second, on ours than the first.

Wortsman et al., "Model soups" (2022).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch

from training.base import find_base, read_base
from training.network import Encoder

SHARE = 0.5
"""Of the second set of weights."""


def mean(first: Path, second: Path, out: Path) -> None:
    """The first is taken as it stood when the second went on from it: on the grid of its base."""
    before, after = torch.load(first / "weights.pt"), torch.load(second / "weights.pt")
    encoder = Encoder(read_base(find_base()), torch.arange(len(before["encoder"]["words"])))
    encoder.load_state_dict(before["encoder"])
    encoder.snap_to_grid()
    before["encoder"] = encoder.state_dict()
    out.mkdir(parents=True, exist_ok=True)
    torch.save(
        {
            part: {
                name: torch.lerp(value, after[part][name], SHARE)
                if value.is_floating_point()
                else value
                for name, value in before[part].items()
            }
            for part in ("encoder", "heads")
        },
        out / "weights.pt",
    )
    shutil.copy(second / "pieces.model", out / "pieces.model")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("first", "second", "out"):
        parser.add_argument(name, type=Path)
    asked = parser.parse_args()
    mean(asked.first, asked.second, asked.out)
