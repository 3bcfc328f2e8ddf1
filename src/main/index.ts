import { ReasonError } from '../shared/errors.ts';
import { type App, compose } from './compose.ts';
import { type ElectronApp, enterElectron } from './host/electron/app.ts';
import type { ElectronHost } from './host/electron/index.ts';
import { bundled, dataFolder } from './host/paths.ts';
import { locateFfmpeg } from './media/ffmpeg/locate.ts';

/** Electron's entry: the one instance, then the host, the program and its page; at the end the same backwards. */
async function run(electron: ElectronApp): Promise<void> {
  const starting = start(electron);
  // Whoever quits during the start waits for it: what is half there cannot be ended in order.
  electron.whenEnding(async () => {
    // A start that failed has cleared up behind itself, and says why below.
    const app = await starting.catch(() => null);
    await app?.stream.end();
    await app?.close();
  });
  try {
    const app = await starting;
    if (!app || electron.ending) return;
    app.host.onPageClosed(() => void electron.fail(new ReasonError('host.page-lost')));
    await app.open({ mode: 'studio' });
  } catch (error) {
    await electron.fail(error);
  }
}

/** @returns null when the user has quit meanwhile */
async function start(electron: ElectronApp): Promise<App<ElectronHost> | null> {
  await electron.ready();
  if (electron.ending) return null;
  preferBundled();
  return compose({
    createHost: electron.createHost,
    mode: 'studio',
    ffmpeg: await locateFfmpeg(),
    secrets: [],
    settings: null,
    contactSheet: null,
    safe: process.argv.includes('--safe'),
  });
}

/** An installed program brings FFmpeg and the models along; whoever names others gets those. */
function preferBundled(): void {
  const { ffmpeg, models } = bundled();
  if (ffmpeg !== null) process.env['VIDA3_FFMPEG'] ??= ffmpeg;
  if (models !== null) process.env['VIDA3_MODELS_DIR'] ??= models;
}

const electron = enterElectron(dataFolder());
if (electron) void run(electron);
