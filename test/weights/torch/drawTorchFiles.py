# Draws torchFiles.json: files as torch.save writes and wrote them, and the tensors that torch finds in them. Needs torch
# and numpy:
#   python3 drawTorchFiles.py > torchFiles.json && npx biome format --write torchFiles.json
# With a number and a folder, draws as many random state dicts as .pth files there, and what is in them as .json:
#   python3 drawTorchFiles.py 20 /tmp/random

import base64
import collections
import gzip
import io
import json
import os
import pickle
import random
import struct
import sys
import tarfile
import tempfile
import warnings
import zipfile

import numpy
import torch
from torch import nn


def base64_of(content):
    return base64.b64encode(content).decode()


def packed(content):
    """Files of torch.save are padded with zeros: packed they are a third."""
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


# What is saved.


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
    """A checkpoint as training loops write it: everything that stands beside the state dict."""
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


# Files that torch.save does not write by itself today.


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
    """As a big-endian machine writes it; all tensors in float32."""
    members = members_of(saved(tensors))
    for name, content in members.items():
        if "/data/" in name and "serialization" not in name:
            members[name] = numpy.frombuffer(content, "<f4").astype(">f4").tobytes()
        if name.endswith("/byteorder"):
            members[name] = b"big"
    return zipped(members)


def without_sums(value):
    torch.serialization.set_crc32_options(False)
    try:
        return saved(value)
    finally:
        torch.serialization.set_crc32_options(True)


class Numbered:
    """Pickles as a persistent id."""

    def __init__(self, number):
        self.number = number


class Pickler(pickle._Pickler):
    def persistent_id(self, value):
        return str(value.number) if isinstance(value, Numbered) else None


def dumps(value, of=pickle._Pickler):
    file = io.BytesIO()
    of(file, 2).dump(value)
    return file.getvalue()


class Parameter:
    """As Variable.__reduce_ex__ had it: the class, its data, and (requires_grad, volatile, hooks)."""

    def __init__(self, data):
        self.data = data

    def __reduce_ex__(self, protocol):
        return nn.Parameter, (self.data,), (True, False, collections.OrderedDict())


def tar(tensors):
    """As torch.save wrote before 0.1.10, by what `legacy_load` in torch/serialization.py reads."""
    storages, described, numbers, root = [], [], {}, collections.OrderedDict()
    for name, tensor in tensors.items():
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in numbers:
            numbers[storage.data_ptr()] = 94_000_000_000_000 + len(numbers)
            count = storage.nbytes() // tensor.element_size()
            kind = {torch.float32: torch.FloatStorage, torch.float64: torch.DoubleStorage}[tensor.dtype]
            storages.append(dumps((numbers[storage.data_ptr()], "cpu", kind)) + struct.pack("<q", count) + bytes(storage))
        number = 1000 + len(described)
        described.append(
            dumps((number, numbers[storage.data_ptr()], torch.FloatTensor))
            + struct.pack("<ii", tensor.dim(), 0)
            + struct.pack(f"<{2 * tensor.dim() + 1}q", *tensor.shape, *tensor.stride(), tensor.storage_offset())
        )
        root[name] = Parameter(Numbered(number))
    members = {
        "sys_info": dumps({"protocol_version": 1000}),
        "pickle": dumps(root, Pickler),
        "tensors": dumps(len(described)) + b"".join(described),
        "storages": dumps(len(storages)) + b"".join(storages) + dumps([]),
    }
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:", format=tarfile.PAX_FORMAT) as into:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            into.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def checked(content, tensors):
    """`content`, if torch finds `tensors` in it."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        found = torch.load(file.name, weights_only=False)
    assert expected(found) == expected(tensors), "torch reads something else"
    return content


def readable():
    checkpoint, state_dict = training()
    module = network()
    parameters = dict(module.named_parameters())
    plain = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2)}
    in_tar = {"w": torch.arange(6.0).reshape(2, 3).t(), "b": torch.arange(4.0)[1:3], "d": torch.ones(2, dtype=torch.float64)}
    return {
        "zip: a network": case(saved(module.state_dict()), floating_point(module.state_dict())),
        "zip: parameters": case(saved(parameters), parameters),
        "zip: types": case(saved(types()), types()),
        "zip: views": case(saved(views()), views()),
        "zip: a training": case(saved(checkpoint), state_dict),
        "zip: under another key": case(saved({"ema": plain, "step": torch.tensor(1)}), plain),
        "zip: protocol 4": case(saved(plain, pickle_protocol=4), plain),
        "zip: big-endian": case(checked(big_endian(plain), plain), plain),
        "zip: packed": case(checked(zipped(members_of(saved(types())), zipfile.ZIP_DEFLATED), types()), types()),
        "zip: without checksums": case(without_sums(plain), plain),
        "old: a network": case(old(module.state_dict()), floating_point(module.state_dict())),
        "old: types": case(old(types()), types()),
        "old: views": case(old(views()), views()),
        "old: a training": case(old(checkpoint), state_dict),
        "old: protocol 3": case(old(plain, pickle_protocol=3), plain),
        "old: protocol 5": case(old(plain, pickle_protocol=5), plain),
        "tar": case(checked(tar(in_tar), in_tar), in_tar),
    }


class Runs:
    def __reduce__(self):
        return (os.system, ("true",))


def refused():
    values = {
        "a whole model": network(),
        "os.system": {"a": torch.ones(2), "b": Runs()},
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
    # The old format would have torch's own source of the model's classes in it.
    files = {f"zip: {name}": saved(value) for name, value in values.items()}
    files.update((f"old: {name}", old(value)) for name, value in values.items() if name not in ("a whole model", "sparse"))
    return {name: packed(content) for name, content in files.items()}


def draw_random(count, folder):
    """State dicts of random tensors, types and views, in both formats."""
    draw = random.Random(count)
    for i in range(count):
        tensors = collections.OrderedDict()
        for j in range(draw.randint(1, 6)):
            kind = draw.choice([torch.float32, torch.float64, torch.float16, torch.bfloat16])
            shape = [draw.randint(1, 5) for _ in range(draw.randint(0, 4))]
            tensor = torch.randn(shape).to(kind)
            for _ in range(draw.randint(0, 3)):
                axes = list(range(tensor.dim()))
                draw.shuffle(axes)
                tensor = tensor.permute(axes)
                if axes:
                    tensor = tensor.narrow(0, begin := draw.randrange(tensor.shape[0]), draw.randint(1, tensor.shape[0] - begin))
            tensors[f"t{j}"] = tensor
            if draw.random() < 0.3:
                tensors[f"again{j}"] = tensor[..., None].expand(*tensor.shape, 2)
        content = saved(tensors) if draw.random() < 0.5 else old(tensors)
        with open(os.path.join(folder, f"{i}.pth"), "wb") as file:
            file.write(content)
        with open(os.path.join(folder, f"{i}.json"), "w") as file:
            json.dump(expected(tensors), file)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if len(sys.argv) > 1:
        draw_random(int(sys.argv[1]), sys.argv[2])
    else:
        print(json.dumps({"made": f"torch {torch.__version__}", "readable": readable(), "refused": refused()}))
