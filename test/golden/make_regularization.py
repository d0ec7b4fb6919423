"""Writes regularization.json: what PyTorch and torchvision give for the options --ema and --mixup.

    pip install torch==2.13.0 torchvision==0.28.0 "pillow>=12,<13" numpy
    python test/golden/make_regularization.py
"""

import json
from pathlib import Path

import torch

# See make_transforms.py.
operators = torch.library.Library("torchvision", "FRAGMENT")
for name in ("nms", "qnms"):
    operators.define(f"{name}(Tensor boxes, Tensor scores, float threshold) -> Tensor")

import torchvision  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402
from torch.optim.swa_utils import get_ema_multi_avg_fn  # noqa: E402
from torchvision.transforms import v2  # noqa: E402


def averages(decay, steps):
    """Of parameters that SGD with momentum trains on given gradients; the decay rises to `decay`."""
    torch.manual_seed(3)
    parameter = torch.randn(5)
    gradients = torch.randn(steps, 5)
    initial = parameter.clone()
    average = parameter.clone()
    optimizer = torch.optim.SGD([parameter], lr=0.1, momentum=0.9)
    history = []
    for step, gradient in enumerate(gradients):
        parameter.grad = gradient
        optimizer.step()
        get_ema_multi_avg_fn(min(decay, (1 + step) / (10 + step)))([average], [parameter], step + 1)
        history.append(average.tolist())
    return {
        "decay": decay,
        "initial": initial.tolist(),
        "gradients": gradients.tolist(),
        "averages": history,
        "parameter": parameter.tolist(),
    }


def shares():
    """The share of a batch's images that keeps its place, after a seed; then the next random number."""
    for alpha in (0.1, 0.2, 0.4, 1.0, 2.5):
        for seed in range(20):
            torch.manual_seed(seed)
            share = torch.distributions.Beta(alpha, alpha).sample(()).item()
            yield [alpha, seed, share, torch.rand(()).item()]


def mixed(alpha, seed, label_smoothing, weight):
    """MixUp of a batch, and the loss of logits with its gradient."""
    torch.manual_seed(seed)
    images, logits = torch.rand(5, 3, 2, 2), torch.randn(5, 3, requires_grad=True)
    labels = torch.tensor([0, 2, 1, 1, 0])
    torch.manual_seed(seed)
    batch, targets = v2.MixUp(alpha=alpha, num_classes=3)(images, labels)
    torch.manual_seed(seed)
    share = torch.distributions.Beta(alpha, alpha).sample(()).item()
    class_weights = torch.tensor(weight) if weight else None
    loss = cross_entropy(logits, targets, weight=class_weights, label_smoothing=label_smoothing)
    loss.backward()
    return {
        "share": share,
        "labelSmoothing": label_smoothing,
        "weight": weight,
        "labels": labels.tolist(),
        "images": images.permute(0, 2, 3, 1).flatten().tolist(),
        "mixed": batch.permute(0, 2, 3, 1).flatten().tolist(),
        "logits": logits.tolist(),
        "loss": loss.item(),
        "gradient": logits.grad.tolist(),
        "clean": targets.argmax(1).tolist(),
    }


if __name__ == "__main__":
    content = {
        "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__},
        "averages": [averages(0.5, 30), averages(0.999, 6)],
        "shares": list(shares()),
        "mixed": [
            mixed(0.4, 0, 0.0, None),
            mixed(1.0, 1, 0.1, None),
            mixed(1.0, 4, 0.0, [0.5, 2.0, 1.25]),
            mixed(0.2, 5, 0.2, [0.5, 2.0, 1.25]),
        ],
    }
    lines = (
        f"{json.dumps(key)}: "
        + ("[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]" if isinstance(value, list) else json.dumps(value))
        for key, value in content.items()
    )
    (Path(__file__).parent / "regularization.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
