import { type MediaPacket, readMediaPacket } from '../../shared/domain/media-packet.ts';

const MAX_FAULTS = 20;

/** What an end of the page's media port tells the process, whatever it is made of. */
export interface PageEndEvents {
  readonly onPacket: (packet: MediaPacket) => void;
  /** A page is attached or gone. */
  readonly onChange: (connected: boolean) => void;
  readonly log: (level: 'info' | 'warn', message: string) => void;
}

/** Reads the packets of one page. Its first fault is logged, and a page with too many of them is given up. */
export class PacketReader {
  readonly #events: PageEndEvents;
  readonly #giveUp: () => void;
  #faults = 0;

  constructor(events: PageEndEvents, giveUp: () => void) {
    this.#events = events;
    this.#giveUp = giveUp;
  }

  read(bytes: Uint8Array): void {
    let packet: MediaPacket;
    try {
      packet = readMediaPacket(bytes);
    } catch (error) {
      this.fault(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#events.onPacket(packet);
  }

  fault(message: string): void {
    this.#faults++;
    if (this.#faults === 1) this.#events.log('warn', message);
    if (this.#faults > MAX_FAULTS) this.#giveUp();
  }
}
