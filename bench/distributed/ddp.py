"""PyTorch's DistributedDataParallel over gloo, as a rank of bench/distributed/table.mjs: milliseconds a step, all layers.

The images are random numbers that are already in memory, so nothing is decoded.
"""

import os
import sys
import time

import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "test", "golden"))
from reference_network import alexnet  # noqa: E402

batch, steps, threads = (int(word) for word in sys.argv[1:4])
rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
torch.set_num_threads(threads)
torch.manual_seed(0)
model = alexnet(classes=2)
if world > 1:
    torch.distributed.init_process_group("gloo")
    model = torch.nn.parallel.DistributedDataParallel(model)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
images = torch.randn(batch // world, 3, 224, 224)
labels = torch.arange(batch // world) % 2
times = []
for _ in range(steps):
    start = time.perf_counter()
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
    times.append(1000 * (time.perf_counter() - start))
if rank == 0:
    print(sorted(times[1:])[(steps - 1) // 2])
if world > 1:
    torch.distributed.destroy_process_group()
