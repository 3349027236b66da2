import type { Peer } from '../peer.js';

export const fuseNative: Peer = {
  async missing() {
    return 'its servers are not there yet';
  },
  async start() {
    throw new Error('its servers are not there yet');
  },
};
