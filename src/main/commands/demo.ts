import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseRtmpUrl } from '../../shared/domain/rtmp-url.ts';
import { DEFAULT_SETTINGS } from '../../shared/domain/studio.ts';
import { compose } from '../compose.ts';
import { createBrowserHost } from '../host/browser/index.ts';
import { resourcesDir } from '../host/paths.ts';
import { locateFfmpeg } from '../media/ffmpeg/locate.ts';
import { startRtmpSink } from '../media/ffmpeg/sink.ts';
import { runBroadcast } from './broadcast.ts';
import { prepareDeviceFiles } from './camera-file.ts';
import { EXIT, exitCodeOf, explain, say } from './exit.ts';
import { stopSignal } from './stop-signal.ts';

const SECONDS = 20;
const SHEET = { rows: 5, everyMs: 1300 } as const;

/**
 * `npm run demo`: the sample performer goes live for 20 s to a local RTMP server that this command starts.
 * Writes demo/stream.mp4, demo/contact-sheet.png and demo/report.json. @returns the exit code
 */
export async function runDemo(outDir: string): Promise<number> {
  const stop = stopSignal();
  const cleanUp: (() => Promise<void>)[] = [];
  try {
    const located = await locateFfmpeg();
    const ffmpeg = located.path;
    await mkdir(outDir, { recursive: true });
    const stream = path.join(outDir, 'stream.mp4');
    const sheet = path.join(outDir, 'contact-sheet.png');
    const reportFile = path.join(outDir, 'report.json');
    for (const file of [stream, sheet, reportFile]) await rm(file, { force: true });
    const files = await prepareDeviceFiles(
      {
        ffmpeg,
        camera: path.join(resourcesDir(), 'performance', 'performer.mp4'),
        fps: DEFAULT_SETTINGS.picture.fps,
      },
      stop.signal,
    );
    cleanUp.push(files.remove);
    const sink = await startRtmpSink(ffmpeg, { file: stream });
    cleanUp.push(sink.close);
    const app = await compose({
      createHost: createBrowserHost,
      mode: 'headless',
      ffmpeg: located,
      secrets: [],
      settings: { ...DEFAULT_SETTINGS, microphone: 'none' },
      contactSheet: SHEET,
    });
    cleanUp.push(app.close);
    if (app.studio.snapshot.tracking.source === 'recorded') {
      say(
        'The face tracking model is not on this machine: the avatar is driven by the recorded performance.',
      );
      say(
        'To track a camera, press Download in the studio or set VIDA3_MODELS_DIR to a folder with face_landmarker.task.',
      );
    }
    await app.open({ mode: 'headless', cameraFile: files.cameraFile });
    const { code, summary } = await runBroadcast(
      app,
      {
        to: [parseRtmpUrl(sink.url)],
        record: null,
        seconds: SECONDS,
        snapshot: null,
        contactSheet: sheet,
        report: reportFile,
      },
      stop.signal,
    );
    if (code === EXIT.ok) await sink.finished(10_000);
    say(summary);
    if (code === EXIT.ok)
      say(`Look at ${path.relative(process.cwd(), sheet)} and ${path.relative(process.cwd(), stream)}.`);
    // Why it is missing has been said.
    return code === EXIT.ok && !existsSync(sheet) ? EXIT.couldNotStart : code;
  } catch (error) {
    return stop.signal.aborted ? EXIT.ok : exitCodeOf(explain(error));
  } finally {
    for (const work of cleanUp.reverse()) await work();
    stop.dispose();
  }
}
