# Writes src/model/imagenetClasses.ts: the names of ImageNet's 1000 classes, as torchvision has them.
#
#   pip download --no-deps torchvision==0.28.0
#   python scripts/imagenetClasses.py torchvision-0.28.0-*.whl
#
# The names are read out of the wheel's text; torchvision need not be installed, nor torch.

import ast
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


def literal(name):
    """As Biome formats it."""
    return f'"{name}"' if "'" in name else f"'{name}'"


lines = [f"  {literal(name)}," for name in names]
text = f"""// The names of ImageNet's 1000 classes, in the order of the logits; no two are the same.
// Source: torchvision {version}, torchvision/models/_meta.py, _IMAGENET_CATEGORIES. Made by scripts/imagenetClasses.py.

export const imageNetClasses: readonly string[] = [
{chr(10).join(lines)}
];
"""
out = pathlib.Path(__file__).parent.parent / "src" / "model" / "imagenetClasses.ts"
out.write_text(text)
print(f"{len(names)} classes of torchvision {version} in {out.name}")
