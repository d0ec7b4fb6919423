"""torchvision's AlexNet in plain PyTorch, for the golden files and for bench/: its layers in their order, any widths."""

import torch
from torch import nn


def generator(seed):
    return torch.Generator().manual_seed(seed)

def alexnet(classes=1000, convolutions=(64, 192, 384, 256, 256), hidden=(4096, 4096), dropout=0.5):
    """torchvision.models.AlexNet, whose layers are made in this order; narrower where asked."""
    c0, c1, c2, c3, c4 = convolutions
    h0, h1 = hidden
    features = nn.Sequential(
        nn.Conv2d(3, c0, kernel_size=11, stride=4, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(c0, c1, kernel_size=5, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(c1, c2, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(c2, c3, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(c3, c4, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
    )
    avgpool = nn.AdaptiveAvgPool2d((6, 6))
    classifier = nn.Sequential(
        nn.Dropout(p=dropout),
        nn.Linear(c4 * 6 * 6, h0),
        nn.ReLU(inplace=True),
        nn.Dropout(p=dropout),
        nn.Linear(h0, h1),
        nn.ReLU(inplace=True),
        nn.Linear(h1, classes),
    )
    model = AlexNet()
    model.features, model.avgpool, model.classifier = features, avgpool, classifier
    return model


class AlexNet(nn.Module):
    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))
