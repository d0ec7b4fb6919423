"""What reference.py computes with PyTorch, each item in a function. `plan` is the plan.json of bench/parity.mjs."""

import sys
from pathlib import Path

import torch
from PIL import Image
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "bench"), str(ROOT / "test" / "golden")]
from notebook import MEAN, STD, freeze  # noqa: E402
from notebook import pixels as notebook_pixels  # noqa: E402
from reference_network import alexnet, generator  # noqa: E402
from same_split import read_safetensors  # noqa: E402

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def pixels(path):
    """As the notebook loads an image: uint8 [224, 224, 3]; None where Pillow can't."""
    try:
        return notebook_pixels(path)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def batch(plan, samples):
    """Normalized images [n, 3, 224, 224], mirrored where the plan says so, and their labels."""
    images = []
    for sample in samples:
        image = torch.from_numpy(pixels(plan["files"][sample["index"]])).permute(2, 0, 1)
        images.append((image.flip(2) if sample["transform"]["flip"] else image).float().div(255).sub(MEAN).div(STD))
    return torch.stack(images), torch.tensor([plan["labels"][sample["index"]] for sample in samples])


def network(plan, weights):
    """As the notebook makes it: AlexNet(), the weights, another head."""
    torch.manual_seed(plan["seed"])
    model = alexnet()
    if weights != "none":
        model.load_state_dict(read_safetensors(plan["features"]), strict=False)
    model.classifier[6] = nn.Linear(4096, len(plan["classes"]))
    return model


def loss_of(model, images, labels, seed):
    """The loss of a batch, whose dropout masks are drawn after `seed`."""
    torch.manual_seed(seed)
    return nn.functional.cross_entropy(model(images), labels)


def masks(plan, step):
    """What a step's two Dropout layers multiply by."""
    torch.manual_seed(plan["maskSeed"] + step)
    shapes = ((plan["batchSize"], 9216), (plan["batchSize"], 4096))
    return [nn.functional.dropout(torch.ones(shape), 0.5, training=True) for shape in shapes]


def gradients(plan, weights, layout):
    """Loss and gradients of the first batch."""
    model = network(plan, weights).to(memory_format=layout)
    images, labels = batch(plan, plan["batches"][0])
    loss = loss_of(model, images.to(memory_format=layout), labels, plan["maskSeed"])
    loss.backward()
    return loss.item(), {name: parameter.grad for name, parameter in model.named_parameters()}


def given_gradients(plan, case):
    """The plan's parameters after ten steps on gradients drawn in turn from U(-scale, scale)."""
    g = generator(plan["seed"])
    drawn = lambda shape, scale: torch.empty(shape).uniform_(-scale, scale, generator=g)
    parameters = [nn.Parameter(drawn(given["shape"], 0.1)) for given in plan["given"]]
    optimizer = OPTIMIZERS[case["optimizer"]](parameters, **options_of(case))
    for _ in range(10):
        for parameter, given in zip(parameters, plan["given"]):
            parameter.grad = drawn(given["shape"], given["scale"])
        optimizer.step()
    return parameters


def options_of(case):
    momentum = {"momentum": case["momentum"]} if case["optimizer"] == "sgd" else {}
    return {"lr": case["lr"], "weight_decay": case["weightDecay"], **momentum}


def training(plan, case, layout):
    """The loss of every step."""
    model = network(plan, case["weights"]).to(memory_format=layout)
    optimizer = OPTIMIZERS[case["optimizer"]](freeze(model, case["trainable"]), **options_of(case))
    losses = []
    for step, samples in enumerate(plan["batches"]):
        images, labels = batch(plan, samples)
        optimizer.zero_grad()
        loss = loss_of(model, images.to(memory_format=layout), labels, plan["maskSeed"] + step)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
