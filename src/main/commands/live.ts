import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { FIRST_SCENE } from '../../shared/domain/scene.ts';
import { DEFAULT_SETTINGS } from '../../shared/domain/studio.ts';
import { ReasonError } from '../../shared/errors.ts';
import { compose } from '../compose.ts';
import { createBrowserHost } from '../host/browser/index.ts';
import { locateFfmpeg } from '../media/ffmpeg/locate.ts';
import { failedReport } from '../services/stream/report.ts';
import { runBroadcast, writeReport } from './broadcast.ts';
import { prepareDeviceFiles } from './camera-file.ts';
import { EXIT, exitCodeOf, explain, say, sayReason } from './exit.ts';
import { isFileFlag, LIVE_USAGE, type LiveFlags, parseLiveFlags } from './flags.ts';
import { stopSignal } from './stop-signal.ts';

/** `npm run live`: a headless go-live. @returns the exit code */
export async function runLive(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    say(LIVE_USAGE);
    return EXIT.ok;
  }
  let flags: LiveFlags;
  try {
    flags = parseLiveFlags(argv);
  } catch (error) {
    return exitCodeOf(explain(error));
  }
  const stop = stopSignal();
  let clean = async () => {};
  try {
    for (const file of [flags.report, flags.snapshot]) if (file) await mustBeWritable(file);
    const located = await locateFfmpeg();
    const ffmpeg = located.path;
    const files = await prepareDeviceFiles(
      {
        ffmpeg,
        camera: isFileFlag(flags.camera) ? flags.camera : undefined,
        audio: isFileFlag(flags.audio) ? flags.audio : undefined,
        fps: flags.picture.fps,
      },
      stop.signal,
    );
    clean = files.remove;
    const app = await compose({
      createHost: createBrowserHost,
      mode: 'headless',
      ffmpeg: located,
      secrets: flags.to.map((target) => target.key),
      settings: {
        ...DEFAULT_SETTINGS,
        camera: files.cameraFile ? 'default' : flags.camera,
        microphone: files.microphoneFile ? 'default' : flags.audio,
        avatarId: flags.avatar,
        scenes: [{ ...FIRST_SCENE, background: flags.background }],
        picture: flags.picture,
        encoder: flags.encoder,
      },
      contactSheet: null,
      onNotice: (error) => explain(error),
    });
    if (flags.camera !== 'none' && app.studio.snapshot.tracking.source === 'recorded') {
      // Not a camera that is silently left out: why, and what to do.
      const why = app.models.snapshot().models[0]?.reason ?? 'models.missing';
      sayReason(why, 'the recorded performance drives the avatar; the camera is not used');
    }
    clean = async () => {
      await app.close();
      await files.remove();
    };
    await app.open({ mode: 'headless', cameraFile: files.cameraFile, microphoneFile: files.microphoneFile });
    const { code, summary } = await runBroadcast(app, { ...flags, contactSheet: null }, stop.signal);
    say(summary);
    return code;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.ok;
    const known = explain(error);
    if (flags.report) await writeReport(flags.report, failedReport('browser', known.reason));
    return exitCodeOf(known);
  } finally {
    await clean();
    stop.dispose();
  }
}

/** A long stream must not end in a report that has no place. */
async function mustBeWritable(file: string): Promise<void> {
  try {
    await access(path.dirname(path.resolve(file)), constants.W_OK);
  } catch (error) {
    throw new ReasonError('record.cannot-write', file, { cause: error });
  }
}
