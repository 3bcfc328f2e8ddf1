import { app, type WebContents } from 'electron';
import type { Log } from '../../logging/log.ts';
import { isOwn } from './origin.ts';

/** Keeps every page of the program where it is: nothing navigates away, opens a window or embeds another page. */
export function lockDownPages(log: Log): void {
  app.on('web-contents-created', (_event, contents) => lockDown(contents, log));
}

function lockDown(contents: WebContents, log: Log): void {
  const refuse = (event: { preventDefault: () => void }) => {
    event.preventDefault();
    log.warn('leaving the page was refused');
  };
  contents.setWindowOpenHandler(() => {
    log.warn('a new window was refused');
    return { action: 'deny' };
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    log.warn('an embedded page was refused');
  });
  // A reload stays on the own page; sub frames have nowhere to go at all.
  contents.on('will-navigate', (event) => {
    if (!isOwn(event.url)) refuse(event);
  });
  contents.on('will-redirect', (event) => {
    if (!isOwn(event.url)) refuse(event);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwn(event.url)) refuse(event);
  });
}
