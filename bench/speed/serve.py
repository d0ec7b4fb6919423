"""PyTorch's side of the bench's rows that need no images: does the work that a line of JSON on stdin asks for.

    {"work": "inference" | "features" | "step", "batch": 128, "count": 3, "classes": 2}

answers {"seconds": [...]}: how long each of `count` passes took, after one that is not counted.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "golden"))
from reference_network import alexnet  # noqa: E402


class Side:
    """AlexNet, Adam and a batch of noise; `best`: channels_last and the fused optimizer; `autocast`: in bfloat16."""

    def __init__(self, device, best, autocast):
        self.device, self.best = device, best
        self.autocast = torch.autocast(device.split(":")[0], dtype=torch.bfloat16, enabled=autocast)
        self.layout = torch.channels_last if best else torch.contiguous_format
        self.model, self.batch = None, None

    def use(self, classes, batch):
        if self.model is None or self.model.classifier[6].out_features != classes:
            torch.manual_seed(0)
            self.model = alexnet(classes).to(self.device, memory_format=self.layout)
            self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-4, fused=True if self.best else None)
        if self.batch is None or len(self.batch) != batch:
            self.batch = torch.rand(batch, 3, 224, 224).to(self.device, memory_format=self.layout)
        self.labels = torch.arange(batch, device=self.device) % classes

    def step(self):
        self.model.train()
        with self.autocast:
            logits = self.model(self.batch)
        loss = nn.functional.cross_entropy(logits.float(), self.labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    @torch.inference_mode()
    def inference(self):
        with self.autocast:
            return self.model.eval()(self.batch).sum().item()

    @torch.inference_mode()
    def features(self):
        with self.autocast:
            return self.model.eval().features(self.batch).sum().item()

    def timed(self, work):
        start = time.perf_counter()
        getattr(self, work)()
        return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--best", action="store_true")
    parser.add_argument("--autocast", action="store_true")
    parser.add_argument("--tf32", action="store_true")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    # PyTorch's default differs between convolutions and products.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = options.tf32
    if options.threads:
        torch.set_num_threads(options.threads)
    side = Side(options.device, options.best, options.autocast)
    for line in sys.stdin:
        ask = json.loads(line)
        side.use(ask.get("classes", 2), ask["batch"])
        side.timed(ask["work"])
        print(json.dumps({"seconds": [side.timed(ask["work"]) for _ in range(ask["count"])]}), flush=True)


if __name__ == "__main__":
    main()
