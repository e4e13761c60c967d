export { freePort, NatsServer } from './nats-server.ts';
