# Generates torchFiles.json: files in the formats of torch.save, and the tensors that PyTorch loads from them. Requires
# torch and numpy:
#   python3 generateTorchFiles.py > torchFiles.json && npx biome format --write torchFiles.json
# With a number and a folder, generates random state dicts there as .pth files, with the expected contents as .json:
#   python3 generateTorchFiles.py 20 /tmp/random

import argparse
import base64
import collections
import dataclasses
import datetime
import enum
import gzip
import io
import json
import os
import pathlib
import random
import sys
import tempfile
import warnings
import zipfile

import numpy
import torch
from torch import nn


def base64_of(content):
    return base64.b64encode(content).decode()


def packed(content):
    """PyTorch pads files with zeros: compression reduces them to a third."""
    return base64_of(gzip.compress(content, mtime=0))


def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


def old(value, **options):
    return saved(value, _use_new_zipfile_serialization=False, **options)


def expected(tensors):
    """Shapes, and the values as float32 in row-major order."""
    return {
        name: {"shape": list(tensor.shape), "data": base64_of(tensor.detach().float().contiguous().numpy().tobytes())}
        for name, tensor in tensors.items()
    }


def case(content, tensors):
    """A file and its tensors."""
    return {"file": packed(content), "tensors": expected(tensors)}


# Contents.


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Linear(3, 2))


def floating_point(state_dict):
    return {name: tensor for name, tensor in state_dict.items() if tensor.is_floating_point()}


def types():
    values = torch.tensor([[0.0, 1.5, -2.25], [3e-8, 65504.0, 0.1]])
    kinds = {"float32": torch.float32, "float64": torch.float64, "float16": torch.float16, "bfloat16": torch.bfloat16}
    return {name: values.to(kind) for name, kind in kinds.items()}


def views():
    matrix = torch.arange(12.0).reshape(3, 4)
    images = torch.arange(24.0).reshape(2, 3, 2, 2)
    return {
        "matrix": matrix,
        "transposed": matrix.t(),
        "row": matrix[1],
        "column": matrix[:, 2],
        "every other": matrix[::2, 1::2],
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 5),
        "channels last": images.contiguous(memory_format=torch.channels_last),
        "permuted": images.permute(3, 0, 2, 1),
        "scalar": torch.tensor(7.0),
        "of a scalar": torch.tensor(8.0).expand(3),
        "none": torch.zeros(0, 4),
        "none of some": matrix[:, 4:],
        "tied": matrix,
        "odd halves": torch.arange(5.0).half()[1:4],
    }


def training():
    """A training checkpoint: a state dict with an optimizer, a scheduler and plain data."""
    torch.manual_seed(1)
    module = nn.DataParallel(nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)))
    optimizer = torch.optim.Adam(module.parameters(), amsgrad=True)
    module(torch.ones(4, 3)).sum().backward()
    optimizer.step()
    checkpoint = {
        "epoch": 3,
        "arch": "alexnet",
        "state_dict": module.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4]).state_dict(),
        "best": numpy.float64(0.75),
        "losses": [1.5, float("inf"), None, True, -(2**70)],
        "history": numpy.ones(3),
        "random": [torch.get_rng_state()[:8], numpy.random.RandomState(0).get_state()[2:]],
        "odd": (torch.device("cpu"), torch.Size([1]), torch.float16, {1, 2}, b"bytes", torch.tensor(3)),
    }
    return checkpoint, {name.removeprefix("module."): tensor for name, tensor in floating_point(module.state_dict()).items()}


def small_alexnet():
    """AlexNet's layers with one channel each, and two classes."""
    torch.manual_seed(2)
    layers = {0: (3, 11), 3: (1, 5), 6: (1, 3), 8: (1, 3), 10: (1, 3)}
    network = nn.Module()
    network.features = nn.Sequential(*(nn.Conv2d(layers[i][0], 1, layers[i][1]) if i in layers else nn.ReLU() for i in range(13)))
    linear = {1: (36, 1), 4: (1, 1), 6: (1, 2)}
    network.classifier = nn.Sequential(*(nn.Linear(*linear[i]) if i in linear else nn.ReLU() for i in range(7)))
    return network


class Runs:
    def __reduce__(self):
        return (os.system, ("true",))


class Color(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Settings:
    lr: float

    class Nested:
        pass


class Registry(collections.OrderedDict):
    pass


class Trainer:
    def __init__(self, network):
        self.network = network
        self.optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9)
        self.itself = self


def with_step(network, optimizer):
    """After a step, with momentum buffers of the shapes of the parameters."""
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()


def other_trainer():
    """pytorch/examples' imagenet script wraps only the features of AlexNet in DataParallel."""
    network = small_alexnet()
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9)
    with_step(network, optimizer)
    tensors = network.state_dict()
    network.features = nn.DataParallel(network.features)
    return {"epoch": 3, "state_dict": network.state_dict(), "best_acc1": torch.tensor(55.5), "optimizer": optimizer.state_dict()}, tensors


def beside_objects():
    """What training programs save beside the tensors."""
    tensors = small_alexnet().state_dict()
    beside = {
        "args": argparse.Namespace(lr=0.1, path=pathlib.PosixPath("/x")),
        "history": collections.defaultdict(list, {"loss": [1.0, 2.0]}),
        "registry": Registry(a=1),
        "queue": collections.deque([1, 2], maxlen=3),
        "enum": Color.RED,
        "settings": Settings(0.1),
        "nested": [Settings.Nested(), Settings.Nested],
        "time": datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
        "keys": {None: 1, True: 2, (1, 2): 3, Color.RED: 4, 1.5: frozenset([1])},
        "bytes": [bytearray(b"a"), {1, 2}, complex(1, 2), slice(1, 2)],
        "functions": [len, torch.relu, os.path.join],
        "types": [torch.float8_e4m3fn, torch.float16, torch.strided],
        "os.system": Runs(),
    }
    return {"model": tensors, **beside}, tensors


def averaged():
    """A network and its exponential moving average."""
    network = small_alexnet()
    average = torch.optim.swa_utils.AveragedModel(network)
    with_step(network, torch.optim.SGD(network.parameters(), 0.1))
    return {"model_ema": average.state_dict(), "model": network.state_dict()}, network.state_dict()


def trainer():
    trainer = Trainer(small_alexnet())
    with_step(trainer.network, trainer.optimizer)
    return trainer, trainer.network.state_dict()


# Files that torch.save does not write by default.


def members_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        return {name: members.read(name) for name in members.namelist()}


def zipped(members, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as into:
        for name, content in members.items():
            into.writestr(name, content)
    return file.getvalue()


def big_endian(tensors):
    """As written by a big-endian machine; all tensors must be float32."""
    members = members_of(saved(tensors))
    for name, content in members.items():
        if "/data/" in name and "serialization" not in name:
            members[name] = numpy.frombuffer(content, "<f4").astype(">f4").tobytes()
        if name.endswith("/byteorder"):
            members[name] = b"big"
    return zipped(members)


def without_checksums(value):
    torch.serialization.set_crc32_options(False)
    try:
        return saved(value)
    finally:
        torch.serialization.set_crc32_options(True)


def checked(content, tensors):
    """`content`, after verifying that PyTorch loads `tensors` from it."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        found = torch.load(file.name, weights_only=False)
    assert expected(found) == expected(tensors), "PyTorch loads other tensors"
    return content


def saved_pair(pair, **options):
    value, tensors = pair
    return saved(value, **options), tensors


def readable():
    checkpoint, state_dict = training()
    module = network()
    parameters = dict(module.named_parameters())
    plain = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2)}
    return {
        "zip: a network": case(saved(module.state_dict()), floating_point(module.state_dict())),
        "zip: parameters": case(saved(parameters), parameters),
        "zip: types": case(saved(types()), types()),
        "zip: views": case(saved(views()), views()),
        "zip: a training": case(saved(checkpoint), state_dict),
        "zip: under another key": case(saved({"ema": plain, "step": torch.tensor(1)}), plain),
        "zip: a whole module": case(saved(module), floating_point(module.state_dict())),
        "zip: a whole AlexNet": case(saved(nn.DataParallel(small_alexnet())), small_alexnet().state_dict()),
        "zip: another trainer": case(*saved_pair(other_trainer())),
        "zip: beside objects": case(*saved_pair(beside_objects())),
        "zip: beside objects, protocol 4": case(*saved_pair(beside_objects(), pickle_protocol=4)),
        "zip: averaged": case(*saved_pair(averaged())),
        "zip: a trainer": case(*saved_pair(trainer())),
        "zip: calls os.system": case(saved({"a": torch.ones(2), "b": Runs()}), {"a": torch.ones(2)}),
        "old: beside objects": case(*saved_pair(beside_objects(), _use_new_zipfile_serialization=False)),
        "zip: protocol 4": case(saved(plain, pickle_protocol=4), plain),
        "zip: big-endian": case(checked(big_endian(plain), plain), plain),
        "zip: packed": case(checked(zipped(members_of(saved(types())), zipfile.ZIP_DEFLATED), types()), types()),
        "zip: without checksums": case(without_checksums(plain), plain),
        "old: a network": case(old(module.state_dict()), floating_point(module.state_dict())),
        "old: types": case(old(types()), types()),
        "old: views": case(old(views()), views()),
        "old: a training": case(old(checkpoint), state_dict),
        "old: protocol 3": case(old(plain, pickle_protocol=3), plain),
        "old: protocol 5": case(old(plain, pickle_protocol=5), plain),
    }


def rejected():
    values = {
        "one tensor": torch.ones(2),
        "a list": [torch.ones(2)],
        "an empty dict": {},
        "two dicts": {"generator": {"a": torch.ones(2)}, "critic": {"a": torch.ones(2)}},
        "integers": {"a": torch.arange(3)},
        "complex": {"a": torch.ones(2, dtype=torch.complex64)},
        "sparse": {"a": torch.eye(2).to_sparse()},
        "negated": {"a": torch._neg_view(torch.ones(2))},
        "quantized": {"a": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)},
    }
    files = {f"zip: {name}": saved(value) for name, value in values.items()}
    files.update((f"old: {name}", old(value)) for name, value in values.items() if name != "sparse")
    return {name: packed(content) for name, content in files.items()}


def write_random(count, folder):
    """State dicts with random tensors, types and views, in both formats."""
    rng = random.Random(count)
    for i in range(count):
        tensors = collections.OrderedDict()
        for j in range(rng.randint(1, 6)):
            kind = rng.choice([torch.float32, torch.float64, torch.float16, torch.bfloat16])
            shape = [rng.randint(1, 5) for _ in range(rng.randint(0, 4))]
            tensor = torch.randn(shape).to(kind)
            for _ in range(rng.randint(0, 3)):
                axes = list(range(tensor.dim()))
                rng.shuffle(axes)
                tensor = tensor.permute(axes)
                if axes:
                    tensor = tensor.narrow(0, begin := rng.randrange(tensor.shape[0]), rng.randint(1, tensor.shape[0] - begin))
            tensors[f"t{j}"] = tensor
            if rng.random() < 0.3:
                tensors[f"again{j}"] = tensor[..., None].expand(*tensor.shape, 2)
        content = saved(tensors) if rng.random() < 0.5 else old(tensors)
        with open(os.path.join(folder, f"{i}.pth"), "wb") as file:
            file.write(content)
        with open(os.path.join(folder, f"{i}.json"), "w") as file:
            json.dump(expected(tensors), file)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if len(sys.argv) > 1:
        write_random(int(sys.argv[1]), sys.argv[2])
    else:
        print(json.dumps({"made": f"torch {torch.__version__}", "readable": readable(), "rejected": rejected()}))
