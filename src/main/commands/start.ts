import { compose } from '../compose.ts';
import { createBrowserHost } from '../host/browser/index.ts';
import { locateFfmpeg } from '../media/ffmpeg/locate.ts';
import { EXIT, exitCodeOf, explain, say } from './exit.ts';
import { stopSignal } from './stop-signal.ts';

/** `npm start`: the studio, until its window is closed. @returns the exit code */
export async function runStart(argv: readonly string[]): Promise<number> {
  // Electron, where it is, has been chosen before this program was started.
  const safe = argv.includes('--safe');
  const unknown = argv
    .filter((flag) => flag !== '--safe')
    .join(' ')
    .replace(/^--host[= ]browser$/, '');
  if (unknown) {
    say(`Unknown flag ${unknown}. Usage: npm start [-- --host electron|browser] [--safe]`);
    return EXIT.usage;
  }
  const stop = stopSignal();
  let close = async () => {};
  try {
    const app = await compose({
      createHost: createBrowserHost,
      mode: 'studio',
      ffmpeg: await locateFfmpeg(),
      secrets: [],
      settings: null,
      contactSheet: null,
      safe,
    });
    close = app.close;
    await app.open({ mode: 'studio' });
    say('The studio is open. Close its window, or press Ctrl+C here, to end it.');
    await new Promise<void>((resolve) => {
      app.host.onPageClosed(resolve);
      stop.signal.addEventListener('abort', () => resolve());
      if (stop.signal.aborted) resolve();
    });
    await app.stream.end();
    return EXIT.ok;
  } catch (error) {
    return exitCodeOf(explain(error));
  } finally {
    await close();
    stop.dispose();
  }
}
