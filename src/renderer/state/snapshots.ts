import type { z } from 'zod';
import { create } from 'zustand';
import type { Health } from '../../shared/domain/health.ts';
import type { Service } from '../../shared/domain/services.ts';
import type { StreamSnapshot } from '../../shared/domain/stream-state.ts';
import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { AccountSnapshot } from '../../shared/ipc/account.ts';
import type { safeStartSnapshot } from '../../shared/ipc/app.ts';
import type { PayloadOf } from '../../shared/ipc/contract.ts';
import type { DataSnapshot } from '../../shared/ipc/data.ts';
import type { ShortcutsSnapshot } from '../../shared/ipc/desktop.ts';
import type { Destination } from '../../shared/ipc/destinations.ts';
import type { EncodersSnapshot } from '../../shared/ipc/encoders.ts';
import type { LibrarySnapshot } from '../../shared/ipc/library.ts';
import type { modelStatusSchema } from '../../shared/ipc/models.ts';
import type { MotionsSnapshot } from '../../shared/ipc/motion.ts';
import type { OutputSnapshot } from '../../shared/ipc/output.ts';
import type { PreflightSnapshot } from '../../shared/ipc/preflight.ts';
import type { RecordingSnapshot } from '../../shared/ipc/recording.ts';
import type { RehearsalSnapshot } from '../../shared/ipc/rehearsal.ts';
import type { SyncSnapshot } from '../../shared/ipc/sync.ts';
import type { VmcSnapshot } from '../../shared/ipc/vmc.ts';

export type ModelStatus = z.infer<typeof modelStatusSchema>;
export type StreamPhase = StreamSnapshot['phase'];

interface Snapshots {
  readonly studio: StudioSnapshot | null;
  readonly stream: StreamSnapshot | null;
  readonly destinations: readonly Destination[] | null;
  readonly library: LibrarySnapshot | null;
  readonly models: readonly ModelStatus[];
  readonly rehearsal: RehearsalSnapshot | null;
  readonly output: OutputSnapshot | null;
  readonly shortcuts: ShortcutsSnapshot | null;
  readonly encoders: EncodersSnapshot | null;
  readonly services: readonly Service[];
  readonly recording: RecordingSnapshot | null;
  readonly preflight: PreflightSnapshot | null;
  readonly health: Health | null;
  readonly safeStart: PayloadOf<typeof safeStartSnapshot> | null;
  readonly account: AccountSnapshot | null;
  readonly sync: SyncSnapshot | null;
  readonly data: DataSnapshot | null;
  readonly vmc: VmcSnapshot | null;
  readonly motions: MotionsSnapshot | null;
}

/** The newest snapshot of every kind, exactly as main published it; null until the first one. */
export const useSnapshots = create<Snapshots>()(() => ({
  studio: null,
  stream: null,
  destinations: null,
  library: null,
  models: [],
  rehearsal: null,
  output: null,
  shortcuts: null,
  encoders: null,
  services: [],
  recording: null,
  preflight: null,
  health: null,
  safeStart: null,
  account: null,
  sync: null,
  data: null,
  vmc: null,
  motions: null,
}));
