import { type DesktopCapturerSource, desktopCapturer, type Session, systemPreferences } from 'electron';
import { ReasonError } from '../../../shared/errors.ts';
import type { CaptureSource } from '../../../shared/ipc/desktop.ts';
import type { Log } from '../../logging/log.ts';
import { isOwn } from './origin.ts';

const THUMBNAIL = { width: 320, height: 180 };
const JPEG_QUALITY = 70;
const MAX_NAME = 256;
const MAX_THUMBNAIL = 400_000;
const MAX_SOURCES = 200;

export interface CapturesOptions {
  /** Id of the studio's own window, which would only show itself; null while it has none. */
  readonly ownSource: () => string | null;
  readonly log: Log;
}

/** Screens and windows to capture: the studio shows its own list, and the page's next request gets what was chosen. */
export class Captures {
  readonly #options: CapturesOptions;
  readonly #listed = new Map<string, string>();
  #chosen: { readonly id: string; readonly name: string } | null = null;

  constructor(options: CapturesOptions) {
    this.#options = options;
  }

  /** Answers `getDisplayMedia`, once for every choice. */
  install(target: Session): void {
    target.setDisplayMediaRequestHandler((request, callback) => {
      const chosen = this.#chosen;
      this.#chosen = null;
      const { frame } = request;
      const ours =
        frame !== null && frame.parent === null && isOwn(frame.url) && isOwn(request.securityOrigin);
      if (ours && chosen && request.videoRequested) {
        // What the machine plays can be captured on Windows only (Electron's docs, session.setDisplayMediaRequestHandler).
        const audio = request.audioRequested && process.platform === 'win32' ? 'loopback' : undefined;
        callback({ video: chosen, ...(audio && { audio }) });
        return;
      }
      this.#options.log.warn('a capture was refused', { ours, chosen: chosen !== null });
      callback(null);
    });
  }

  /** @throws ReasonError `capture.denied`, `capture.failed` */
  async list(): Promise<readonly CaptureSource[]> {
    if (process.platform === 'darwin') {
      const status = systemPreferences.getMediaAccessStatus('screen');
      if (status === 'denied' || status === 'restricted') throw new ReasonError('capture.denied', status);
    }
    let found: readonly DesktopCapturerSource[];
    try {
      found = await desktopCapturer.getSources({ types: ['screen', 'window'], thumbnailSize: THUMBNAIL });
    } catch (error) {
      throw new ReasonError('capture.failed', error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
    const own = this.#options.ownSource();
    const sources = found
      .filter(({ id }) => id !== own && id.length <= MAX_NAME)
      .slice(0, MAX_SOURCES)
      .map(describe);
    this.#listed.clear();
    for (const { id, name } of sources) this.#listed.set(id, name);
    return sources;
  }

  /** @throws ReasonError `capture.failed` for an id that was not listed last */
  choose(id: string): void {
    const name = this.#listed.get(id);
    if (name === undefined) throw new ReasonError('capture.failed', 'no such source');
    this.#chosen = { id, name };
  }
}

function describe({ id, name, thumbnail }: DesktopCapturerSource): CaptureSource {
  const picture = thumbnail.isEmpty()
    ? ''
    : `data:image/jpeg;base64,${thumbnail.toJPEG(JPEG_QUALITY).toString('base64')}`;
  return {
    id,
    name: name.slice(0, MAX_NAME).toWellFormed(),
    kind: id.startsWith('screen:') ? 'screen' : 'window',
    thumbnail: picture.length <= MAX_THUMBNAIL ? picture : '',
  };
}
