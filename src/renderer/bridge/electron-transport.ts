import type { ElectronBridge } from '../../shared/ipc/electron-bridge.ts';
import type { Transport } from './transport.ts';
import { postUpload } from './upload.ts';

/**
 * The Electron host's transport. It is open as long as the page lives, because main and the page end together.
 * @param origin of the page, `app://studio`
 */
export function createElectronTransport(bridge: ElectronBridge, origin: string = location.origin): Transport {
  let ended = false;
  return {
    start(listener) {
      bridge.onMessage((text) => {
        if (!ended) listener.message(text);
      });
      listener.opened();
    },
    send(text) {
      if (!ended) bridge.send(text);
    },
    upload: (name, meta, bytes) => postUpload(origin, name, meta, bytes),
    close() {
      ended = true;
    },
  };
}
