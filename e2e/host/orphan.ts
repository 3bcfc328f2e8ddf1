import { createBrowserHost } from '../../src/main/host/browser/index.ts';
import { Router } from '../../src/main/ipc/router.ts';
import { silentLog } from '../../src/main/logging/log.ts';

/** A main process to be killed: opens a page and a media process, says so, and waits. */
const [home, rendererDir, mediaEntry] = process.argv.slice(2);
const host = createBrowserHost({
  home: home!,
  rendererDir: rendererDir!,
  mediaEntry: mediaEntry!,
  log: silentLog,
});
await host.start(new Router({ log: silentLog, redact: (text) => text }));
await host.openPage({ mode: 'headless' });
const media = host.startMedia();
media.onMessage((message) => {
  if (message.type === 'ready') process.stdout.write(`${media.pid}\n`);
});
