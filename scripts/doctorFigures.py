"""Writes src/commands/doctor/figures.ts: what PyTorch and Pillow gave, for `alexft doctor` to compare with.

    pip install torch==2.13.0 "pillow>=12,<13" numpy
    python scripts/doctorFigures.py && npx biome check --write src/commands/doctor/figures.ts

On a CPU that is not Intel's: there, PyTorch's builds with MKL draw dropout masks otherwise.
"""

import base64
import hashlib
import io
import json
import math
import sys
from pathlib import Path

import PIL
import torch
from PIL import Image, ImageDraw
from torch import nn

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "test" / "golden"))
from reference_network import alexnet, generator  # noqa: E402

OUT = ROOT / "src" / "commands" / "doctor" / "figures.ts"
CLASSES, BATCH = 2, 4
LABELS = [i % CLASSES for i in range(BATCH)]
SEEDS = {"network": 0, "input": 1, "dropout": 2, "projection": 3}
# A fresh AlexNet makes its input a thousand times smaller on the way to the logits: quiet images would leave nothing
# there but the last layers' biases.
AMPLITUDE = 256
PROJECTIONS = 8
# Of the gradients, for the optimizers' steps: on equal ones, Adam's moments and their corrections would cancel out.
SCALES = (1.0, 0.5)
OPTIMIZERS = {
    "adam": (torch.optim.Adam, {"lr": 1e-4}),
    "sgd": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
}


HEAD = """// What PyTorch and Pillow gave, for doctor to compare with. Made by scripts/doctorFigures.py, which says how.

import type { Summary } from './projections.js';

export interface Figures {
  readonly versions: { readonly torch: string; readonly pillow: string };
  readonly seeds: Readonly<Record<'network' | 'input' | 'dropout' | 'projection', number>>;
  /** The input is noise from -amplitude to amplitude. */
  readonly amplitude: number;
  readonly labels: readonly number[];
  /** Each optimizer steps once on the gradients times each of these. */
  readonly scales: readonly number[];
  /** [n, 2], flat; in evaluation. */
  readonly logits: readonly number[];
  /** In training, with dropout. */
  readonly loss: number;
  readonly gradients: readonly Summary[];
  readonly adam: Steps;
  readonly sgd: Steps;
  /** How far PyTorch is from itself: float32 from float64, or its usual layout from channels_last; the larger. */
  readonly spread: Readonly<Record<'logits' | 'loss' | 'gradients' | 'adam' | 'sgd', number>>;
  /** A drawn JPEG in base64, and the SHA-256 of what Pillow makes of it: [h, w, 3], and resized to [224, 224, 3]. */
  readonly image: { readonly jpeg: string; readonly pixels: string; readonly resized: string };
}

interface Steps {
  readonly options: { readonly lr: number; readonly momentum: number };
  /** How each parameter is changed. */
  readonly changes: readonly Summary[];
}

"""


class FixedDropout(nn.Module):
    """nn.Dropout with a mask that was drawn before: the same one in float32 and in float64."""

    def __init__(self, mask):
        super().__init__()
        self.mask = mask

    def forward(self, x):
        return x * self.mask.to(x.dtype) if self.training else x


def compute(dtype=torch.float32, memory_format=torch.contiguous_format):
    """Logits, loss, gradients, and how the parameters change in a step of each optimizer on these gradients, and one on half of them."""
    torch.manual_seed(SEEDS["network"])
    model = alexnet()
    model.classifier[6] = nn.Linear(4096, CLASSES)
    torch.manual_seed(SEEDS["dropout"])
    for layer, inputs in ((0, 9216), (3, 4096)):
        model.classifier[layer] = FixedDropout(nn.functional.dropout(torch.ones(BATCH, inputs), 0.5, training=True))
    images = torch.empty(BATCH, 3, 224, 224).uniform_(-AMPLITUDE, AMPLITUDE, generator=generator(SEEDS["input"]))
    model = model.to(dtype=dtype, memory_format=memory_format)
    images = images.to(dtype=dtype, memory_format=memory_format)

    logits = model.eval()(images).detach()
    loss = nn.functional.cross_entropy(model.train()(images), torch.tensor(LABELS))
    loss.backward()
    parameters = dict(model.named_parameters())
    gradients = {name: p.grad.clone() for name, p in parameters.items()}
    before = {name: p.detach().clone() for name, p in parameters.items()}
    changes = {}
    for kind, (optimizer, options) in OPTIMIZERS.items():
        model.load_state_dict(before, strict=False)
        stepper = optimizer(parameters.values(), **options)
        for scale in SCALES:
            for name, p in parameters.items():
                p.grad = gradients[name] * scale
            stepper.step()
        changes[kind] = {name: p.detach().double() - before[name].double() for name, p in parameters.items()}
    return {"logits": logits, "loss": loss.detach(), "gradients": gradients, **changes}


def relative(values, reference):
    return ((values.double() - reference.double()).norm() / reference.double().norm()).item()


def spread(usual, other):
    """How far two computations are apart; of the parameters the furthest, each relative to its norm."""
    found = {}
    for key, value in usual.items():
        pairs = value.items() if isinstance(value, dict) else [(None, value)]
        found[key] = max(relative(other[key] if name is None else other[key][name], v) for name, v in pairs)
    return found


def summaries(tensors):
    """Of each tensor its norm, and projections on a vector of draws from U(-1, 1): sum k is that of the values k, k + 8 ...

    The vectors are drawn from one generator, tensor by tensor.
    """
    g = generator(SEEDS["projection"])
    result = []
    for name, values in tensors.items():
        values = values.double().contiguous().flatten()
        products = values * torch.empty(values.numel()).uniform_(-1, 1, generator=g).double()
        sums = [products[k::PROJECTIONS].sum().item() for k in range(PROJECTIONS)]
        result.append({"name": name, "norm": values.norm().item(), "projections": sums})
    return result


def image():
    """A small drawn JPEG with odd sides and subsampled colours, and what Pillow makes of it."""
    width, height = 61, 47
    drawn = Image.new("RGB", (width, height))
    drawn.putdata([(4 * x, 5 * y, (x * y) % 256) for y in range(height) for x in range(width)])
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((8, 6, 40, 36), fill=(230, 180, 40), outline=(20, 20, 60))
    pen.polygon([(30, 40), (56, 12), (58, 42)], fill=(40, 90, 200))
    file = io.BytesIO()
    drawn.save(file, "JPEG", quality=80)
    with Image.open(io.BytesIO(file.getvalue())) as image:
        pixels = image.convert("RGB")
    resized = pixels.resize((224, 224), Image.Resampling.BILINEAR)
    return {
        "jpeg": base64.b64encode(file.getvalue()).decode(),
        "pixels": hashlib.sha256(pixels.tobytes()).hexdigest(),
        "resized": hashlib.sha256(resized.tobytes()).hexdigest(),
    }


def rounded(value):
    """Ten digits: more than float32 has, and no more than the sums are good for."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.9e}") if isinstance(value, float) and math.isfinite(value) else value


def main():
    usual = compute()
    others = [compute(dtype=torch.float64), compute(memory_format=torch.channels_last)]
    spreads = [spread(usual, other) for other in others]
    furthest = {key: max(found[key] for found in spreads) for key in spreads[0]}
    print("PyTorch from its float64:", spreads[0])
    print("PyTorch from its channels_last:", spreads[1])
    # Where a ReLU's input is within rounding of zero, engines may take different sides of it, and gradients then differ
    # by a thousand times more. This input has none such; another seed may.
    assert furthest["gradients"] < 3e-6, "take another seed for the input"
    steps = {
        kind: {"options": {"momentum": 0, **options}, "changes": summaries(usual[kind])}
        for kind, (_, options) in OPTIMIZERS.items()
    }
    content = rounded({
        "versions": {"torch": torch.__version__.split("+")[0], "pillow": PIL.__version__},
        "seeds": SEEDS,
        "amplitude": AMPLITUDE,
        "labels": LABELS,
        "scales": SCALES,
        "logits": usual["logits"].flatten().tolist(),
        "loss": usual["loss"].item(),
        "gradients": summaries(usual["gradients"]),
        **steps,
        "spread": furthest,
        "image": image(),
    })
    OUT.write_text(HEAD + f"export const figures: Figures = {json.dumps(content, indent=2)};\n")


if __name__ == "__main__":
    main()
