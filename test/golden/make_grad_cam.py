"""Writes gradCam.json: Grad-CAM by PyTorch's autograd on training.json's narrow network and first batch, and the first
layer's kernels as torchvision's save_image(normalize=True, scale_each=True) has them.

    pip install torch==2.13.0 "pillow>=12,<13" numpy
    python test/golden/make_grad_cam.py
"""

import torch
from golden_training import CLASSES, narrow_network, training_batch
from make_golden import write


def grad_cam(model, images, classes):
    """[n, 13, 13]: Selvaraju et al. (2017), equations 1 and 2, each divided by its maximum."""
    with torch.no_grad():
        activations = model.features[:12](images)
    activations.requires_grad_()
    features = model.features[12](activations)
    logits = model.classifier(torch.flatten(features, 1))
    logits.gather(1, torch.tensor(classes)[:, None]).sum().backward()
    weights = activations.grad.mean(dim=(2, 3), keepdim=True)
    heat = (weights * activations.detach()).sum(dim=1).relu()
    return heat / heat.amax(dim=(1, 2), keepdim=True).clamp_min(1e-30)


def as_bytes(kernels):
    """torchvision.utils: make_grid's norm_ip for each, then save_image's rounding. [n, height, width, 3]."""
    least = kernels.amin(dim=(1, 2, 3), keepdim=True)
    most = kernels.amax(dim=(1, 2, 3), keepdim=True)
    scaled = (kernels - least) / (most - least).clamp_min(1e-5)
    return scaled.mul(255).add(0.5).clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)


def maps(heat):
    """Flat, and rounded: engines agree to no more digits."""
    return [[round(value, 6) for value in one] for one in heat.flatten(1).tolist()]


def main():
    torch.set_num_threads(1)
    model = narrow_network().eval()
    images, _ = training_batch(0)
    cases = [{"class": c, "maps": maps(grad_cam(model, images, [c] * len(images)))} for c in range(CLASSES)]
    filters = as_bytes(model.features[0].weight.detach()).flatten().tolist()
    write("gradCam", {"seed": 3, "classes": CLASSES, "images": len(images), "cases": cases, "filters": filters})


if __name__ == "__main__":
    main()
