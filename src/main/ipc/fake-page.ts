import { appHello } from '../../shared/ipc/app.ts';
import { silentLog } from '../logging/log.ts';
import { Router } from './router.ts';

/** What a main without a host says to a page in tests. */
export const HELLO = {
  version: '1',
  host: 'browser',
  mode: 'studio',
  secrets: 'file',
  desktop: { tray: false, globalShortcuts: false },
} as const;

/** For tests: a router to which a page that hears nothing has said hello, so that it takes uploads. */
export async function greetedRouter(uploads?: string): Promise<Router> {
  const router = new Router({
    log: silentLog,
    redact: (text) => text,
    ...(uploads === undefined ? {} : { uploads }),
  });
  router.handle(appHello, () => HELLO);
  const page = router.connect({ send: () => undefined });
  await page.receive(JSON.stringify({ id: 1, command: 'app.hello', payload: { protocol: 1 } }));
  return router;
}
