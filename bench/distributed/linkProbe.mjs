// Measures a link: `linkProbe.mjs serve` on one machine, `linkProbe.mjs HOST PORT` on the other, which prints the round
// trip in milliseconds and Gbit/s, as JSON.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const [host, port] = process.argv.slice(2);
const [pings, seconds] = [200, 2];

if (host === 'serve') {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', (kind) => {
      if (kind.toString() === 'echo') socket.on('data', (byte) => socket.write(byte)).write('.');
      else socket.resume();
    });
  }).listen(0, () => console.log(server.address().port));
} else {
  const echo = connect({ host, port, noDelay: true });
  echo.write('echo');
  await once(echo, 'data');
  const times = [];
  for (let ping = 0; ping < pings; ping++) {
    const start = performance.now();
    echo.write('.');
    await once(echo, 'data');
    times.push(performance.now() - start);
  }
  echo.destroy();
  const sink = connect({ host, port });
  sink.write('sink');
  const block = Buffer.alloc(1 << 20);
  const start = performance.now();
  while (performance.now() - start < 1000 * seconds) if (!sink.write(block)) await once(sink, 'drain');
  const gigabits = ((sink.bytesWritten - sink.writableLength) * 8e-9) / ((performance.now() - start) / 1000);
  sink.destroy();
  console.log(JSON.stringify({ milliseconds: times.sort((a, b) => a - b)[pings / 2], gigabits }));
}
