import { createSocket } from 'node:dgram';

// The least a node can do with a datagram: take it, send one. Tells its port, and runs until it
// is killed.
const socket = createSocket('udp4');
socket.on('message', (bytes, source) => socket.send(bytes, source.port, source.address));
socket.bind(0, '127.0.0.41', () => process.send?.(socket.address().port));
