import { contextBridge, ipcRenderer } from 'electron';
import { type ElectronBridge, MEDIA_PORT, TO_MAIN, TO_PAGE } from '../shared/ipc/electron-bridge.ts';

const bridge: ElectronBridge = {
  send: (text) => ipcRenderer.send(TO_MAIN, String(text)),
  onMessage: (listener) => {
    ipcRenderer.on(TO_PAGE, (_event, text) => listener(String(text)));
  },
};
contextBridge.exposeInMainWorld('vida3', bridge);

/** A port that is posted before the page listens would be lost. */
const loaded = new Promise<void>((resolve) => {
  window.addEventListener('load', () => resolve(), { once: true });
});
// Ports cannot cross the context bridge; a message of the window hands them over.
ipcRenderer.on(MEDIA_PORT, ({ ports }) => {
  void loaded.then(() => window.postMessage(MEDIA_PORT, location.origin, [...ports]));
});
