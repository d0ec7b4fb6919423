"""training.json, optimizers.json, schedules.json: what make_golden.py writes of training.

The network is narrow, so that a whole gradient is 38 KB. Arrays are float32, little-endian, in base64.
"""

import base64

import torch
from reference_network import alexnet, generator
from torch import nn
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    LinearLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
NARROW = {"convolutions": (4, 8, 12, 8, 8), "hidden": (16, 12)}
CLASSES = 3


def whole(values):
    return base64.b64encode(values.detach().contiguous().numpy().tobytes()).decode()


def summary(name, values):
    values = values.detach().double().flatten()
    return {"name": name, "norm": values.norm().item(), "first": values[:3].tolist()}


# --- training.json ---------------------------------------------------------------------------------------------------


def make_training():
    """A narrow network: logits, and with dropout loss, gradients, and twenty steps on twenty batches."""
    return {
        "seed": 3,
        "classes": CLASSES,
        "labels": training_batch(0)[1].tolist(),
        **first_look(),
        "runs": [training_run(*case) for case in training_cases()],
    }


def training_batch(step):
    """Eight images, classes in turn: noise drawn with seed 500 + step in the order [n, c, h, w], and 2 in addition in
    the channel of an image's class."""
    images = torch.empty(8, 3, 224, 224).uniform_(-2, 2, generator=generator(500 + step))
    labels = torch.arange(8) % CLASSES
    images[torch.arange(8), labels] += 2
    return images, labels


def narrow_network():
    """As the notebook makes it: born with 1000 classes, given another head."""
    torch.manual_seed(3)
    model = alexnet(**NARROW)
    model.classifier[6] = nn.Linear(NARROW["hidden"][1], CLASSES)
    return model


def loss_of(model, step, channels_last=False):
    """The loss of a step's batch, whose dropout masks are drawn with seed 700 + step."""
    images, labels = training_batch(step)
    if channels_last:
        images = images.to(memory_format=torch.channels_last)
    torch.manual_seed(700 + step)
    return nn.functional.cross_entropy(model(images), labels)


def first_look():
    model = narrow_network()
    logits = model.eval()(training_batch(0)[0])
    loss = loss_of(model.train(), 0)
    loss.backward()
    gradients = [{"name": name, "values": whole(p.grad)} for name, p in model.named_parameters()]
    return {"logits": logits.tolist(), "loss": loss.item(), "gradients": gradients}


def training_cases():
    # From scratch, all layers; then with the convolutions frozen.
    yield "sgd", "all", {"lr": 0.1, "momentum": 0.0, "weight_decay": 0.0}
    yield "sgd", "all", {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01}
    yield "adam", "all", {"lr": 5e-3, "weight_decay": 0.0}
    yield "adam", "all", {"lr": 5e-3, "weight_decay": 0.03}
    yield "adamw", "all", {"lr": 5e-3, "weight_decay": 0.1}
    yield "adam", "classifier", {"lr": 5e-3, "weight_decay": 0.0}
    yield "adam", "head", {"lr": 5e-3, "weight_decay": 0.0}


def training_run(name, trainable, options):
    losses, parameters = twenty_steps(name, trainable, options)
    others, _ = twenty_steps(name, trainable, options, channels_last=True)
    spread = max(abs(loss - other) for loss, other in zip(losses, others))
    run = {"optimizer": name, "trainable": trainable, **options, "losses": losses, "spread": spread}
    return run if name == "adam" else {**run, "parameters": [summary(*named) for named in parameters]}


def freeze(model, trainable):
    """Leaves the named part to be trained; returns its parameters."""
    part = {"all": model, "classifier": model.classifier, "head": model.classifier[6]}[trainable]
    model.requires_grad_(False)
    part.requires_grad_(True)
    return list(part.parameters())


def twenty_steps(name, trainable, options, channels_last=False):
    """The losses, and the parameters in the end."""
    model = narrow_network()
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    optimizer = OPTIMIZERS[name](freeze(model, trainable), **options)
    losses = []
    for step in range(20):
        optimizer.zero_grad()
        loss = loss_of(model, step, channels_last)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, list(model.named_parameters())


# --- optimizers.json -------------------------------------------------------------------------------------------------

SHAPES = [[3, 3, 5, 7], [16, 12], [12]]


def make_optimizers():
    """Three tensors after ten steps on given gradients: drawn from U(-s, s), for the three with three s."""
    momentum = {"lr": 0.1, "momentum": 0.9}
    # A large rate, so that the parameters are soon what the steps made of them.
    adam = {"lr": 0.02, "momentum": 0.0}
    runs = [
        optimizer_run("sgd", {**momentum, "momentum": 0.0, "weight_decay": 0.0}),
        optimizer_run("sgd", {**momentum, "momentum": 0.0, "weight_decay": 0.05}),
        optimizer_run("sgd", {**momentum, "weight_decay": 0.0}),
        optimizer_run("sgd", {**momentum, "weight_decay": 0.05}),
        optimizer_run("adam", {**adam, "weight_decay": 0.0}),
        optimizer_run("adam", {**adam, "weight_decay": 0.05}),
        optimizer_run("adamw", {**adam, "weight_decay": 0.0}),
        optimizer_run("adamw", {**adam, "weight_decay": 0.05}),
    ]
    return {"seed": 9, "shapes": SHAPES, "scales": [1.0, 1e-3, 1e-6], "runs": runs}


def optimizer_run(name, options):
    """The rate falls by a tenth of itself from step to step, as under a schedule."""
    g = generator(9)
    parameters = [nn.Parameter(torch.empty(shape).uniform_(-0.1, 0.1, generator=g)) for shape in SHAPES]
    given = {k: v for k, v in options.items() if name == "sgd" or k != "momentum"}
    optimizer = OPTIMIZERS[name](parameters, **given)
    for step in range(10):
        optimizer.param_groups[0]["lr"] = options["lr"] * 0.9**step
        for parameter, scale in zip(parameters, (1.0, 1e-3, 1e-6)):
            parameter.grad = torch.empty(parameter.shape).uniform_(-scale, scale, generator=g)
        optimizer.step()
    return {"optimizer": name, **options, "parameters": [whole(p) for p in parameters]}


# --- schedules.json --------------------------------------------------------------------------------------------------


def make_schedules():
    """The rate of every step under torch's schedulers, stepped once a batch."""
    cases = (("constant", 0, 6), ("constant", 7, 20), ("cosine", 0, 40), ("cosine", 12, 48), ("cosine", 1, 9))
    return {
        "lr": 0.1,
        "runs": [schedule(*case) for case in cases],
        "steps": [steps(*case) for case in ((3, 0.1, 10), (1, 0.5, 5), (4, 0.9, 3))],
        "plateaus": [plateau(*case) for case in plateau_cases()],
    }


def steps(size, gamma, epochs):
    """The rate of every epoch under StepLR."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    return {"size": size, "gamma": gamma, "rates": rates_of(optimizer, StepLR(optimizer, size, gamma), [()] * epochs)}


def plateau_cases():
    yield 2, 0.1, [1.0, 0.9, 0.95, 0.91, 0.9, 0.92, 0.85, 0.85, 0.84999, 0.85, 0.85]
    yield 0, 0.5, [2.0, 2.0, 1.0, 1.5, 0.5, 0.49999, 0.4]
    yield 1, 0.01, [1.0] * 14


def plateau(patience, gamma, losses):
    """The rate of every epoch under ReduceLROnPlateau, and after the last."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = ReduceLROnPlateau(optimizer, factor=gamma, patience=patience)
    rates = rates_of(optimizer, scheduler, [(loss,) for loss in losses])
    return {"patience": patience, "gamma": gamma, "losses": losses, "rates": rates}


def rates_of(optimizer, scheduler, arguments):
    """The rate before each step of the scheduler, and after the last."""
    rates = []
    for each in arguments:
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*each)
    return [*rates, optimizer.param_groups[0]["lr"]]


def schedule(name, warmup, steps):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    rest = CosineAnnealingLR(optimizer, steps - warmup) if name == "cosine" else ConstantLR(optimizer, 1.0)
    scheduler = rest
    if warmup > 1:
        rise = LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
        scheduler = SequentialLR(optimizer, [rise, rest], milestones=[warmup])
    elif warmup == 1:
        # One step of warm-up is a step at the whole rate.
        scheduler = SequentialLR(optimizer, [ConstantLR(optimizer, 1.0), rest], milestones=[1])
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return {"schedule": name, "warmup": warmup, "steps": steps, "rates": rates}
