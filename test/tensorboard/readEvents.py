# Prints what TensorBoard's own reader finds in the folder argv[1]: scalars and images by tag.
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

reader = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0})
reader.Reload()
tags = reader.Tags()
json.dump(
    {
        "scalars": {
            tag: [[event.step, event.value, event.wall_time] for event in reader.Scalars(tag)]
            for tag in tags["scalars"]
        },
        "images": {
            tag: [
                [event.step, event.width, event.height, event.encoded_image_string.hex()]
                for event in reader.Images(tag)
            ]
            for tag in tags["images"]
        },
    },
    sys.stdout,
)
