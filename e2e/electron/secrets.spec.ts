import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openRtmpSink } from './rtmp-sink.ts';
import { goLive, openStudio, prepareBroadcast } from './studio.ts';

test('a stream key survives a restart, sealed, and is in no file', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'vida3-secrets-'));
  const sink = await openRtmpSink();
  const key = sink.url.slice(sink.url.lastIndexOf('/') + 1);
  try {
    const first = await openStudio({ home });
    const destination = await prepareBroadcast(first, sink.url);
    await first.close();
    const holding = filesBelow(home).filter((file) => readFileSync(file).includes(key));
    expect(holding).toEqual([]);

    const second = await openStudio({ home });
    try {
      const backend = await second.app.evaluate(async ({ safeStorage }) => ({
        available: await safeStorage.isAsyncEncryptionAvailable(),
        backend: process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system',
      }));
      console.log('safeStorage:', backend);
      // To go live the key must be opened again.
      await goLive(second, destination);
      await pause(2000);
      await second.ask('stream.stop', {});
      await sink.settled();
      expect(sink.recordings()).toHaveLength(1);
      expect(statSync(sink.recordings()[0]!).size).toBeGreaterThan(10_000);
    } finally {
      await second.close();
    }
  } finally {
    await sink.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
