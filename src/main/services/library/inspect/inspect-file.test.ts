import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { inspectAvatar } from './inspect-file.ts';
import { packGlb, triangle } from './make-glb.ts';

const dir = mkdtempSync(join(tmpdir(), 'vida3-inspect-file-'));
afterAll(() => rmSync(dir, { recursive: true }));

const glb = packGlb(triangle().json, triangle().bin);

/** A worker that misbehaves as `code` says, in the place of the real one. */
function workerOf(name: string, code: string): URL {
  const path = join(dir, `${name}.mjs`);
  writeFileSync(path, code);
  return pathToFileURL(path);
}

describe('inspectAvatar', () => {
  test('reads bytes and files alike, in a worker', async () => {
    const path = join(dir, 'good.glb');
    writeFileSync(path, glb);
    const [fromBytes, fromFile] = await Promise.all([inspectAvatar(glb), inspectAvatar(path)]);
    expect(fromBytes).toMatchObject({ ok: true, family: 'glb', counts: { vertices: 3 } });
    expect({ ...fromFile, cost: null }).toEqual({ ...fromBytes, cost: null });
    expect(fromFile.cost.peakMb).toBeGreaterThan(0);
    expect(fromFile.cost.peakMb).toBeLessThan(256);
  });

  test('never reads a file over the cap, nor what is no file', async () => {
    const path = join(dir, 'huge.glb');
    writeFileSync(path, glb);
    truncateSync(path, 4_000_000_000);
    const report = await inspectAvatar(path);
    expect(report).toMatchObject({ ok: false, reason: 'avatar.too-big', counts: { bytes: 4_000_000_000 } });
    expect(report.cost.peakMb).toBeLessThan(64);
    expect(await inspectAvatar('/dev/zero')).toMatchObject({ ok: false, reason: 'avatar.not-a-model' });
    expect(await inspectAvatar(dir)).toMatchObject({ ok: false, reason: 'avatar.not-a-model' });
    await expect(inspectAvatar(join(dir, 'none.glb'))).rejects.toMatchObject({ reason: 'avatar.not-found' });
  });

  test('a check that does not end is ended: avatar.timeout', async () => {
    const workerEntry = workerOf('endless', 'for (;;) {}');
    const report = await inspectAvatar(glb, { workerEntry, timeoutMs: 200 });
    expect(report).toMatchObject({ ok: false, reason: 'avatar.timeout', counts: { bytes: glb.length } });
  });

  test('a check that runs out of memory is a refusal, not a crash', async () => {
    const workerEntry = workerOf('greedy', 'const all = []; for (;;) all.push({ a: {}, b: [1] });');
    expect(await inspectAvatar(glb, { workerEntry })).toMatchObject({ ok: false, reason: 'avatar.too-big' });
  });

  test('a check that dies is an unexpected error, not a verdict', async () => {
    const workerEntry = workerOf('dead', 'process.exit(3);');
    await expect(inspectAvatar(glb, { workerEntry })).rejects.toMatchObject({
      reason: 'internal.unexpected',
    });
  });

  test('can be aborted before and while it runs', async () => {
    const abort = new AbortController();
    const workerEntry = workerOf('slow', 'setInterval(() => {}, 1000);');
    const running = inspectAvatar(glb, { signal: abort.signal, workerEntry });
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(inspectAvatar(glb, { signal: abort.signal })).rejects.toThrow('enough');
  });
});
