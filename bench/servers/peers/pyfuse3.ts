import type { Peer } from '../peer.js';

export const pyfuse3: Peer = {
  async missing() {
    return 'its servers are not there yet';
  },
  async start() {
    throw new Error('its servers are not there yet');
  },
};
