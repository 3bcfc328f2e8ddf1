import { connect, createServer, type Server, type Socket } from 'node:net';
import { handshakeAnswer, type Rejection, serveRejection } from './fault-script.ts';
import { type WireConnection, WireReader } from './fault-wire.ts';
import { freePort } from './rtmp-server.ts';

/** What is wrong with the server. Everything but `pass`, `stall` and `throttle` also resets what is connected. */
export type Fault =
  | { readonly kind: 'pass' }
  /** Nobody listens. */
  | { readonly kind: 'refuse' }
  /** Takes connections and never says a word. */
  | { readonly kind: 'hang' }
  /** Does the handshake, then closes on the first command. */
  | { readonly kind: 'close-after-handshake' }
  | { readonly kind: 'reject'; readonly how: Rejection }
  /** Every connection is reset at its first byte. */
  | { readonly kind: 'reset' }
  /** Stops reading: at once, or as soon as a new connection has sent its first picture. */
  | { readonly kind: 'stall' }
  /** Reads no faster than this. */
  | { readonly kind: 'throttle'; readonly kbps: number }
  /**
   * Ends what is connected by a FIN and lets the server behind believe for `holdMs` that it is still there; a
   * connection that the client ends is kept open on this side for as long.
   */
  | { readonly kind: 'slow-close'; readonly holdMs: number };

interface Link {
  readonly client: Socket;
  readonly upstream: Socket | null;
  readonly wire: WireReader;
  /** The token bucket's debt is paid then, by `performance.now()`. */
  paidMs: number;
  timer: NodeJS.Timeout | null;
  stalled: boolean;
}

/** A TCP proxy in front of an RTMP server, whose faults can be switched while it runs. */
export class FaultProxy {
  readonly port: number;
  /** Every connection so far, in order. */
  readonly connections: WireConnection[] = [];
  readonly #behind: number;
  readonly #links = new Set<Link>();
  #server: Server | null = null;
  #fault: Fault = { kind: 'pass' };
  /** Since when the present fault holds, by `performance.now()`. */
  #sinceMs = performance.now();

  private constructor(port: number, behind: number) {
    this.port = port;
    this.#behind = behind;
  }

  /** @param behind port of the real server on loopback. */
  static async open(behind: number, fault: Fault = { kind: 'pass' }): Promise<FaultProxy> {
    const proxy = new FaultProxy(await freePort(), behind);
    proxy.#fault = fault;
    if (fault.kind !== 'refuse') await proxy.#listen();
    return proxy;
  }

  /** Server part of the address, for a key to be added. */
  get url(): string {
    return `rtmp://127.0.0.1:${this.port}/live`;
  }

  get fault(): Fault {
    return this.#fault;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Connections that the client has not ended. */
  get open(): WireConnection[] {
    return this.connections.filter(({ closedMs }) => closedMs === null);
  }

  /** Resolves when the fault holds, for what is connected and for what comes. */
  async set(fault: Fault): Promise<void> {
    this.#fault = fault;
    if (fault.kind === 'refuse') await this.#unlisten();
    for (const link of [...this.#links]) this.#apply(link);
    if (fault.kind !== 'refuse' && !this.#server) await this.#listen();
    this.#sinceMs = performance.now();
  }

  async close(): Promise<void> {
    for (const link of [...this.#links]) this.#drop(link);
    await this.#unlisten();
  }

  #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', () => resolve());
    });
  }

  async #unlisten(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    // Whoever is connected keeps a closing server alive: nobody waits for its end.
    server?.close();
    if (server) await new Promise((resolve) => setImmediate(resolve));
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    const fault = this.#fault;
    const scripted = fault.kind === 'reject' ? serveRejection(client, fault.how) : null;
    const wire = scripted ?? new WireReader();
    const speaks = !['hang', 'close-after-handshake', 'reject', 'reset'].includes(fault.kind);
    const upstream = speaks ? connect({ port: this.#behind, host: '127.0.0.1', noDelay: true }) : null;
    const link: Link = { client, upstream, wire, paidMs: 0, timer: null, stalled: false };
    this.connections.push(wire.connection);
    this.#links.add(link);
    client.on('close', () => this.#forget(link));
    client.on('end', () => this.#onEnd(link));
    if (upstream) this.#join(link, upstream);
    else if (fault.kind === 'reset') client.once('data', () => client.resetAndDestroy());
    else if (fault.kind === 'close-after-handshake') closeAfterHandshake(client, wire);
    else if (fault.kind === 'hang') client.on('data', (data) => wire.push(data));
  }

  #join(link: Link, upstream: Socket): void {
    const { client, wire } = link;
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    upstream.on('data', (data) => {
      if (client.writable) client.write(data);
    });
    client.on('data', (data) => {
      wire.push(data);
      upstream.write(data);
      if (this.#fault.kind === 'throttle') this.#throttle(link, data.length, this.#fault.kbps);
      if (this.#fault.kind === 'stall' && wire.connection.pictures > 0) this.#stall(link);
    });
  }

  /** The present fault, on a connection that was made under another one. */
  #apply(link: Link): void {
    const fault = this.#fault;
    switch (fault.kind) {
      case 'pass':
      case 'throttle':
        this.#flow(link);
        return;
      case 'stall':
        this.#stall(link);
        return;
      case 'slow-close':
        link.client.end();
        this.#hold(link, fault.holdMs);
        return;
      default:
        link.client.resetAndDestroy();
    }
  }

  /** Reads again, whatever is still to be paid for. */
  #flow(link: Link): void {
    if (link.timer) clearTimeout(link.timer);
    link.timer = null;
    link.paidMs = 0;
    link.stalled = false;
    link.client.resume();
  }

  #stall(link: Link): void {
    link.stalled = true;
    link.client.pause();
  }

  #throttle(link: Link, bytes: number, kbps: number): void {
    const now = performance.now();
    link.paidMs = Math.max(now, link.paidMs) + (bytes * 8) / kbps;
    link.client.pause();
    link.timer ??= setTimeout(() => {
      link.timer = null;
      if (!link.stalled) link.client.resume();
    }, link.paidMs - now);
  }

  /** The client has ended its side. */
  #onEnd(link: Link): void {
    link.wire.close();
    const fault = this.#fault;
    if (fault.kind === 'slow-close') this.#hold(link, fault.holdMs);
    else {
      link.client.end();
      link.upstream?.end();
    }
  }

  #hold(link: Link, holdMs: number): void {
    if (link.timer) clearTimeout(link.timer);
    link.timer = setTimeout(() => this.#drop(link), holdMs);
  }

  #forget(link: Link): void {
    link.wire.close();
    if (this.#fault.kind === 'slow-close' && link.timer) return;
    this.#drop(link);
  }

  #drop(link: Link): void {
    if (link.timer) clearTimeout(link.timer);
    this.#links.delete(link);
    link.client.destroy();
    link.upstream?.destroy();
  }
}

function closeAfterHandshake(client: Socket, wire: WireReader): void {
  let answered = false;
  client.on('data', (data) => {
    wire.push(data);
    if (!answered && wire.connection.bytes > 1536) {
      answered = true;
      client.write(handshakeAnswer());
    }
    if (wire.shaken && wire.connection.bytes > 1 + 2 * 1536) client.destroy();
  });
}
