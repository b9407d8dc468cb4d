/**
 * Waits until a stream takes more. Resolves also when it breaks: whoever writes looks whether it is destroyed.
 *
 * @param {import('node:stream').Writable} stream
 */
export function drained(stream) {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'error'];
    const done = () => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}
