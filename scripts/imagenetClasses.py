# Writes src/weights/imagenetClasses.json: the names of ImageNet's 1000 classes in the order of the logits, from
# torchvision.
#
#   pip download --no-deps torchvision==0.28.0
#   python scripts/imagenetClasses.py torchvision-0.28.0-*.whl
#
# The names are parsed from the source in the wheel; neither torchvision nor torch need to be installed.

import ast
import json
import pathlib
import sys
import zipfile

wheel = pathlib.Path(sys.argv[1])
version = wheel.name.split("-")[1]
with zipfile.ZipFile(wheel) as archive:
    source = archive.read("torchvision/models/_meta.py").decode()

assignments = {
    node.targets[0].id: node.value for node in ast.parse(source).body if isinstance(node, ast.Assign)
}
names = ast.literal_eval(assignments["_IMAGENET_CATEGORIES"])
assert len(names) == 1000, f"{len(names)} classes"
# They are keys of JSON objects.
assert len(set(names)) == 1000, "two classes have the same name"
assert all(name.isascii() and name.isprintable() and not set('"\\') & set(name) for name in names)

out = pathlib.Path(__file__).parent.parent / "src" / "weights" / "imagenetClasses.json"
out.write_text(json.dumps(names, indent=2) + "\n")
print(f"{len(names)} classes of torchvision {version} in {out.name}")
