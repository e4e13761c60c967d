import { createServer } from 'node:net';
import { connect } from 'node:tls';

// SIPp as Debian ships it knows no TLS: what it says by TCP goes on to the node by TLS. Its own
// CPU time is not counted.
const [host, port] = process.argv.slice(2);
const server = createServer((near) => {
  const far = connect({ host, port: Number(port), rejectUnauthorized: false });
  const end = () => {
    near.destroy();
    far.destroy();
  };
  for (const socket of [near, far]) socket.setNoDelay(true).on('error', end).on('close', end);
  near.pipe(far);
  far.pipe(near);
});
server.listen(0, '127.0.0.42', () => process.send?.(server.address().port));
