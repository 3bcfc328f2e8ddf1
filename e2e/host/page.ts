import { createClient } from '../../src/renderer/bridge/client.ts';
import { mediaSocketAddress, openMediaSocket } from '../../src/renderer/bridge/media-socket.ts';
import { toReasonError } from '../../src/shared/errors.ts';
import { appHello, appNotice, appPageError } from '../../src/shared/ipc/app.ts';
import { destinationsSnapshot } from '../../src/shared/ipc/destinations.ts';
import { avatarUpload } from '../../src/shared/ipc/library.ts';

/** The page of the conformance suite: does what a notice's detail says and tells main what came of it. */
const client = createClient();
const tell = (message: unknown) => client.call(appPageError, { message: JSON.stringify(message) });

async function outcome(action: () => Promise<unknown>): Promise<unknown> {
  try {
    return await action();
  } catch (error) {
    return toReasonError(error).reason;
  }
}

const actions: Readonly<Record<string, () => unknown>> = {
  reload: () => location.reload(),
  media: () => {
    const port = openMediaSocket(mediaSocketAddress());
    port.onOpen(() => {
      void tell({ media: 'open' });
    });
    port.onControl((control) => void tell({ media: control.type }));
  },
  upload: async () =>
    tell({
      upload: await outcome(() =>
        client.upload(avatarUpload, { name: 'a' }, new Blob([new Uint8Array(1e6)])),
      ),
      tooBig: await outcome(() =>
        client.upload({ ...avatarUpload, maxBytes: 10 }, { name: 'a' }, new Blob([new Uint8Array(11)])),
      ),
    }),
  outside: async () =>
    tell({
      fetch: await fetch('http://127.0.0.1:9/').then(
        () => 'went out',
        () => 'blocked',
      ),
      eval: await outcome(async () => {
        const make: FunctionConstructor = Object.getPrototypeOf(() => 0).constructor;
        return make('return 1')();
      }),
    }),
};

client.on(appNotice, ({ detail }) => void actions[detail ?? '']?.());
let snapshots = 0;
client.on(destinationsSnapshot, ({ destinations }) => {
  snapshots++;
  void tell({ snapshot: destinations.map(({ name }) => name), count: snapshots });
});
const hello = await client.call(appHello, { protocol: 1 });
await tell({ hello, href: location.href, isolated: crossOriginIsolated, cookie: document.cookie });
