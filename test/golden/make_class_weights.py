"""Writes classWeights.json: PyTorch's CrossEntropyLoss with weights and label smoothing, its gradient, and weights by
scikit-learn's formula.

    pip install torch==2.13.0 numpy
    python test/golden/make_class_weights.py
"""

import numpy as np
import torch
from make_golden import write
from torch import nn


def case(seed, counts, rows, scale, smoothing=0.0):
    """`rows` logits and labels, drawn with weights balanced for these numbers of training images per class."""
    generator = torch.Generator().manual_seed(seed)
    classes = len(counts)
    weights = balanced(np.repeat(np.arange(classes), counts))
    labels = torch.randint(classes, (rows,), generator=generator)
    logits = (torch.randn(rows, classes, generator=generator) * scale).requires_grad_()
    weight = torch.from_numpy(weights).float()
    loss = nn.CrossEntropyLoss(weight=weight, label_smoothing=smoothing)(logits, labels)
    loss.backward()
    return {
        "counts": counts,
        "weights": weights.tolist(),
        "smoothing": smoothing,
        "labels": labels.tolist(),
        "logits": logits.tolist(),
        "loss": loss.item(),
        "gradient": logits.grad.tolist(),
    }


def balanced(y):
    """sklearn.utils.class_weight.compute_class_weight("balanced", classes=np.unique(y), y=y), by its docstring."""
    return len(y) / (len(np.unique(y)) * np.bincount(y))


if __name__ == "__main__":
    cases = [
        case(0, [900, 100], 16, 1.0),
        case(1, [5, 50, 500], 9, 3.0),
        case(2, [7, 1, 3, 2], 1, 20.0),
        case(3, [10, 10], 16, 1.0, 0.1),
        case(4, [5, 50, 500], 9, 3.0, 0.3),
        case(5, [3, 3, 3], 4, 2.0, 1.0),
    ]
    write("classWeights", {"cases": cases})
