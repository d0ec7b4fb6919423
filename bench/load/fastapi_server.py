"""A prediction server as one writes it with FastAPI and PyTorch, beside which `npm run load` measures alexft serve.

    python fastapi_server.py WEIGHTS.pth --max-batch 1

prints its port when it is ready. `POST /predict` takes the bytes of an image. Images are decoded in a pool of threads.
With `--max-batch` above 1, the images that wait are computed together.
"""

import argparse
import asyncio
import io
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import numpy
import torch
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from PIL import Image, UnidentifiedImageError

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "golden"))
from reference_network import alexnet  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("weights")
parser.add_argument("--max-batch", type=int, default=1)
options = parser.parse_args()

state = torch.load(options.weights, weights_only=True)
model = alexnet(len(state["classifier.6.bias"]))
model.load_state_dict(state)
model.eval()
mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
waiting = asyncio.Queue()


def decode(body):
    image = Image.open(io.BytesIO(body)).convert("RGB").resize((224, 224), Image.BILINEAR)
    return (torch.from_numpy(numpy.array(image)).permute(2, 0, 1).float() / 255 - mean) / std


@torch.inference_mode()
def forward(images):
    return torch.softmax(model(torch.stack(images)), 1).tolist()


async def work():
    while True:
        batch = [await waiting.get()]
        while len(batch) < options.max_batch and not waiting.empty():
            batch.append(waiting.get_nowait())
        rows = await run_in_threadpool(forward, [image for image, _ in batch])
        for (_, answer), row in zip(batch, rows):
            if not answer.done():  # its client is still there
                answer.set_result(row)


@asynccontextmanager
async def lifespan(_):
    worker = asyncio.create_task(work())
    yield
    worker.cancel()


app = FastAPI(lifespan=lifespan)


@app.post("/predict")
async def predict(request: Request):
    try:
        image = await run_in_threadpool(decode, await request.body())
    except (UnidentifiedImageError, OSError) as error:
        raise HTTPException(422, "no image") from error
    answer = asyncio.get_running_loop().create_future()
    waiting.put_nowait((image, answer))
    return {"probabilities": await answer}


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
