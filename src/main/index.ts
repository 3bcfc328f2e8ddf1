import { ReasonError } from '../shared/errors.ts';
import { compose } from './compose.ts';
import { type ElectronApp, enterElectron } from './host/electron/app.ts';
import { bundled, dataFolder } from './host/paths.ts';
import { locateFfmpeg } from './media/ffmpeg/locate.ts';

/** Electron's entry: the one instance, then the host, the program and its page; at the end the same backwards. */
async function run(electron: ElectronApp): Promise<void> {
  try {
    await electron.ready();
    preferBundled();
    const app = await compose({
      createHost: electron.createHost,
      mode: 'studio',
      ffmpeg: (await locateFfmpeg()).path,
      secrets: [],
      settings: null,
      contactSheet: null,
    });
    electron.whenEnding(async () => {
      await app.stream.stop();
      await app.close();
    });
    app.host.onPageClosed(() => void electron.fail(new ReasonError('host.page-lost')));
    await app.open({ mode: 'studio' });
  } catch (error) {
    await electron.fail(error);
  }
}

/** An installed program brings FFmpeg and the models along; whoever names others gets those. */
function preferBundled(): void {
  const { ffmpeg, models } = bundled();
  if (ffmpeg !== null) process.env['VIDA3_FFMPEG'] ??= ffmpeg;
  if (models !== null) process.env['VIDA3_MODELS_DIR'] ??= models;
}

const electron = enterElectron(dataFolder());
if (electron) void run(electron);
