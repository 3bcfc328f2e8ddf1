import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import type { appHello } from '../../shared/ipc/app.ts';
import type { ResponseOf } from '../../shared/ipc/contract.ts';
import type { Host } from '../host/port.ts';

/** Version of the program as pages see it. */
export const APP_VERSION = '0.1.0';

/** The first answer a page gets: where it runs. */
export function helloFrom(host: Host, mode: StudioSnapshot['mode']): ResponseOf<typeof appHello> {
  const desktop = host.desktop !== null;
  return {
    version: APP_VERSION,
    host: host.kind,
    mode,
    secrets: host.secrets.kind,
    desktop: { tray: desktop, globalShortcuts: desktop },
  };
}
