# Prints the contents of a safetensors file: read with the safetensors library if it is installed, else parsed directly.
# python3 readSafetensors.py FILE

import array
import json
import struct
import sys

path = sys.argv[1]
try:
    from safetensors import safe_open

    with safe_open(path, "np") as file:
        metadata = file.metadata()
        tensors = {name: [list(file.get_slice(name).get_shape()), file.get_tensor(name).ravel().tolist()] for name in file.keys()}
except ImportError:
    content = open(path, "rb").read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    assert length % 8 == 0, "the tensors are not aligned"
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        assert entry["dtype"] == "F32"
        tensors[name] = [entry["shape"], array.array("f", content[begin:end]).tolist()]
print(json.dumps({"metadata": metadata, "tensors": tensors}))
