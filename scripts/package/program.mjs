// A program such as the README shows: trains as `alexft train` does, and asks the model about images.
// node program.mjs IMAGES MODEL DEVICE WEIGHTS

import { predict, train } from 'alexft';

const [data, out, device, weights] = process.argv.slice(2);
for await (const event of train({
  data,
  out,
  device,
  weights,
  epochs: 1,
  batchSize: 8,
  trainable: 'classifier',
})) {
  if (event.event === 'epoch') console.log(JSON.stringify(event));
}
for await (const result of predict([data], { model: out, device })) {
  console.log(result.file, 'error' in result ? result.error : result.label);
}
