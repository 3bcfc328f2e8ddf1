import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ReasonError } from '../../shared/errors.ts';
import { appHello, appPageError } from '../../shared/ipc/app.ts';
import { trackDone, trackJob, trackLines } from '../../shared/ipc/track.ts';
import { createBrowserHost } from '../host/browser/index.ts';
import { dataFolder, mediaEntry, rendererDir, resourcesDir } from '../host/paths.ts';
import type { Host } from '../host/port.ts';
import { makeTempFolder } from '../host/temp-folder.ts';
import { helloFrom } from '../ipc/hello.ts';
import { Router } from '../ipc/router.ts';
import { silentLog } from '../logging/log.ts';
import { decodeRgba } from '../media/ffmpeg/jobs.ts';
import { locateFfmpeg } from '../media/ffmpeg/locate.ts';
import { createModels, type ModelsService, readModelManifest } from '../services/models/models.ts';
import { EXIT, exitCodeOf, explain, say } from './exit.ts';
import { stopSignal } from './stop-signal.ts';
import { LineCollector } from './track-lines.ts';
import { serveWasm } from './wasm-files.ts';

export const TRACK_USAGE = `Usage: npm run track -- --camera FILE --out FILE.jsonl
  --camera FILE  a video; every frame is looked at, at the file's own rate
  --out FILE     one JSON line per frame: t, found, yaw, pitch, roll, raw{}, solved{}
Exit: 0 written, 2 usage, 3 could not run`;

const MODEL = 'face_landmarker.task';
/** The page must answer within this: wasm and model load in seconds even on a slow machine. */
const SILENT_MS = 90_000;
const SAY_EVERY = 100;

export interface TrackOptions {
  readonly camera: string;
  readonly out: string;
  readonly ffmpeg: string;
  readonly signal: AbortSignal;
}

export interface TrackDeps {
  readonly host: Host;
  readonly router: Router;
  readonly models: Pick<ModelsService, 'locate' | 'resolve'>;
}

/** `npm run track`: landmarks and solved channels of a video file as JSON lines. @returns the exit code */
export async function runTrack(argv: readonly string[]): Promise<number> {
  const stop = stopSignal();
  const home = makeTempFolder('track');
  let host: Host | null = null;
  try {
    const flags = parseTrackFlags(argv);
    if (flags === 'help') {
      say(TRACK_USAGE);
      return EXIT.ok;
    }
    const ffmpeg = (await locateFfmpeg()).path;
    const models = createModels({
      manifest: readModelManifest(path.join(resourcesDir(), 'models.json')),
      cacheDir: path.join(dataFolder(), 'models'),
      modelsDir: process.env['VIDA3_MODELS_DIR'],
    });
    const router = new Router({ log: silentLog, redact: (text) => text });
    // A data folder of its own: a file can be tracked while the studio runs.
    host = createBrowserHost({ home, rendererDir: rendererDir(), mediaEntry: mediaEntry(), log: silentLog });
    await trackFile({ ...flags, ffmpeg, signal: stop.signal }, { host, router, models });
    return EXIT.ok;
  } catch (error) {
    return exitCodeOf(explain(error));
  } finally {
    await host?.close();
    await rm(home, { recursive: true, force: true });
    stop.dispose();
  }
}

/** @throws ReasonError `usage.bad-flag` */
export function parseTrackFlags(argv: readonly string[]): { camera: string; out: string } | 'help' {
  let values: { camera?: string | undefined; out?: string | undefined; help?: boolean | undefined };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: { camera: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
    }));
  } catch (error) {
    throw new ReasonError('usage.bad-flag', error instanceof Error ? error.message : String(error));
  }
  if (values.help) return 'help';
  const { camera, out } = values;
  if (!camera || !out) throw new ReasonError('usage.bad-flag', 'track needs --camera FILE and --out FILE');
  return { camera, out };
}

/**
 * Tracks every frame of a file; `out` is there when this resolves, and not half-written when it fails.
 * @throws ReasonError `camera.*`, `models.*`, `ffmpeg.*`, `host.*`, `tracker.start-failed`, `record.cannot-write`
 */
export async function trackFile(options: TrackOptions, deps: TrackDeps): Promise<void> {
  const { host, router, models } = deps;
  await models.locate(MODEL);
  const decode = () => decodeRgba(options.ffmpeg, options.camera, { signal: options.signal });
  const first = await decode();
  let pictures: Awaited<ReturnType<typeof decode>> | null = first;
  let failure: Error | null = null;
  first.stream.once('error', (error: Error) => {
    failure = error;
  });

  const partFile = `${options.out}.part`;
  const part = await open(partFile, 'w').catch((error: unknown) => {
    first.stream.destroy();
    throw new ReasonError('record.cannot-write', options.out, { cause: error });
  });
  const texts: string[] = [];
  const collector = new LineCollector((text) => texts.push(text));
  let heardAtMs = Date.now();
  let watch: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: unknown) => reject(failure ?? error);
      router.handle(appHello, () => helloFrom(host, 'headless'));
      router.handle(appPageError, ({ message }) => {
        fail(new ReasonError('internal.unexpected', message));
        return {};
      });
      router.handle(trackJob, () => ({
        framesUrl: '/track/frames',
        modelUrl: `/models/${MODEL}`,
        wasmUrl: '/wasm',
        width: first.width,
        height: first.height,
        fps: first.fps,
      }));
      router.handle(trackLines, async ({ from, lines }) => {
        heardAtMs = Date.now();
        collector.take(from, lines);
        await part.write(texts.splice(0).join(''));
        if (Math.floor(collector.count / SAY_EVERY) > Math.floor(from / SAY_EVERY)) {
          say(`${collector.count} of ${first.frames} frames`);
        }
        return {};
      });
      router.handle(trackDone, ({ frames, reason, detail }) => {
        if (reason !== null) fail(new ReasonError(reason, detail ?? undefined));
        else if (frames !== collector.count || frames === 0) {
          fail(new ReasonError('camera.not-a-video', `${collector.count} frames`));
        } else resolve();
        return {};
      });
      host.serve('models', models.resolve);
      host.serve('wasm', serveWasm);
      host.serve('track', async (name) => {
        if (name !== 'frames') return null;
        // The decoded pictures go out once; a page that was loaded again gets them decoded again.
        const { stream } = pictures ?? (await decode());
        pictures = null;
        return { stream, type: 'application/octet-stream' };
      });
      host.onPageClosed(() => fail(new ReasonError('host.browser-closed')));
      options.signal.addEventListener(
        'abort',
        () => fail(new ReasonError('host.browser-closed', 'stopped')),
        {
          once: true,
        },
      );
      watch = setInterval(() => {
        if (Date.now() - heardAtMs > SILENT_MS) fail(new ReasonError('host.page-silent'));
      }, 1000);
      host
        .start(router)
        .then(() => host.openPage({ mode: 'headless', path: '/track.html' }))
        .catch(fail);
    });
    await part.close();
    await rename(partFile, options.out);
    say(`${collector.count} frames, a face in ${collector.found}: ${options.out}`);
  } catch (error) {
    await part.close();
    await rm(partFile, { force: true });
    throw error;
  } finally {
    clearInterval(watch);
    first.stream.destroy();
  }
}
