import { AUDIO_KBPS } from '../../shared/domain/encoding.ts';
import { BitrateController, type DestinationLoad } from './bitrate-controller.ts';
import type { RenditionStream } from './rendition.ts';

/** Dynamic bitrate of a session: one controller per rendition, asked at every look. */
export class AdaptiveBitrate {
  readonly #controllers = new Map<RenditionStream, BitrateController>();
  readonly #apply: (rendition: RenditionStream, kbps: number) => boolean;

  /** @param apply tells the encoder; false when it keeps what it has because the change is too small */
  constructor(
    renditions: readonly RenditionStream[],
    apply: (rendition: RenditionStream, kbps: number) => boolean,
  ) {
    this.#apply = apply;
    for (const rendition of renditions) {
      this.#controllers.set(rendition, new BitrateController(rendition.spec.bitrateKbps, AUDIO_KBPS));
    }
  }

  look(nowMs: number): void {
    for (const [rendition, controller] of this.#controllers) {
      const kbps = controller.update(nowMs, loadsOf(rendition));
      if (kbps !== null && this.#apply(rendition, kbps)) rendition.targetKbps = kbps;
    }
  }
}

/** A connection begins with what was kept for it, which says nothing about the network. */
const SETTLED_MS = 4_000;

function loadsOf({ destinations }: RenditionStream): DestinationLoad[] {
  const loads: DestinationLoad[] = [];
  for (const destination of destinations) {
    if (destination.state !== 'live') continue;
    const status = destination.status();
    const liveMs = Date.now() - (status.history.at(-1)?.atMs ?? 0);
    if (status.kind === 'rtmp' && liveMs >= SETTLED_MS) loads.push(status);
  }
  return loads;
}
