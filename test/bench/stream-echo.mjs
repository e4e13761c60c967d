import { createServer as createPlain } from 'node:net';
import { createServer as createSecure } from 'node:tls';

// The least a node can do with a message by TCP or TLS: take it, send one. Is told what to serve
// with (a certificate and its key, or nothing), tells its port, and runs until it is killed.
process.once('message', (secrets) => {
  const answer = (socket) => {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => socket.write(bytes));
    socket.on('error', () => socket.destroy());
  };
  const server = secrets.cert === undefined ? createPlain(answer) : createSecure(secrets, answer);
  server.listen(0, '127.0.0.41', () => process.send?.(server.address().port));
});
