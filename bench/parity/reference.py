"""PyTorch's side of `npm run parity`: computes what FOLDER/plan.json asks for, and leaves it in FOLDER.

    python bench/parity/reference.py FOLDER         writes reference.json and reference.safetensors
    python bench/parity/reference.py FOLDER MODEL   loads a model file of alexft, and prints its logits' differences
                                                    from those in FOLDER/model.safetensors as JSON
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np
import PIL
import torch
from pytorch import batch, given_gradients, gradients, masks, network, pixels, read_safetensors, training

# The usual one first.
LAYOUTS = {"NCHW": torch.contiguous_format, "channels_last": torch.channels_last}


def main(folder, model=None):
    plan = json.loads((folder / "plan.json").read_text())
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, Pillow {PIL.__version__}", file=sys.stderr)
    if model is not None:
        print(json.dumps(loaded(plan, folder, model)))
        return
    tensors, figures = {}, {"versions": {"torch": torch.__version__, "pillow": PIL.__version__}}
    for part in (images, draws, first_look, optimizers, trainings):
        start = time.perf_counter()
        print(f"  {part.__doc__.strip()} ...", end="", file=sys.stderr, flush=True)
        values, found = part(plan)
        tensors.update(values)
        figures.update(found)
        print(f" {time.perf_counter() - start:.0f} s", file=sys.stderr)
    write_safetensors(folder / "reference.safetensors", tensors)
    (folder / "reference.json").write_text(json.dumps(figures))


def images(plan):
    """pixels of every photo"""
    found = (pixels(file) for file in plan["files"])
    return {}, {"pixels": [None if p is None else hashlib.sha256(p.tobytes()).hexdigest() for p in found]}


def draws(plan):
    """initial parameters, dropout masks"""
    model = network(plan, "none")
    drawn = {f"mask.{step}.{i}": mask for step in range(len(plan["batches"])) for i, mask in enumerate(masks(plan, step))}
    return drawn, {"initial": {name: sha256(p) for name, p in model.named_parameters()}}


def first_look(plan):
    """logits, loss and gradients, pretrained and from scratch"""
    tensors, losses = {}, {}
    for weights in ("imagenet-features", "none"):
        with torch.no_grad():
            tensors[f"logits.{weights}"] = network(plan, weights).eval()(batch(plan, plan["looked"])[0])
        losses[weights] = []
        for layout, memory_format in LAYOUTS.items():
            loss, found = gradients(plan, weights, memory_format)
            losses[weights].append(loss)
            tensors.update({f"gradient.{weights}.{layout}.{name}": value for name, value in found.items()})
    return tensors, {"looks": losses}


def optimizers(plan):
    """ten steps on given gradients"""
    tensors = {}
    for case in plan["optimizers"]:
        for i, parameter in enumerate(given_gradients(plan, case)):
            tensors[f"optimizer.{case['name']}.{i}"] = parameter
    return tensors, {}


def trainings(plan):
    """trainings, each in both memory layouts"""
    figures = {}
    for case in plan["trainings"]:
        figures[case["name"]] = [training(plan, case, layout) for layout in LAYOUTS.values()]
    return {}, {"trainings": figures}


def loaded(plan, folder, file):
    """A model of alexft's, as a user loads it, on the photos that alexft has looked at with it."""
    model = network(plan, "none").eval()
    model.load_state_dict(read_safetensors(file), strict=True)
    with torch.no_grad():
        logits = model(batch(plan, plan["looked"])[0])
    ours = read_safetensors(folder / "model.safetensors")["logits"]
    return {
        "difference": (ours - logits).abs().max().item(),
        "labels": (ours.argmax(1) == logits.argmax(1)).sum().item(),
    }


def sha256(values):
    return hashlib.sha256(values.detach().contiguous().numpy().tobytes()).hexdigest()


def write_safetensors(path, tensors):
    arrays = {name: np.ascontiguousarray(value.detach().numpy(), np.float32) for name, value in tensors.items()}
    header, start = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [start, start + array.nbytes]}
        start += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.write(array.tobytes())


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:]))
