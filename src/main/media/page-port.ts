import type { MediaControl } from '../../shared/ipc/envelope.ts';
import { PacketReader, type PageEndEvents } from './packet-reader.ts';

/** What this process needs of a message port, as Electron's MessagePortMain has it. */
export interface PagePortHandle {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** The page is told at most this often what was taken, or sooner when it is much. */
const TAKEN_EVERY_MS = 50;
const TAKEN_BYTES = 256 * 1024;

/** The end of the page's media port in Electron, one Uint8Array per packet. A new port replaces the one before it. */
export class PagePort {
  readonly #events: PageEndEvents;
  #current: { readonly port: PagePortHandle; readonly end: () => void } | null = null;

  constructor(events: PageEndEvents) {
    this.#events = events;
  }

  get connected(): boolean {
    return this.#current !== null;
  }

  accept(port: PagePortHandle): void {
    const before = this.#current;
    let taken = 0;
    let told = 0;
    let timer: NodeJS.Timeout | null = null;
    const tell = (): void => {
      if (timer) clearTimeout(timer);
      timer = null;
      told = taken;
      post(port, { type: 'taken', bytes: taken });
    };
    const end = (): void => {
      if (timer) clearTimeout(timer);
      timer = null;
    };
    const current = { port, end };
    const gone = (): void => {
      end();
      if (this.#current !== current) return;
      this.#current = null;
      this.#events.onChange(false);
    };
    const reader = new PacketReader(this.#events, () => {
      port.close();
      gone();
    });
    this.#current = current;
    if (before) {
      before.end();
      before.port.close();
    }
    port.on('message', ({ data }) => {
      if (this.#current !== current) return;
      if (!(data instanceof Uint8Array)) {
        reader.fault('media port: a message is no packet');
        return;
      }
      reader.read(data);
      if (this.#current !== current) return;
      taken += data.byteLength;
      if (taken - told >= TAKEN_BYTES) tell();
      else timer ??= setTimeout(tell, TAKEN_EVERY_MS);
    });
    port.on('close', gone);
    port.start();
    this.#events.onChange(true);
  }

  send(control: MediaControl): void {
    if (this.#current) post(this.#current.port, control);
  }

  close(): void {
    this.#current?.end();
    this.#current?.port.close();
    this.#current = null;
  }
}

function post(port: PagePortHandle, control: MediaControl): void {
  port.postMessage(JSON.stringify(control));
}
