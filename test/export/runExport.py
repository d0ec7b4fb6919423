"""Runs an export of alexft as a program in Python does, for exports.test.ts and bench/exports.mjs.

    python3 runExport.py EXPORT [IMAGE...]

EXPORT is an .onnx file (onnxruntime), a SavedModel (tensorflow) or a .pth file (torch), with its alexft.json. Images are
preprocessed by Pillow and numpy. Prints JSON: the runtime and its version, the largest difference of the outputs for the
golden images, and the outputs for the images.
"""

import base64
import io
import json
import pathlib
import sys

import numpy
from PIL import Image

export = pathlib.Path(sys.argv[1])
if export.is_dir():
    description = json.loads((export / "alexft.json").read_text())
else:
    description = json.loads(export.with_name(export.name + ".alexft.json").read_text())
given, output = description["input"], description["output"]["name"]


def preprocess(image):
    how = description["preprocessing"]
    values = numpy.array(image.convert("RGB").resize((how["size"], how["size"]), Image.BILINEAR))
    if given["normalized"]:
        mean, std = numpy.float32(how["mean"]), numpy.float32(how["std"])
        values = (values.astype(numpy.float32) / numpy.float32(255) - mean) / std
    return values.transpose(2, 0, 1) if given["layout"] == "NCHW" else values


def load():
    """Returns the runtime's name and version, and a function of a batch."""
    if description["target"] == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(export), providers=["CPUExecutionProvider"])
        run = lambda batch: session.run([output], {given["name"]: batch})[0]
        return "ONNX Runtime", onnxruntime.__version__, run
    if description["target"] == "savedmodel":
        import tensorflow

        model = tensorflow.saved_model.load(str(export))
        serve = model.signatures["serving_default"]
        run = lambda batch: serve(**{given["name"]: tensorflow.constant(batch)})[output].numpy()
        return "TensorFlow", tensorflow.__version__, run
    import torch

    sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "golden"))
    from reference_network import alexnet

    state = torch.load(export, weights_only=True)
    convolutions = [state[f"features.{layer}.weight"].shape[0] for layer in (0, 3, 6, 8, 10)]
    hidden = [state[f"classifier.{layer}.weight"].shape[0] for layer in (1, 4)]
    network = alexnet(len(description["classes"]), convolutions, hidden)
    network.load_state_dict(state, strict=True)
    network.eval()

    def run(batch):
        with torch.no_grad():
            return network(torch.from_numpy(batch)).numpy()

    return "PyTorch", torch.__version__, run


runtime, version, run = load()
golden = description["golden"]
images = [Image.open(io.BytesIO(base64.b64decode(image["png"]))) for image in golden]
found = run(numpy.stack([preprocess(image) for image in images]))
expected = numpy.array([image["output"] for image in golden])
labels = [description["classes"][index] for index in found.argmax(axis=1)]
assert labels == [image["label"] for image in golden], labels

outputs = []
for start in range(2, len(sys.argv), 32):
    batch = [preprocess(Image.open(path)) for path in sys.argv[start : start + 32]]
    outputs.extend(run(numpy.stack(batch)).tolist())
difference = float(abs(found - expected).max())
print(json.dumps({"runtime": runtime, "version": version, "goldenDifference": difference, "outputs": outputs}))
