import { answerAccount } from './ui-account-double.ts';
import { checkItem, IDLE_PREFLIGHT, SERVICES } from './ui-fixtures.ts';
import type { MainDouble } from './ui-main-double.ts';

type Json = Record<string, unknown>;

/** The destinations', the stream's, the recordings' and the checklist's part of the double of main. */
export function answerStream(main: MainDouble, command: string, payload: Json): unknown {
  switch (command) {
    case 'destinations.save': {
      const { key, ...shown } = payload;
      const id = String(payload['id'] ?? `d${main.destinations().length + 1}`);
      const old = main.destinations().filter((each) => each.id !== id);
      const saved = {
        ...shown,
        id,
        hasKey: Boolean(key) || old.length < main.destinations().length,
        service: SERVICES.find((each) => each.ingests.some(({ url }) => url === payload['url']))?.id ?? null,
      };
      main.publish('destinations.snapshot', { destinations: [...old, saved] });
      return saved;
    }
    case 'destinations.remove':
      main.publish('destinations.snapshot', {
        destinations: main.destinations().filter((each) => each.id !== payload['id']),
      });
      return {};
    case 'stream.goLive':
      main.change('stream.snapshot', {
        phase: 'live',
        kind: 'broadcast',
        startedAt: Date.now(),
        sessionId: 's',
        destinations: (payload['destinationIds'] as string[]).map((each) => main.status(each, 'live')),
      });
      return { sessionId: 's' };
    case 'stream.stop':
      main.change('stream.snapshot', {
        phase: 'idle',
        startedAt: null,
        destinations: main.destinations().map((each) => main.status(each.id, 'ended')),
      });
      return {};
    case 'stream.retry':
      main.setDestination(String(payload['id']), 'connecting');
      return {};
    case 'stream.enable':
      main.setDestination(String(payload['id']), payload['on'] ? 'connecting' : 'ended');
      return {};
    case 'recording.start':
      main.change('recording.snapshot', {
        state: 'recording',
        reason: null,
        name: 'VIDA3 2026-11-22 21-04-05.mkv',
        startedAt: Date.now(),
        seconds: 0,
        bytes: 0,
      });
      return {};
    case 'recording.stop':
      main.change('recording.snapshot', { state: 'off', name: null, startedAt: null });
      return {};
    case 'recording.saveReplay':
      main.change('recording.snapshot', {
        replay: { seconds: 30, saving: false, last: 'Replay 21-05-00.mp4', reason: null },
      });
      return { name: 'Replay 21-05-00.mp4' };
    case 'recording.cancelJob': {
      const { jobs } = main.events.get('recording.snapshot') as { jobs: { id: string }[] };
      main.change('recording.snapshot', {
        jobs: jobs.map((job) => (job.id === payload['id'] ? { ...job, state: 'cancelled' } : job)),
      });
      return {};
    }
    case 'preflight.run':
      preflight(main, payload['destinationIds'] as string[]);
      return {};
    case 'preflight.fix':
      main.publish('preflight.snapshot', { ...IDLE_PREFLIGHT, phase: 'done', items: [], ok: true });
      return {};
    case 'preflight.cancel':
      main.publish('preflight.snapshot', IDLE_PREFLIGHT);
      return {};
    default:
      return answerAccount(main, command, payload);
  }
}

/** The checklist begins; the test says how it ends. */
function preflight(main: MainDouble, destinationIds: readonly string[]): void {
  main.publish('preflight.snapshot', {
    phase: 'running',
    items: [
      ...main
        .destinations()
        .filter(({ id }) => destinationIds.includes(id))
        .map(({ id, name }) => checkItem('destination', 'running', { subject: { id, name }, ms: null })),
      ...(['camera', 'microphone', 'avatar', 'encoder', 'disk'] as const).map((check) =>
        checkItem(check, 'running', { ms: null }),
      ),
    ],
    ok: null,
    fixable: false,
  });
}
