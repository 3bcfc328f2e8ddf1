import type { EncoderTrial } from '../../../shared/domain/encoding.ts';
import type { StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { Reason } from '../../../shared/errors.ts';
import { silentLog } from '../../logging/log.ts';
import { ProcessDouble } from './fake-media.ts';
import { MediaSupervisor } from './media-supervisor.ts';
import type { GoLivePlan } from './ports.ts';
import { StreamService } from './stream-service.ts';

export const PLAN = {
  destinations: [
    { kind: 'rtmp' as const, id: 'a', name: 'A', server: 'rtmp://a/app', key: 'k' },
    { kind: 'rtmp' as const, id: 'b', name: 'B', server: 'rtmp://b/app', key: 'k' },
  ],
  ffmpeg: 'ffmpeg',
  settings: DEFAULT_SETTINGS,
  avatarId: 'vida',
} satisfies GoLivePlan;
export const MAIN = { name: 'main', width: 640, height: 360, bitrateKbps: 1000 } as const;

/** As the media process says of what has ended now. */
export const over = (state: 'ended' | 'failed', reason: Reason | null = null, atMs = Date.now()) => ({
  state,
  reason,
  history: [{ atMs, state, reason }],
});

/** A stream service over media processes that the test speaks for. */
export class StreamWorld {
  /** Every process that was begun, the newest last. */
  readonly processes: ProcessDouble[] = [];
  readonly broadcasts: StudioSnapshot['broadcast'][] = [];
  /** What happened to the sessions' rows. */
  readonly rows: string[] = [];
  readonly published: StreamSnapshot[] = [];
  /** What the user was told. */
  readonly cards: string[] = [];
  readonly trials: EncoderTrial[] = [];
  readonly newest = (): ProcessDouble => this.processes.at(-1)!;
  readonly begin = (): ProcessDouble => {
    this.processes.push(new ProcessDouble());
    return this.newest();
  };
  readonly stream: StreamService = new StreamService({
    media: new MediaSupervisor(this.begin, silentLog),
    programme: { setBroadcast: (broadcast) => this.broadcasts.push(broadcast) },
    sessions: {
      open: () => {
        this.rows.push('open');
        return 's1';
      },
      heartbeat: () => undefined,
      close: (id, _seconds, outcome) => this.rows.push(`${id} ${outcome}`),
    },
    publish: (snapshot) => this.published.push(snapshot),
    trials: { known: () => this.trials },
    onTrouble: (error) => this.cards.push(error.reason),
    log: silentLog,
  });
}
