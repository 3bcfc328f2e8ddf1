import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { vi } from 'vitest';
import { NO_GOVERNOR, NO_PART, type PipelineReport } from '../../../shared/domain/report.ts';
import type { DestinationState, MediaStatus } from '../../../shared/domain/stream-state.ts';
import type { Reason } from '../../../shared/errors.ts';
import { TO_MAIN } from '../../../shared/ipc/electron-bridge.ts';
import type { ReplyEnvelope } from '../../../shared/ipc/envelope.ts';
import { type MainToMediaParsed, type MediaToMain, mainToMediaSchema } from '../../media/protocol.ts';
import { destination } from '../../services/stream/fake-media.ts';
import { EMPTY_STATUS } from '../../services/stream/merge-status.ts';
import { FakeElectron } from './fake-electron.ts';
import type { FakeUtilityProcess } from './fake-objects.ts';
import type { FakeElectronOptions } from './fake-types.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'] as const;

export interface BootOptions extends FakeElectronOptions {
  /** The entry to boot: the real one, or that of a changed copy. */
  readonly entry?: string;
  /** Arguments of the program after its own name. */
  readonly argv?: readonly string[];
  /** Given the fake before the program starts. */
  readonly onFake?: (fake: FakeElectron) => void;
  /** The data folder of an earlier run. */
  readonly home?: string;
}

/** The real program, booted against the fake of Electron in a data folder of its own. */
export interface Studio {
  readonly fake: FakeElectron;
  readonly home: string;
  /** Sends a command as the page's preload does. @throws the error envelope of a refusal */
  command(name: string, payload?: unknown): Promise<unknown>;
  /** Greets main and says that the avatar is shown, as a page does after it loaded. */
  greet(): Promise<void>;
  /** The newest payload of an event that the page has heard. */
  event(name: string): unknown;
  /** Goes live to a saved destination. */
  goLive(): Promise<void>;
  log(): string;
  /** Quits, if it has not yet, and takes back what the boot did to this process. */
  dispose(): Promise<void>;
}

const REAL_ENTRY = join(import.meta.dirname, '..', '..', 'index.ts');

/** Boots `src/main/index.ts` and waits until its page is loaded, or until it has given up. */
export async function bootStudio(options: BootOptions = {}): Promise<Studio> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'vida3-electron-'));
  const fake = new FakeElectron({ media: answerAsMedia, ...options });
  options.onFake?.(fake);
  const before = new Map(SIGNALS.map((name) => [name, process.listeners(name as 'SIGINT')]));
  const { argv, env } = process;
  process.argv = ['/opt/vida3-studio', ...(options.argv ?? [])];
  process.env = { ...env, VIDA3_HOME: home };
  const restore = () => {
    process.argv = argv;
    process.env = env;
    for (const [name, kept] of before) {
      for (const listener of process.listeners(name as 'SIGINT')) {
        if (!kept.includes(listener)) process.off(name, listener);
      }
    }
  };
  vi.resetModules();
  vi.doMock('electron', () => fake.module());
  try {
    await import(/* @vite-ignore */ pathToFileURL(options.entry ?? REAL_ENTRY).href);
    await vi.waitFor(
      () => {
        if (fake.exitCode === null && fake.windows[0]?.shown !== true) throw new Error('still starting');
      },
      { timeout: 20_000, interval: 10 },
    );
  } catch (error) {
    restore();
    throw error;
  }
  let disposed: Promise<void> | null = null;
  const dispose = async () => {
    if (fake.exitCode === null) process.emit('SIGTERM', 'SIGTERM');
    await vi.waitFor(() => {
      if (fake.exitCode === null) throw new Error('still quitting');
    }, 20_000);
    restore();
    if (options.home === undefined) rmSync(home, { recursive: true, force: true });
  };
  return studioOf(fake, home, () => {
    disposed ??= dispose();
    return disposed;
  });
}

function studioOf(fake: FakeElectron, home: string, dispose: () => Promise<void>): Studio {
  let ids = 0;
  const envelopes = () => fake.window.webContents.texts.map((text) => JSON.parse(text) as ReplyEnvelope);
  const command = async (name: string, payload: unknown = {}): Promise<unknown> => {
    const id = ++ids;
    sendAsPage(fake, JSON.stringify({ id, command: name, payload }));
    const reply = await vi.waitFor(() => {
      const found = envelopes().find((each) => each.type !== 'event' && each.id === id);
      if (!found) throw new Error(`no answer to ${name}`);
      return found;
    }, 10_000);
    if (reply.type === 'error') throw new Error(`${name}: ${reply.error.reason} ${reply.error.detail ?? ''}`);
    return reply.type === 'result' ? reply.result : undefined;
  };
  const greet = async () => {
    await command('app.hello', { protocol: 1 });
    await command('pipeline.report', REPORT);
  };
  return {
    fake,
    home,
    command,
    greet,
    event: (name) => {
      const found = envelopes().findLast((each) => each.type === 'event' && each.event === name);
      return found?.type === 'event' ? found.payload : undefined;
    },
    async goLive() {
      const saved = (await command('destinations.save', {
        name: 'Channel',
        url: 'rtmp://127.0.0.1:1/live',
        key: 'a-stream-key',
        isDefault: true,
      })) as { id: string };
      await command('stream.goLive', { destinationIds: [saved.id] });
    },
    log: () => readFileSync(join(home, 'logs', 'studio.log'), 'utf8'),
    dispose,
  };
}

/** A message of the page's preload; `from` is what a hostile sender would be instead. */
export function sendAsPage(fake: FakeElectron, text: unknown, from: object = {}): void {
  const { webContents } = fake.window;
  const event = { sender: webContents, senderFrame: webContents.frame, ...from };
  for (const listener of fake.ipc.get(TO_MAIN) ?? []) listener(event, text);
}

/** The media process, as far as main can tell: every destination is live at once, and it stops when told. */
function answerAsMedia(raw: unknown, child: FakeUtilityProcess): void {
  const message = mainToMediaSchema.safeParse(raw);
  if (!message.success) return;
  const say = (reply: MediaToMain) => queueMicrotask(() => child.fire('message', reply));
  if (message.data.type === 'start') say({ type: 'status', status: liveStatus(message.data) });
  else if (message.data.type === 'stop') say({ type: 'stopped', leftOver: [] });
}

/** The media process tells of the running broadcast that every destination is in this state. */
export function mediaTells(fake: FakeElectron, state: DestinationState, reason: Reason | null = null): void {
  const child = fake.media.at(-1)!;
  const start = child.messages
    .map((message) => mainToMediaSchema.safeParse(message).data)
    .findLast((message) => message?.type === 'start');
  if (!start) throw new Error('there is no broadcast');
  const status = liveStatus(start);
  const destinations = status.destinations.map((each) => ({ ...each, state, reason }));
  child.fire('message', { type: 'status', status: { ...status, destinations } });
}

function liveStatus(start: Extract<MainToMediaParsed, { type: 'start' }>): MediaStatus {
  return {
    ...EMPTY_STATUS,
    destinations: start.destinations.map(({ id, name, rendition }) =>
      destination({ id, name, rendition, url: 'rtmp://127.0.0.1:1/live/••••' }),
    ),
    videoPackets: 1,
    videoBytes: 1,
    memoryMb: 1,
    connected: true,
  };
}

const NONE = { p50Ms: null, p95Ms: null };
const REPORT: PipelineReport = {
  ready: true,
  previewMs: 1,
  camera: { state: 'running', reason: null, label: 'Camera', frames: 1, fps: 15, dropped: 0 },
  microphone: { state: 'off', reason: null, label: '' },
  tracking: {
    source: 'recorded',
    state: 'tracking',
    states: [],
    reason: null,
    faces: 1,
    face: { frames: 1, found: 1, ...NONE, fps: 15, delegate: 'recorded' },
    pose: NO_PART,
    hands: NO_PART,
    restarts: 0,
  },
  governor: NO_GOVERNOR,
  render: { frames: 1, fps: 15, ...NONE, late: 0 },
  encode: {
    epoch: 0,
    state: 'off',
    frames: 0,
    keyFrames: 0,
    bytes: 0,
    ...NONE,
    skipped: 0,
    encoder: '',
    reason: null,
    renditions: [],
  },
  live: { ticks: 0, late: 0 },
  latency: { cameraToEncodedMs: { p50: null, p95: null } },
  avatar: { id: 'vida', state: 'shown', reason: null },
  background: { reason: null },
  capture: { state: 'off', reason: null, label: '', width: 0, height: 0, fps: 0 },
  overlay: { reason: null },
  sound: { state: 'off', reason: null },
  heapMb: 1,
};
