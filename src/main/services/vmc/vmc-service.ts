import type { TrackingSettings } from '../../../shared/domain/tracking-settings.ts';
import { type Reason, ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { VmcPose, VmcSnapshot } from '../../../shared/ipc/vmc.ts';
import type { VmcNetwork, VmcReceiver, VmcSender } from './ports.ts';

/** As often as the stage gets a pose of another program. */
const POSE_MS = 1000 / 30;
const SNAPSHOT_MS = 1000;

export interface VmcServiceOptions {
  readonly network: VmcNetwork;
  readonly publish: (snapshot: VmcSnapshot) => void;
  /** At most 30 a second, and none while nothing comes. */
  readonly onPose: (pose: VmcPose) => void;
  /** Poses of the stage are wanted for sending. */
  readonly wantPoses: (on: boolean) => void;
  readonly now?: () => number;
}

/** What of the studio matters here. */
export interface VmcWanted {
  readonly vmc: TrackingSettings['vmc'];
  /** Names of the expressions that the stage's poses mean, by place. */
  readonly expressions: readonly string[];
  /** In panic nothing of the face leaves. */
  readonly panic: boolean;
}

/** One direction: open as the settings say, or failed with a reason until they change. */
interface Line<T> {
  open: T | null;
  reason: Reason | null;
  key: string;
}

/**
 * Addresses by which the receiver, which listens on 127.0.0.1 alone, is reached: loopback, and "no address", which
 * systems take for it.
 */
function isOwnAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return plain.startsWith('127.') || plain === '0.0.0.0' || plain === '::' || plain === '::1';
}

/** Takes the pose of other programs and gives ours to them, by VMC, as the settings say. */
export class VmcService {
  readonly #options: VmcServiceOptions;
  readonly #now: () => number;
  readonly #receive: Line<VmcReceiver> = { open: null, reason: null, key: 'off' };
  readonly #send: Line<VmcSender> = { open: null, reason: null, key: 'off' };
  #wanted: VmcWanted = {
    vmc: { receive: { on: false, port: 0 }, send: { on: false, host: '', port: 0 } },
    expressions: [],
    panic: false,
  };
  #changes: Promise<void> = Promise.resolve();
  #timers: NodeJS.Timeout[] = [];
  #counts = { accepted: 0, refused: 0, from: null as string | null, sent: 0 };
  #published = '';
  #closed = false;

  constructor(options: VmcServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Follows the settings; opens and closes beside the caller. What cannot be opened is in the snapshot. */
  follow(wanted: VmcWanted): void {
    if (this.#closed) return;
    this.#wanted = wanted;
    this.#send.open?.setExpressions(wanted.expressions);
    this.#changes = this.#changes.then(() => this.#agree());
  }

  /** Passes a pose of the stage on. @param values as of writeAvatarPose */
  pose(values: ArrayLike<number>): void {
    if (!this.#wanted.panic) this.#send.open?.pose(values);
  }

  /** When everything that was asked for is open or has failed. */
  settled(): Promise<void> {
    return this.#changes;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    await Promise.all([this.#receive.open?.close(), this.#send.open?.close()]);
    this.#receive.open = null;
    this.#send.open = null;
  }

  async #agree(): Promise<void> {
    if (this.#closed) return;
    const { receive, send } = this.#wanted.vmc;
    const { network } = this.#options;
    await this.#change(this.#receive, receive.on ? `${receive.port}` : 'off', (onFailed) =>
      network.openReceiver({ port: receive.port, now: this.#now, onFailed }),
    );
    const isOwnPort = this.#receive.open !== null && receive.port === send.port;
    const key = `${send.port} ${send.host}${isOwnPort ? ' own' : ''}`;
    await this.#change(this.#send, send.on ? key : 'off', async (onFailed) => {
      const sender = await network.openSender({ host: send.host, port: send.port, now: this.#now, onFailed });
      if (!isOwnPort || !isOwnAddress(sender.address)) return sender;
      // What we send would come back as another program's pose, and be sent again: the avatar would stand still.
      await sender.close();
      throw new ReasonError('vmc.own-port', `${send.host}:${send.port}`);
    });
    if (this.#closed) return;
    this.#send.open?.setExpressions(this.#wanted.expressions);
    this.#options.wantPoses(this.#send.open !== null);
    this.#tick();
    this.#tell();
  }

  async #change<T extends { close(): Promise<void> }>(
    line: Line<T>,
    key: string,
    open: (onFailed: (error: unknown) => void) => Promise<T>,
  ): Promise<void> {
    if (line.key === key) return;
    line.key = key;
    const before = line.open;
    line.open = null;
    line.reason = null;
    await before?.close();
    if (key === 'off') return;
    try {
      const opened = await open((error) => {
        if (line.key !== key || this.#closed) return;
        line.open = null;
        line.reason = toReasonError(error).reason;
        this.#options.wantPoses(this.#send.open !== null);
        this.#tell();
      });
      // A name may take long to be looked up; nobody waits for it at the end.
      if (this.#closed) await opened.close();
      else line.open = opened;
    } catch (error) {
      line.reason = toReasonError(error).reason;
    }
  }

  /** The clocks run only while something is open. */
  #tick(): void {
    const wanted = this.#receive.open !== null || this.#send.open !== null;
    if (!wanted) {
      for (const timer of this.#timers) clearInterval(timer);
      this.#timers = [];
      this.#counts = { accepted: 0, refused: 0, from: null, sent: 0 };
      return;
    }
    if (this.#timers.length > 0) return;
    this.#timers = [
      setInterval(() => this.#pass(), POSE_MS).unref(),
      setInterval(() => this.#count(), SNAPSHOT_MS).unref(),
    ];
  }

  #pass(): void {
    const pose = this.#receive.open?.collect();
    if (pose) this.#options.onPose(pose);
  }

  #count(): void {
    const received = this.#receive.open?.take() ?? { accepted: 0, refused: 0, from: null };
    this.#counts = { ...received, sent: this.#send.open?.take() ?? 0 };
    this.#tell();
  }

  #tell(): void {
    const { receive, send } = this.#wanted.vmc;
    const { accepted, refused, from, sent } = this.#counts;
    const listens = this.#receive.open !== null;
    const sends = this.#send.open !== null;
    const snapshot: VmcSnapshot = {
      receive: {
        state: listens ? (accepted > 0 ? 'receiving' : 'waiting') : this.#receive.reason ? 'failed' : 'off',
        port: receive.port,
        packetsPerSecond: listens ? accepted : 0,
        refusedPerSecond: listens ? refused : 0,
        from: listens ? from : null,
        reason: this.#receive.reason,
      },
      send: {
        state: sends ? (sent > 0 ? 'sending' : 'waiting') : this.#send.reason ? 'failed' : 'off',
        host: send.host,
        port: send.port,
        packetsPerSecond: sends ? sent : 0,
        reason: this.#send.reason,
      },
    };
    const text = JSON.stringify(snapshot);
    if (text === this.#published) return;
    this.#published = text;
    this.#options.publish(snapshot);
  }
}
