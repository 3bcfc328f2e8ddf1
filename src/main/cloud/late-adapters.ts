import type { Tokens } from '../services/account/ports.ts';
import type { CloudAdapters } from './adapters.ts';
import type { CloudConfig } from './config.ts';

type Late<T> = { readonly [Name in keyof T]: (...args: never[]) => Promise<unknown> };

/** The adapters, loaded with the first call of one of them: the program's start does not wait for their libraries. */
export function createLateAdapters(config: CloudConfig, tokens: Tokens): CloudAdapters {
  let loading: Promise<CloudAdapters> | null = null;
  const load = () => {
    loading ??= import('./adapters.ts').then(({ createCloudAdapters }) =>
      createCloudAdapters(config, tokens),
    );
    return loading;
  };
  return {
    auth: late(async () => (await load()).auth),
    account: late(async () => (await load()).account),
    sync: late(async () => (await load()).sync),
    files: late(async () => (await load()).files),
    objects: late(async () => (await load()).objects),
    hints: {
      listen(userId, onHint) {
        let stopped = false;
        let stop: (() => void) | null = null;
        load().then(
          ({ hints }) => {
            if (!stopped) stop = hints.listen(userId, onHint);
          },
          // The sync that follows meets the same failure, and says it.
          () => undefined,
        );
        return () => {
          stopped = true;
          stop?.();
        };
      },
    },
  };
}

/** A port whose methods all answer with a promise, before it is there. */
function late<T extends Late<T>>(load: () => Promise<T>): T {
  return new Proxy({} as T, {
    get:
      (_none, name) =>
      async (...args: never[]) => {
        const port = await load();
        return port[name as keyof T](...args);
      },
  });
}
