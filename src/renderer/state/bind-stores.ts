import { appNotice } from '../../shared/ipc/app.ts';
import { destinationsSnapshot } from '../../shared/ipc/destinations.ts';
import { librarySnapshot } from '../../shared/ipc/library.ts';
import { modelsSnapshot } from '../../shared/ipc/models.ts';
import { streamSnapshot } from '../../shared/ipc/stream.ts';
import { studioSnapshot } from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';
import type { PipelineHandle } from '../pipeline/pipeline.ts';
import { showNotice } from './notices.ts';
import { usePipelineStatus } from './pipeline-status.ts';
import { useSession } from './session.ts';
import { useSnapshots } from './snapshots.ts';

/** Feeds the stores from main's snapshots and the pipeline's report. Returns what undoes it. */
export function bindStores(client: StudioClient, pipeline: PipelineHandle): () => void {
  const readConnection = () => useSession.setState({ connection: client.connection.state });
  readConnection();
  const undo = [
    client.connection.subscribe(readConnection),
    client.on(studioSnapshot, (studio) => useSnapshots.setState({ studio })),
    client.on(streamSnapshot, (stream) => useSnapshots.setState({ stream })),
    client.on(destinationsSnapshot, ({ destinations }) => useSnapshots.setState({ destinations })),
    client.on(librarySnapshot, (library) => useSnapshots.setState({ library })),
    client.on(modelsSnapshot, ({ models }) => useSnapshots.setState({ models })),
    client.on(appNotice, ({ level, reason }) => showNotice(level, reason)),
    pipeline.onStatus((report) => usePipelineStatus.setState({ report })),
  ];
  return () => {
    for (const each of undo) each();
  };
}
