import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelManifest } from '../../../shared/domain/model-manifest.ts';
import { createModels, readModelManifest } from './models.ts';
import type { ModelsOptions } from './ports.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const SHARED = process.env['VIDA3_FIXTURES_DIR'] ?? join(ROOT, '../shared');
const REAL_MODELS = process.env['VIDA3_MODELS_DIR'] ?? join(SHARED, 'models');

const NAME = 'face_landmarker.task';
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** A server of the one file that does as `handler` says and remembers what it was asked. */
let server: Server;
let handler: Handler;
let requests: IncomingMessage[];
let dir: string;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vida3-models-'));
  requests = [];
  handler = serveRanges;
  server = createServer((request, response) => {
    requests.push(request);
    handler(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true });
});

const ETAG = '"v1"';

function serveRanges(request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start > 0 && request.headers['if-range'] === ETAG) {
    const range = `bytes ${start}-${content.length - 1}/${content.length}`;
    response.writeHead(206, { etag: ETAG, 'content-range': range, 'content-length': content.length - start });
    response.end(content.subarray(start));
  } else {
    response.writeHead(200, { etag: ETAG, 'content-length': content.length });
    response.end(content);
  }
}

/** Sends a part of the file, then cuts the connection. */
function cutAfter(bytes: number): Handler {
  return (_, response) => {
    response.writeHead(200, { etag: ETAG, 'content-length': content.length });
    response.write(content.subarray(0, bytes));
    // What has arrived and is not read yet at a cut is lost.
    const cut = setInterval(() => {
      if ((statSync(`${target()}.part`, { throwIfNoEntry: false })?.size ?? 0) < bytes) return;
      clearInterval(cut);
      response.destroy();
    }, 5);
    response.once('close', () => clearInterval(cut));
  };
}

function manifest(): ModelManifest {
  const { port } = server.address() as AddressInfo;
  const accepted = [{ sha256: sha256(content), bytes: content.length, origin: 'test' }];
  const url = `http://127.0.0.1:${port}/${NAME}`;
  return {
    version: 1,
    models: [{ name: NAME, title: 'Face', feature: 'face', url, bytes: content.length, accepted }],
  };
}

const cacheDir = () => join(dir, 'home/models');
const target = () => join(cacheDir(), NAME);
const open = (options: Partial<ModelsOptions> = {}) =>
  createModels({ manifest: manifest(), cacheDir: cacheDir(), attempts: 1, ...options });

describe('looking for models', () => {
  test('says what is missing and never asks the network', async () => {
    const models = open();
    await models.refresh();
    expect(models.snapshot().models).toEqual([
      {
        name: NAME,
        feature: 'face',
        state: 'missing',
        bytes: content.length,
        received: 0,
        reason: 'models.missing',
      },
    ]);
    await expect(models.locate(NAME)).rejects.toMatchObject({ reason: 'models.missing' });
    expect(await models.url(NAME)).toBeNull();
    expect(await models.resolve(NAME)).toBeNull();
    expect(await models.resolve('../../etc/passwd')).toBeNull();
    expect(requests).toHaveLength(0);
    expect(existsSync(cacheDir())).toBe(false);
  });

  test('takes the given folder first, and a wrong file there does not hide a good one', async () => {
    const modelsDir = join(dir, 'given');
    mkdirSync(modelsDir);
    writeFileSync(join(modelsDir, NAME), content);
    const models = open({ modelsDir });
    expect(await models.locate(NAME)).toBe(join(modelsDir, NAME));
    expect(await models.resolve(NAME)).toEqual({
      path: join(modelsDir, NAME),
      type: 'application/octet-stream',
    });
    mkdirSync(cacheDir(), { recursive: true });
    writeFileSync(target(), content);
    writeFileSync(join(modelsDir, NAME), 'something else');
    expect(await models.locate(NAME)).toBe(target());
  });

  test('refuses a wrong file by name, of the right size too, and sees when it is put right', async () => {
    mkdirSync(cacheDir(), { recursive: true });
    const wrong = Buffer.from(content);
    wrong[1000]! ^= 1;
    writeFileSync(target(), wrong);
    const models = open();
    await models.refresh();
    expect(models.snapshot().models[0]).toMatchObject({ state: 'refused', reason: 'models.bad-hash' });
    await expect(models.locate(NAME)).rejects.toMatchObject({ reason: 'models.bad-hash', detail: target() });
    expect(await models.resolve(NAME)).toBeNull();
    writeFileSync(target(), content);
    utimesSync(target(), 1, 1);
    await models.refresh();
    expect(models.snapshot().models[0]).toMatchObject({ state: 'present', received: content.length });
    expect(await models.url(NAME)).toBe(`/models/${NAME}`);
    expect(requests).toHaveLength(0);
  });
});

test('only the models of the features in use are listed and loaded', async () => {
  const { models: all } = manifest();
  const hands = { ...all[0]!, name: 'hand_landmarker.task', feature: 'hands' as const };
  const models = open({ manifest: { version: 1, models: [...all, hands] } });
  const listed = () => models.snapshot().models.map(({ feature, state }) => `${feature} ${state}`);
  await models.download();
  expect(listed()).toEqual(['face present']);
  expect(await models.use(['face'])).toBe(false);
  expect(await models.use(['face', 'hands'])).toBe(true);
  expect(listed()).toEqual(['face present', 'hands missing']);
  expect(requests).toHaveLength(1);
  await models.download();
  expect(listed()).toEqual(['face present', 'hands present']);
  expect(await models.use(['face'])).toBe(true);
  expect(listed()).toEqual(['face present']);
});

describe('downloading', () => {
  test('loads, checks and keeps the file, and says how far it is', async () => {
    const seen: string[] = [];
    const models = open({ onChange: () => seen.push(models.snapshot().models[0]!.state) });
    await Promise.all([models.download(), models.download()]);
    expect(requests).toHaveLength(1);
    expect(readFileSync(target())).toEqual(content);
    expect(seen[0]).toBe('downloading');
    expect(models.snapshot().models[0]).toMatchObject({ state: 'present', received: content.length });
    expect(existsSync(`${target()}.part`) || existsSync(`${target()}.part.json`)).toBe(false);
    await models.download();
    expect(requests).toHaveLength(1);
  });

  test('goes on after a cut where it stopped', async () => {
    handler = cutAfter(100_000);
    const models = open();
    await expect(models.download()).rejects.toMatchObject({ reason: 'models.offline' });
    expect(models.snapshot().models[0]).toMatchObject({ state: 'missing', reason: 'models.offline' });
    handler = serveRanges;
    await models.download();
    expect(requests[1]!.headers.range).toBe('bytes=100000-');
    expect(requests[1]!.headers['if-range']).toBe(ETAG);
    expect(readFileSync(target())).toEqual(content);
  });

  test('takes a cut connection up again by itself as long as bytes arrive', async () => {
    handler = (request, response, nth) =>
      nth === 1 ? cutAfter(50_000)(request, response, nth) : serveRanges(request, response);
    await open({ attempts: 3 }).download();
    expect(requests).toHaveLength(2);
    expect(readFileSync(target())).toEqual(content);
  });

  test('begins anew with a server that ignores ranges, or whose file changed', async () => {
    handler = cutAfter(100_000);
    await expect(open().download()).rejects.toMatchObject({ reason: 'models.offline' });
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.end(content);
    };
    await open().download();
    expect(requests[1]!.headers.range).toBe('bytes=100000-');
    expect(readFileSync(target())).toEqual(content);
  });

  test('a part of which it is not known what it belongs to is not gone on with', async () => {
    mkdirSync(cacheDir(), { recursive: true });
    writeFileSync(`${target()}.part`, 'x'.repeat(1000));
    await open().download();
    expect(requests[0]!.headers.range).toBeUndefined();
    expect(readFileSync(target())).toEqual(content);
  });

  test.each([
    ['other bytes', () => Buffer.alloc(content.length, 1)],
    ['more bytes', () => Buffer.concat([content, content])],
  ])('%s than expected are refused and nothing is kept', async (_, body) => {
    handler = (_request, response) => {
      response.writeHead(200, { etag: ETAG });
      response.end(body());
    };
    const models = open();
    await expect(models.download()).rejects.toMatchObject({ reason: 'models.bad-hash' });
    expect(models.snapshot().models[0]).toMatchObject({ state: 'refused', reason: 'models.bad-hash' });
    expect(existsSync(target()) || existsSync(`${target()}.part`)).toBe(false);
  });

  test('can be stopped and gone on with', async () => {
    handler = (_, response) => {
      response.writeHead(200, { etag: ETAG, 'content-length': content.length });
      response.write(content.subarray(0, 100_000));
    };
    const models = open({
      onChange: () => {
        if (models.snapshot().models[0]!.received > 0) models.cancel();
      },
    });
    await expect(models.download()).rejects.toMatchObject({ reason: 'models.cancelled' });
    handler = serveRanges;
    await open().download();
    expect(Number(/\d+/.exec(requests[1]!.headers.range!)![0])).toBeGreaterThan(0);
    expect(readFileSync(target())).toEqual(content);
  });

  test('an error page, silence and nobody there are all offline', async () => {
    handler = (_, response) => {
      response.writeHead(404);
      response.end('not here');
    };
    await expect(open().download()).rejects.toMatchObject({
      reason: 'models.offline',
      detail: `${NAME}: HTTP 404`,
    });
    handler = () => {};
    await expect(open({ idleTimeoutMs: 150 }).download()).rejects.toMatchObject({
      reason: 'models.offline',
      detail: `${NAME}: no answer in time`,
    });
    const gone = manifest();
    gone.models[0]!.url = 'http://127.0.0.1:1/x.task';
    await expect(open({ manifest: gone }).download()).rejects.toMatchObject({ reason: 'models.offline' });
    expect(existsSync(target())).toBe(false);
  });

  test.skipIf(!existsSync('/dev/full'))(
    'a full disk has its own reason (skipped without /dev/full)',
    async () => {
      const { symlinkSync } = await import('node:fs');
      mkdirSync(cacheDir(), { recursive: true });
      symlinkSync('/dev/full', `${target()}.part`);
      await expect(open().download()).rejects.toMatchObject({ reason: 'models.disk-full' });
    },
  );

  test('a folder that cannot be made is a storage failure', async () => {
    writeFileSync(join(dir, 'home'), 'a file where a folder should be');
    await expect(open().download()).rejects.toMatchObject({ reason: 'storage.failed' });
  });
});

describe('the bundled manifest', () => {
  const bundled = readModelManifest(join(ROOT, 'resources/models.json'));

  test('names the official address and content of each model first', () => {
    for (const model of bundled.models) {
      expect(model.url).toMatch(new RegExp(`^https://storage\\.googleapis\\.com/.+/${model.name}$`));
      expect(model.accepted[0]!.bytes).toBe(model.bytes);
    }
    expect(bundled.models.map(({ feature }) => feature)).toEqual(
      expect.arrayContaining(['face', 'pose', 'hands']),
    );
  });

  test.skipIf(!existsSync(join(REAL_MODELS, NAME)))('accepts the models of the models folder', async () => {
    const models = createModels({
      manifest: bundled,
      cacheDir: cacheDir(),
      modelsDir: REAL_MODELS,
      features: ['face', 'pose', 'hands'],
    });
    await models.refresh();
    for (const name of [NAME, 'pose_landmarker_full.task', 'hand_landmarker.task']) {
      expect(models.snapshot().models.find((model) => model.name === name)).toMatchObject({
        state: 'present',
      });
      expect(await models.locate(name)).toBe(join(REAL_MODELS, name));
    }
  });
});
