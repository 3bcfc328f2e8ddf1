import { appNotice } from '../../shared/ipc/app.ts';
import { shortcutsSnapshot } from '../../shared/ipc/desktop.ts';
import { destinationsSnapshot } from '../../shared/ipc/destinations.ts';
import { librarySnapshot } from '../../shared/ipc/library.ts';
import { modelsSnapshot } from '../../shared/ipc/models.ts';
import { outputSnapshot } from '../../shared/ipc/output.ts';
import { rehearsalSnapshot } from '../../shared/ipc/rehearsal.ts';
import { streamSnapshot } from '../../shared/ipc/stream.ts';
import { studioSnapshot } from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';
import type { PipelineHandle } from '../pipeline/pipeline.ts';
import { remember } from './history.ts';
import { showNotice } from './notices.ts';
import { dropPendingTicks } from './pending-ticks.ts';
import { usePipelineStatus } from './pipeline-status.ts';
import { RecentWindow, useRecent } from './recent.ts';
import { useSession } from './session.ts';
import { useSnapshots } from './snapshots.ts';

/** Feeds the stores from main's snapshots and the pipeline's report. Returns what undoes it. */
export function bindStores(client: StudioClient, pipeline: PipelineHandle): () => void {
  const readConnection = () => useSession.setState({ connection: client.connection.state });
  readConnection();
  const recent = new RecentWindow();
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
    client.on(streamSnapshot, (stream) => {
      useSnapshots.setState({ stream });
      useRecent.setState(recent.add(stream, performance.now()));
    }),
    client.on(destinationsSnapshot, ({ destinations }) => useSnapshots.setState({ destinations })),
    client.on(librarySnapshot, (library) => useSnapshots.setState({ library })),
    client.on(modelsSnapshot, ({ models }) => useSnapshots.setState({ models })),
    client.on(rehearsalSnapshot, (rehearsal) => useSnapshots.setState({ rehearsal })),
    client.on(outputSnapshot, (output) => useSnapshots.setState({ output })),
    client.on(shortcutsSnapshot, (shortcuts) => useSnapshots.setState({ shortcuts })),
    client.on(appNotice, ({ level, reason }) => showNotice(level, reason)),
    pipeline.onStatus((report) => {
      usePipelineStatus.setState({ report });
      const { kbps, losses } = useRecent.getState();
      remember({
        fps: report.render.fps,
        kbps: sum(Object.values(kbps)),
        lost: losses ? sum([losses.render, losses.encode, losses.network]) : 0,
      });
    }),
  ];
  return () => {
    for (const each of undo) each();
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
