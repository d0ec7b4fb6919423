"""Lists a folder as torchvision's ImageFolder does: what test/data/scan.test.ts compares the scan with.

    python3 torchvisionScan.py FOLDER   # prints {"classes": [...], "samples": [[path, label], ...]}

Written from the documented rules, with nothing but the standard library, because torchvision is seldom installed.
"""

import json
import os
import sys

EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")


def image_folder(root):
    classes = sorted(entry.name for entry in os.scandir(root) if entry.is_dir())
    samples = []
    for label, name in enumerate(classes):
        for folder, _, files in sorted(os.walk(os.path.join(root, name), followlinks=True)):
            for file in sorted(files):
                path = os.path.join(folder, file)
                if path.lower().endswith(EXTENSIONS):
                    samples.append([os.path.relpath(path, root), label])
    return {"classes": classes, "samples": samples}


if __name__ == "__main__":
    json.dump(image_folder(sys.argv[1]), sys.stdout)
