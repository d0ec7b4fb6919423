"""Writes gifAvif.json: small GIF and AVIF files by Pillow 12, and Pillow's pixels of their first frames. usage: make_gif_avif.py"""
import base64, io, json, pathlib, random
from PIL import Image

random.seed(1)
few = Image.new('RGB', (4, 3))
few.putdata([tuple(random.randrange(256) for _ in 'rgb') for _ in range(12)])
image = few.resize((16, 12), Image.BICUBIC)
turned = image.transpose(Image.Transpose.ROTATE_180)
alpha = image.convert('RGBA')
alpha.putalpha(Image.linear_gradient('L').resize(image.size))
palette = image.quantize(16)
cases = {
    'gif': (image, 'GIF', {}),
    'gif, grey': (image.convert('L'), 'GIF', {}),
    'gif, 3 frames': (image, 'GIF', {'save_all': True, 'append_images': [turned, image.transpose(0)]}),
    'gif, transparent': (palette, 'GIF', {'transparency': palette.getpixel((0, 0))}),
    'avif, grey': (image.convert('L'), 'AVIF', {}),
    'avif, 4:4:4': (image, 'AVIF', {'quality': 100, 'subsampling': '4:4:4'}),
    'avif, 4:2:0': (image, 'AVIF', {'quality': 90, 'subsampling': '4:2:0'}),
    'avif, alpha': (alpha, 'AVIF', {'quality': 100, 'subsampling': '4:4:4'}),
    'avif, sequence': (image, 'AVIF', {'save_all': True, 'append_images': [turned]}),
}
text = lambda data: base64.b64encode(data).decode()
golden = {}
for name, (source, kind, options) in cases.items():
    file = io.BytesIO()
    source.save(file, kind, **options)
    pixels = Image.open(io.BytesIO(file.getvalue())).convert('RGB').tobytes()
    golden[name] = {'file': text(file.getvalue()), 'pixels': text(pixels)}
path = pathlib.Path(__file__).with_name('gifAvif.json')
path.write_text(json.dumps(golden, indent=1) + '\n')
