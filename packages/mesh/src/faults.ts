import { defineFaults } from '@tandem/engine';

/** The mesh's faults. */
export const meshFaults = defineFaults({
  MESH_UNREACHABLE: {
    meaning: 'This node has no connection to NATS, so no other node can be asked.',
    remedy: 'Start the server named in `[nats] servers`; the node reconnects by itself.',
  },
  MESH_NODE_UNREACHABLE: {
    meaning: 'Nobody listens under the name of that node: it is down, or was started anew.',
    remedy: 'Start the node; what it owned comes back when its phones register again.',
  },
  MESH_NODE_LATE: {
    meaning: 'The other node did not answer in time.',
    remedy: 'Look at its load and loop lag with `tandem nodes`.',
  },
  MESH_NODE_FAILED: {
    meaning: 'The other node answered with a fault of its own.',
    remedy: 'Its log has the whole story; the code and text here are what it sent.',
  },
  MESH_NAME_TAKEN: {
    meaning: 'Another living node of the cluster has this name.',
    remedy: 'Give each node a name of its own: `--node`, or `[general] nodename`.',
  },
  MESH_TOO_BUSY: {
    meaning: 'More questions to other nodes are open than are allowed.',
    remedy: 'A node answers too slowly; see `tandem nodes`.',
  },
  MESH_BAD_ENVELOPE: {
    meaning: 'Something came over NATS that is no message of this cluster.',
    remedy: 'Compare versions, and the subject permissions of the NATS users.',
  },
  MESH_LEASES_UNAVAILABLE: {
    meaning: 'The bucket of leases cannot be used, so no dynamic resource can be given an owner.',
    remedy: 'Switch JetStream on at the NATS server and allow this user its bucket.',
  },
});
