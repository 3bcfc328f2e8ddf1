import type { DestinationCheck } from '../../../shared/domain/destination-choice.ts';
import type { StreamSnapshot } from '../../../shared/domain/stream-state.ts';
import type { StudioSettings, StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { ReasonError } from '../../../shared/errors.ts';
import type { PayloadOf } from '../../../shared/ipc/contract.ts';
import type { desktopWants, ShortcutsSnapshot } from '../../../shared/ipc/desktop.ts';
import type { Destination } from '../../../shared/ipc/destinations.ts';
import type { LibrarySnapshot } from '../../../shared/ipc/library.ts';
import type { Desktop } from '../../host/port.ts';
import type { Log } from '../../logging/log.ts';

/** Going live exactly as the window does it. */
export interface GoLivePort {
  /** Whether the ticked destinations can be gone live to, and if not, the first thing to do about it. */
  check(): DestinationCheck;
  /** @throws ReasonError */
  start(destinationIds: readonly string[]): Promise<unknown>;
}

export interface StudioPort {
  readonly snapshot: StudioSnapshot;
  /** @throws ReasonError */
  configure(patch: Partial<Pick<StudioSettings, 'avatarId' | 'skipConfirm'>>): Promise<void>;
  /** Ticks or unticks a destination. */
  setTick(destinationId: string, on: boolean): Promise<void>;
  /** @throws ReasonError `scene.not-found` */
  selectScene(id: string): Promise<void>;
  setPanic(on: boolean): void;
  setMuted(on: boolean): void;
}

export interface StreamPort {
  readonly snapshot: StreamSnapshot;
  /** Resolves when everything of the broadcast has ended. */
  stop(): Promise<void>;
}

export interface RecordingPort {
  /** Starts or ends a recording. @throws ReasonError */
  toggle(): Promise<unknown>;
  /** @throws ReasonError `record.no-replay` and what kept it from being written */
  saveReplay(): Promise<unknown>;
}

export type Wish = PayloadOf<typeof desktopWants>['what'];

export interface DesktopServiceOptions {
  /** Null where the host is no desktop program. */
  readonly desktop: Desktop | null;
  readonly studio: StudioPort;
  readonly stream: StreamPort;
  readonly recording: RecordingPort;
  readonly destinations: { list(): readonly Destination[] };
  readonly library: { snapshot(): Pick<LibrarySnapshot, 'avatars'> };
  readonly goLive: GoLivePort;
  /** Publishes `desktop.shortcuts`. */
  readonly publishShortcuts: (snapshot: ShortcutsSnapshot) => void;
  /** Publishes `desktop.wants`. */
  readonly wants: (wish: Wish) => void;
  /** Publishes `desktop.expression`. */
  readonly pressExpression: (id: string) => void;
  readonly notify: (level: 'info' | 'warning' | 'error', error: ReasonError) => void;
  readonly log: Log;
}
