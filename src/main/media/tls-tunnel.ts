import { createServer, type Server, type Socket } from 'node:net';
import type { RtmpTarget } from '../../shared/domain/rtmp-url.ts';
import { type DialOptions, dial } from './rtmp-probe/dial.ts';
import { unacknowledgedBytes } from './send-queue.ts';

const LOOPBACK = '127.0.0.1';
/** A server that does not close its side is left alone after this. */
const GOODBYE_MS = 300;

/**
 * A verified TLS connection to a server, and a port on loopback behind which one FFmpeg finds it and speaks plain
 * RTMP. For FFmpegs that would not compare the name in the certificate with the host, or do not know the system's
 * authorities. What is checked is the very connection that carries the stream: a handshake of our own before
 * FFmpeg's would leave that one to whoever lets the first pass and cuts into the second.
 *
 * The key crosses loopback in the clear: of this machine's users only its administrator can read it there. The
 * first to connect gets the connection; another program that is sooner finds a server to which it could have
 * talked anyhow, and the attempt of our FFmpeg fails. The port stays ours until {@link close}, so that FFmpeg can
 * give the key to nobody else.
 */
export class TlsTunnel {
  /** On loopback. */
  readonly port: number;
  readonly #server: Server;
  readonly #remote: Socket;
  #local: Socket | null = null;
  /** Writes that the system has not taken. */
  #waiting = 0;
  #takenMs = 0;
  /** Bytes that the server has not acknowledged. */
  #queued = 0;
  #movedMs = performance.now();

  /**
   * @throws ReasonError `destination.dns`, `.refused`, `.timeout`, `.tls`, `.closed`; or the signal's reason
   */
  static async open(
    target: Pick<RtmpTarget, 'protocol' | 'host' | 'port'>,
    options: DialOptions,
  ): Promise<TlsTunnel> {
    const remote = await dial(target, options);
    const server = createServer();
    try {
      const port = await listen(server);
      options.signal?.throwIfAborted();
      return new TlsTunnel(server, port, remote);
    } catch (error) {
      server.close();
      remote.destroy();
      throw error;
    }
  }

  private constructor(server: Server, port: number, remote: Socket) {
    this.#server = server;
    this.#remote = remote;
    this.port = port;
    server.on('connection', (local) => this.#take(local));
    remote.on('drain', () => this.#local?.resume());
    remote.on('close', () => this.#local?.destroy());
  }

  /**
   * For so long the server has taken nothing of what waits for it; 0 while nothing waits. To be asked regularly: what
   * has moved since the last time is seen from the system's send queue. Where the system does not show that, the
   * full queue alone tells, which at 1 Mbit/s may come some seconds later.
   */
  get stuckMs(): number {
    const queued = this.#remote.destroyed ? null : unacknowledgedBytes(this.#remote);
    const now = performance.now();
    if (queued === null) return this.#waiting > 0 ? now - this.#takenMs : 0;
    if (queued === 0 || queued < this.#queued) this.#movedMs = now;
    this.#queued = queued;
    return now - this.#movedMs;
  }

  /**
   * To be called when FFmpeg has gone: sends the rest and closes. Both sockets are closed when it resolves.
   * @param graceMs 0: nothing is sent any more.
   * @returns false when there was a rest that the server did not take in time.
   */
  async close(graceMs: number): Promise<boolean> {
    this.#server.close();
    const remote = this.#remote;
    let sent = true;
    if (this.#local && graceMs > 0) {
      await settled(graceMs, () => remote.writableFinished || remote.destroyed, remote, 'finish', 'close');
      sent = remote.writableFinished || remote.destroyed;
      if (sent) await settled(GOODBYE_MS, () => remote.destroyed, remote, 'close');
    }
    remote.destroy();
    this.#local?.destroy();
    return sent;
  }

  #take(local: Socket): void {
    local.on('error', () => local.destroy());
    if (this.#local || this.#remote.destroyed) {
      local.destroy();
      return;
    }
    this.#local = local;
    local.setNoDelay(true);
    const remote = this.#remote;
    const onWritten = (): void => {
      this.#waiting--;
      this.#takenMs = performance.now();
    };
    local.on('data', (bytes: Buffer) => {
      if (this.#waiting === 0) this.#takenMs = performance.now();
      this.#waiting++;
      if (!remote.write(bytes, onWritten)) local.pause();
    });
    local.on('end', () => remote.end());
    local.on('close', () => {
      // What the server still says must be read for its end to be seen.
      remote.unpipe(local);
      remote.resume();
      if (!local.readableEnded) remote.destroy();
    });
    remote.pipe(local);
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      if (address && typeof address === 'object') resolve(address.port);
      else reject(new Error('no port on loopback'));
    });
  });
}

/** Waits for one of the events, unless it has been already, but no longer than this. */
function settled(ms: number, already: () => boolean, socket: Socket, ...events: string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      for (const event of events) socket.off(event, done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    for (const event of events) socket.on(event, done);
    if (already()) done();
  });
}
