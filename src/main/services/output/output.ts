import { NO_MAPPING } from '../../../shared/domain/avatar-mapping.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';
import { ReasonError, toReasonError } from '../../../shared/errors.ts';
import type { OutputSnapshot } from '../../../shared/ipc/output.ts';
import type { OutputServer } from './ports.ts';

export interface OutputOptions {
  readonly server: OutputServer;
  readonly publish: (snapshot: OutputSnapshot) => void;
  /** The address is another one than the user gave to the other program. */
  readonly onMoved: () => void;
  /** Poses are wanted while a page shows them. */
  readonly wantPoses: (on: boolean) => void;
}

/** The avatar as a page for other programs: off until the user switches it on, and then over restarts. */
export class OutputService {
  readonly #options: OutputOptions;
  #url: string | null = null;
  #pose: Float32Array | null = null;
  #visible = true;
  #changes: Promise<void> = Promise.resolve();

  constructor(options: OutputOptions) {
    this.#options = options;
    options.server.onClients(() => this.#told());
    options.publish(this.snapshot);
  }

  get snapshot(): OutputSnapshot {
    return { enabled: this.#url !== null, url: this.#url, clients: this.#options.server.clients };
  }

  /** One change after the other. @throws ReasonError `output.failed` */
  enable(on: boolean): Promise<void> {
    const change = this.#changes.then(async () => {
      if (on === (this.#url !== null)) return;
      if (on) {
        const { url, moved } = await this.#options.server.start().catch((error: unknown) => {
          throw new ReasonError('output.failed', toReasonError(error).message, { cause: error });
        });
        this.#url = url;
        if (moved) this.#options.onMoved();
      } else {
        this.#url = null;
        await this.#options.server.stop();
      }
      this.#told();
    });
    this.#changes = change.catch(() => undefined);
    return change;
  }

  /** Follows the studio: the avatar, and panic. */
  follow({ avatar, settings, panic }: StudioSnapshot): void {
    const { id, name, url, family } = avatar;
    this.#visible = !panic;
    this.#options.server.setState({
      type: 'state',
      avatar: {
        id,
        name,
        url: `.${url}`,
        family,
        mapping: settings.mappings[id] ?? NO_MAPPING,
        expressions: (settings.expressions[id] ?? []).map((slot) => slot.name),
      },
      mirror: settings.mirror,
      visible: this.#visible,
      fps: settings.picture.fps,
    });
  }

  /** Passes a pose on; in panic nothing of the face leaves. */
  pose(values: readonly number[]): void {
    if (!this.#visible) return;
    this.#pose ??= new Float32Array(values.length);
    this.#pose.set(values);
    this.#options.server.sendPose(this.#pose);
  }

  close(): Promise<void> {
    return this.enable(false);
  }

  #told(): void {
    this.#options.wantPoses(this.#options.server.clients > 0);
    this.#options.publish(this.snapshot);
  }
}
