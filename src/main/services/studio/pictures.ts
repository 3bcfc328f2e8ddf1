import { ReasonError } from '../../../shared/errors.ts';

export type PictureKind = 'snapshot' | 'contact-sheet';

/**
 * Pictures that main asked the page for. A picture nobody asked for is refused: no camera or programme picture
 * leaves the page by its own wish.
 */
export class PictureRequests {
  private readonly pending = new Map<
    number,
    { take(png: Uint8Array): void; fail(error: ReasonError): void }
  >();
  private readonly ask: (id: number, kind: PictureKind) => void;
  private nextId = 1;

  constructor(ask: (id: number, kind: PictureKind) => void) {
    this.ask = ask;
  }

  /** @throws ReasonError `host.page-silent` when the page does not answer in time */
  request(kind: PictureKind, timeoutMs: number): Promise<Uint8Array> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const fail = (error: ReasonError) => {
        clearTimeout(timer);
        this.pending.delete(id);
        reject(error);
      };
      const timer = setTimeout(
        () => fail(new ReasonError('host.page-silent', `no ${kind} within ${timeoutMs} ms`)),
        timeoutMs,
      );
      this.pending.set(id, {
        fail,
        take: (png) => {
          clearTimeout(timer);
          resolve(png);
        },
      });
      this.ask(id, kind);
    });
  }

  /** @throws ReasonError `ipc.not-allowed` for a picture nobody asked for, `ipc.bad-payload` for no PNG */
  receive(id: number, png: Uint8Array): void {
    const request = this.pending.get(id);
    if (!request) throw new ReasonError('ipc.not-allowed', 'nobody asked for a picture');
    if (!isPng(png)) throw new ReasonError('ipc.bad-payload', 'the picture is no PNG');
    this.pending.delete(id);
    request.take(png);
  }

  /** Nobody will answer any more. */
  close(): void {
    for (const { fail } of [...this.pending.values()]) fail(new ReasonError('host.browser-closed'));
  }
}

function isPng(bytes: Uint8Array): boolean {
  const magic = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return magic.every((byte, index) => bytes[index] === byte);
}
