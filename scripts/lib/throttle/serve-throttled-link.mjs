/**
 * serve-throttled-link.mjs PORT BYTES_PER_SECOND DELAY_MS [no-ranges]: a slow line to a port of this machine.
 *
 * Each connection has a line of its own. Prints its port when it listens; ends when its standard input does.
 */
import { connect, createServer } from 'node:net';
import { slowLane } from './slow-lane.mjs';
import { withoutRanges } from './without-ranges.mjs';

const [port, bytesPerSecond, delayMs] = process.argv.slice(2, 5).map(Number);
const ignoresRanges = process.argv[5] === 'no-ranges';
// As much as fills the line in the time there and back.
const windowBytes = Math.ceil((bytesPerSecond * delayMs * 2) / 1000);
const line = { bytesPerSecond, delayMs, windowBytes };

const server = createServer((near) => {
  const far = connect(port, '127.0.0.1');
  for (const [socket, other] of [
    [near, far],
    [far, near],
  ]) {
    socket.setNoDelay();
    socket.on('error', () => other.destroy());
  }
  void slowLane(ignoresRanges ? near.pipe(withoutRanges()) : near, far, line);
  void slowLane(far, near, line);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().once('end', () => process.exit());
