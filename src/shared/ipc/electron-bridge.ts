/** Names of Electron's channels between main and the preload. */
export const TO_MAIN = 'vida3:to-main';
export const TO_PAGE = 'vida3:to-page';
/** Also the text of the window message with which the preload hands a media port to the page. */
export const MEDIA_PORT = 'vida3:media-port';

/** All that the preload gives the page: `window.vida3`. Texts are those of envelope.ts. */
export interface ElectronBridge {
  send(text: string): void;
  /** Once; texts that came before are not given. */
  onMessage(listener: (text: string) => void): void;
}
