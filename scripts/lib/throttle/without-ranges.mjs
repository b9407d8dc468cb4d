/**
 * Makes a server ignore that only a part was asked for, as some registries do: the header that asks
 * gets another name on its way. For requests without bodies; holds each back until its head is whole.
 * What does not begin as a request passes as it is: clients ask first whether somebody speaks TLS.
 */
import { Transform } from 'node:stream';

const headEnd = '\r\n\r\n';

export function withoutRanges() {
  let head = '';
  return new Transform({
    transform(chunk, _encoding, done) {
      head += chunk.toString('latin1');
      const isRequest = /^[A-Z]/.test(head);
      if (isRequest && !head.endsWith(headEnd)) return done();
      const renamed = head.replace(/\r\nrange:/gi, '\r\nx-rng:');
      head = '';
      done(null, Buffer.from(renamed, 'latin1'));
    },
  });
}
