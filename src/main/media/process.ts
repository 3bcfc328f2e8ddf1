import { killAllFfmpeg } from './ffmpeg/child.ts';
import { MediaHost } from './host.ts';
import { linkToMain } from './link.ts';

/** Entry of the media process. It outlives neither main nor its own FFmpegs. */
const link = linkToMain();
const host = new MediaHost(link);

function die(code: number): void {
  killAllFfmpeg();
  host.close();
  process.exit(code);
}

// Without main there is no stream; nothing may stay behind.
link.onLost(() => die(0));
process.on('SIGTERM', () => die(0));
// An interrupt typed in the terminal reaches main as well, which ends the stream in order.
process.on('SIGINT', () => undefined);
process.on('uncaughtException', (error) => {
  host.log('error', `media process: ${error.stack ?? error.message}`);
  die(70);
});
process.on('exit', () => killAllFfmpeg());
host.run();
