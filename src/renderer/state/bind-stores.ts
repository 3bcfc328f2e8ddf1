import { accountSnapshot } from '../../shared/ipc/account.ts';
import { appNotice, safeStartSnapshot } from '../../shared/ipc/app.ts';
import { dataSnapshot } from '../../shared/ipc/data.ts';
import { shortcutsSnapshot } from '../../shared/ipc/desktop.ts';
import { destinationsSnapshot } from '../../shared/ipc/destinations.ts';
import { encodersSnapshot } from '../../shared/ipc/encoders.ts';
import { healthSnapshot } from '../../shared/ipc/health.ts';
import { librarySnapshot } from '../../shared/ipc/library.ts';
import { modelsSnapshot } from '../../shared/ipc/models.ts';
import { motionsSnapshot } from '../../shared/ipc/motion.ts';
import { outputSnapshot } from '../../shared/ipc/output.ts';
import { preflightSnapshot } from '../../shared/ipc/preflight.ts';
import { recordingSnapshot } from '../../shared/ipc/recording.ts';
import { rehearsalSnapshot } from '../../shared/ipc/rehearsal.ts';
import { servicesSnapshot } from '../../shared/ipc/services.ts';
import { streamSnapshot } from '../../shared/ipc/stream.ts';
import { studioSnapshot } from '../../shared/ipc/studio.ts';
import { syncNow, syncSnapshot } from '../../shared/ipc/sync.ts';
import { vmcSnapshot } from '../../shared/ipc/vmc.ts';
import type { StudioClient } from '../bridge/client.ts';
import type { PipelineHandle } from '../pipeline/pipeline-handle.ts';
import { useAvatarNaming } from './avatar-naming.ts';
import { useCalibration } from './calibration.ts';
import { momentOf, remember } from './history.ts';
import { followMotion } from './motion.ts';
import { showNotice } from './notices.ts';
import { dropPendingTicks } from './pending-ticks.ts';
import { usePipelineStatus } from './pipeline-status.ts';
import { useSession } from './session.ts';
import { useSnapshots } from './snapshots.ts';

/** Feeds the stores from main's snapshots and the pipeline's report. Returns what undoes it. */
export function bindStores(client: StudioClient, pipeline: PipelineHandle): () => void {
  const readConnection = () => useSession.setState({ connection: client.connection.state });
  readConnection();
  const undo = [
    client.connection.subscribe(readConnection),
    client.on(studioSnapshot, (studio) => {
      // What was cut here is shown as cut, whether or not main has heard of it.
      const { panic, muted } = pipeline.cutHere;
      useSnapshots.setState({
        studio: { ...studio, panic: studio.panic || panic, muted: studio.muted || muted },
      });
      dropPendingTicks((id, on) => studio.settings.ticks[id] === on);
    }),
    client.on(streamSnapshot, (stream) => useSnapshots.setState({ stream })),
    client.on(destinationsSnapshot, ({ destinations }) => useSnapshots.setState({ destinations })),
    client.on(librarySnapshot, (library) => useSnapshots.setState({ library })),
    client.on(modelsSnapshot, ({ models }) => useSnapshots.setState({ models })),
    client.on(rehearsalSnapshot, (rehearsal) => useSnapshots.setState({ rehearsal })),
    client.on(outputSnapshot, (output) => useSnapshots.setState({ output })),
    client.on(shortcutsSnapshot, (shortcuts) => useSnapshots.setState({ shortcuts })),
    client.on(encodersSnapshot, (encoders) => useSnapshots.setState({ encoders })),
    client.on(servicesSnapshot, ({ services }) => useSnapshots.setState({ services })),
    client.on(recordingSnapshot, (recording) => useSnapshots.setState({ recording })),
    client.on(preflightSnapshot, (preflight) => useSnapshots.setState({ preflight })),
    client.on(safeStartSnapshot, (safeStart) => useSnapshots.setState({ safeStart })),
    client.on(accountSnapshot, (account) => useSnapshots.setState({ account })),
    client.on(syncSnapshot, (sync) => useSnapshots.setState({ sync })),
    client.on(dataSnapshot, (data) => useSnapshots.setState({ data })),
    client.on(vmcSnapshot, (vmc) => useSnapshots.setState({ vmc })),
    client.on(motionsSnapshot, (motions) => useSnapshots.setState({ motions })),
    client.on(healthSnapshot, (health) => {
      useSnapshots.setState({ health });
      remember(momentOf(health));
    }),
    client.on(appNotice, ({ level, reason }) => showNotice(level, reason)),
    followMotion(pipeline),
    pipeline.onCalibration((event) => useCalibration.setState({ event })),
    pipeline.onNaming((avatarId, naming) => useAvatarNaming.setState({ avatarId, ...naming })),
    pipeline.onStatus((report) => usePipelineStatus.setState({ report })),
    whenOnline(() => void client.call(syncNow, {}).catch(() => undefined)),
  ];
  return () => {
    for (const each of undo) each();
  };
}

/** Main has no such event of its own. What comes of it, the sync's snapshot says. */
function whenOnline(run: () => void): () => void {
  window.addEventListener('online', run);
  return () => window.removeEventListener('online', run);
}
