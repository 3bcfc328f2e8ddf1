import { until } from '../e2e/support/media-feed.ts';
import { startWholeStudio } from '../e2e/support/whole-studio.ts';
import { ReasonError } from '../src/shared/errors.ts';
import { ffmpegName, type SoakSubject } from './soak-subject.ts';

const READY_MS = 60_000;
const IDLE_MS = 20_000;

/** The whole studio with a browser: main is this process, so its memory is also the measuring's. */
export async function soakPage(): Promise<SoakSubject> {
  const studio = await startWholeStudio({ onboarded: true });
  const { app } = studio;
  const ids: string[] = [];
  return {
    root: process.pid,
    file: null,
    nameOf(info) {
      if (info.pid === process.pid) return 'main';
      // A browser's processes join their arguments by spaces.
      const type = /--type=([\w-]+)/.exec(info.args.join(' '))?.[1];
      if (type) return `browser ${type}`;
      const script = info.args.some((arg) => /media\/process\.ts$|media\.js$/.test(arg));
      return ffmpegName(info) ?? (script ? 'media process' : 'browser');
    },
    async start(servers) {
      await studio.page.goto(app.host.url());
      const late = new ReasonError('host.page-silent');
      await app.studio.waitForReport((report) => report.ready, READY_MS, late);
      for (const [at, { url, key }] of servers.entries()) {
        const { id } = await app.destinations.save({ name: `RTMP ${at}`, url, key, isDefault: at === 0 });
        ids.push(id);
      }
      await app.goLive.start(ids);
      await until('it is live', () => app.stream.snapshot.phase === 'live', READY_MS);
    },
    destinations: () =>
      ids.flatMap(
        (id) => app.stream.snapshot.destinations.find((destination) => destination.id === id) ?? [],
      ),
    driftMs: () => app.stream.mediaStatus.audioDriftMs,
    fed: () => app.stream.mediaStatus.videoPackets,
    async stop() {
      await app.stream.end();
      await until('it has stopped', () => app.stream.snapshot.phase === 'idle', IDLE_MS);
      return app.stream.snapshot.destinations
        .filter(({ reason }) => reason === 'destination.left-over')
        .map(({ name }) => name);
    },
    close: () => studio.close(),
  };
}
