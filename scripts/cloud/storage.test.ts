import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { createClient } from '@supabase/supabase-js';
import { type DetailedError, Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCloud } from './cloud.ts';
import type { Cloud } from './types.ts';

let cloud: Cloud;
let user: { id: string };
let other: { id: string };
let token: string;

const bytes = randomBytes(300_000);
const pathOf = (id: string, data: Buffer = bytes) =>
  `${id}/${crypto.randomUUID()}/${createHash('sha256').update(data).digest('hex')}.glb`;

interface Sent {
  readonly url: string | null;
  /** Status of the refusal; null: it is there. */
  readonly status: number | null;
}

/** @param stopAfter bytes after which the connection is cut, as by a lost network */
function send(path: string, options: { data?: Buffer; as?: string; stopAfter?: number; url?: string } = {}) {
  const data = options.data ?? bytes;
  return new Promise<Sent>((resolve, reject) => {
    const upload = new Upload(data, {
      endpoint: `${cloud.url}/storage/v1/upload/resumable`,
      ...(options.url ? { uploadUrl: options.url } : {}),
      retryDelays: null,
      chunkSize: 100_000,
      headers: { authorization: `Bearer ${options.as ?? token}` },
      metadata: { bucketName: 'avatars', objectName: path, contentType: 'model/gltf-binary' },
      onSuccess: () => resolve({ url: upload.url, status: null }),
      onChunkComplete: (_size, accepted) => {
        if (options.stopAfter !== undefined && accepted >= options.stopAfter) {
          void upload.abort().then(() => resolve({ url: upload.url, status: -1 }));
        }
      },
      onError: (error) => {
        const { originalResponse } = error as DetailedError;
        if (originalResponse) resolve({ url: upload.url, status: originalResponse.getStatus() });
        else reject(error);
      },
    });
    upload.start();
  });
}

const bucketOf = (key: string) =>
  createClient(cloud.url, cloud.key, {
    accessToken: async () => key,
    auth: { persistSession: false },
  }).storage.from('avatars');

beforeAll(async () => {
  cloud = await startCloud({ engine: 'pglite' });
  user = await cloud.addUser('user@example.test', 'a good password', 'user-one');
  other = await cloud.addUser('other@example.test', 'a good password', 'user-two');
  token = await cloud.token(user.id);
});
afterAll(() => cloud?.close());

describe('resumable upload', () => {
  test('goes on where it was cut off, and is there to the byte', async () => {
    const path = pathOf(user.id);
    const cut = await send(path, { stopAfter: 100_000 });
    const before = cloud.requests.length;
    expect((await send(path, { url: cut.url! })).status).toBeNull();
    const resumed = cloud.requests.slice(before).map(({ method }) => method);
    expect(resumed).toEqual(['HEAD', 'PATCH', 'PATCH']);

    const { data, error } = await bucketOf(token).download(path);
    expect(error).toBeNull();
    expect(Buffer.from(await data!.arrayBuffer()).equals(bytes)).toBe(true);
    const info = await bucketOf(token).info(path);
    expect(info.data).toMatchObject({ size: bytes.length, contentType: 'model/gltf-binary' });

    const part = await fetch(`${cloud.url}/storage/v1/object/authenticated/avatars/${path}`, {
      headers: { authorization: `Bearer ${token}`, range: 'bytes=299990-' },
    });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(299_990))).toBe(true);
  });

  test('a connection that dies in the middle of a piece loses nothing of what came', async () => {
    const path = pathOf(user.id);
    const { url } = await send(path, { stopAfter: 100_000 });
    await new Promise<void>((resolve) => {
      const dying = request(url!, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${token}`,
          'tus-resumable': '1.0.0',
          'content-type': 'application/offset+octet-stream',
          'upload-offset': '100000',
          'content-length': '200000',
        },
      });
      dying.on('error', () => resolve());
      dying.write(bytes.subarray(100_000, 150_000), () =>
        setTimeout(() => dying.destroy(new Error('cut')), 50),
      );
    });
    expect((await send(path, { url: url! })).status).toBeNull();
    const { data } = await bucketOf(token).download(path);
    expect(Buffer.from(await data!.arrayBuffer()).equals(bytes)).toBe(true);

    const next = pathOf(user.id);
    const begun = await send(next, { stopAfter: 100_000 });
    cloud.fault({ path: /resumable\/.+/, do: { kind: 'lose-answer' } });
    await expect(send(next, { url: begun.url! })).rejects.toThrow();
    expect((await send(next, { url: begun.url! })).status).toBeNull();
  });

  test('foreign folders, other names, no token and a second of the same name are refused', async () => {
    const path = pathOf(user.id);
    expect((await send(pathOf(other.id))).status).toBe(403);
    expect((await send(`${user.id}/../${other.id}/x.glb`)).status).toBe(400);
    expect((await send(path, { as: cloud.key })).status).toBe(403);
    expect((await send(path, { as: await cloud.token(user.id, { ttlSeconds: -5 }) })).status).toBe(400);
    expect((await send(path)).status).toBeNull();
    expect((await send(path)).status).toBe(409);
    const { url } = await send(pathOf(user.id), { stopAfter: 100_000 });
    expect((await send('x', { url: url!, as: await cloud.token(other.id) })).status).toBe(403);
  });

  test('more than the bucket takes or the plan has room for, an unknown bucket and an unknown upload are refused', async () => {
    const begin = (headers: Record<string, string>, bucket = 'avatars') =>
      fetch(`${cloud.url}/storage/v1/upload/resumable`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'tus-resumable': '1.0.0',
          'upload-metadata': [
            `bucketName ${Buffer.from(bucket).toString('base64')}`,
            `objectName ${Buffer.from(pathOf(user.id)).toString('base64')}`,
          ].join(','),
          ...headers,
        },
      });
    // The policy is not told how large a file is; the bucket's own limit is looked at, and what is there already.
    expect((await begin({ 'upload-length': '400000000' })).status).toBe(201);
    expect((await begin({ 'upload-length': '600000000' })).status).toBe(413);
    const full = `${user.id}/${crypto.randomUUID()}/${'f'.repeat(64)}.glb`;
    await cloud.engine.query(
      `insert into storage.objects (bucket_id, name, owner_id, metadata) values ('avatars', $1, $2, $3)`,
      [full, user.id, { size: 25 * 3 * 1024 * 1024 }],
    );
    expect((await begin({ 'upload-length': '10' })).status).toBe(403);
    await cloud.engine.query('delete from storage.objects where name = $1', [full]);
    expect((await begin({ 'upload-length': '10' }, 'else')).status).toBe(404);
    expect((await begin({ 'upload-length': 'x' })).status).toBe(400);
    expect((await begin({ 'tus-resumable': '0.2.0', 'upload-length': '10' })).status).toBe(412);
    const head = { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } };
    const gone = `${cloud.url}/storage/v1/upload/resumable/${crypto.randomUUID()}`;
    expect((await fetch(gone, head)).status).toBe(404);
    const begun = await begin({ 'upload-length': '10' });
    const patch = (offset: string, body: string) =>
      fetch(begun.headers.get('location')!, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${token}`,
          'tus-resumable': '1.0.0',
          'content-type': 'application/offset+octet-stream',
          'upload-offset': offset,
        },
        body,
      });
    expect((await patch('3', 'abc')).status).toBe(409);
    expect((await patch('0', 'more than ten bytes')).status).toBe(413);
  });
});

describe('objects', () => {
  test('are seen, listed, signed and deleted by whom they belong to', async () => {
    const path = pathOf(user.id);
    await send(path, { data: bytes });
    const stranger = bucketOf(await cloud.token(other.id));
    expect((await stranger.download(path)).error).not.toBeNull();
    expect((await stranger.info(path)).error).toMatchObject({ statusCode: '404' });
    expect((await stranger.list(user.id)).data).toEqual([]);
    expect((await stranger.remove([path])).data).toEqual([]);

    const own = bucketOf(token);
    const folder = path.split('/').slice(0, 2).join('/');
    expect((await own.list(user.id)).data).toContainEqual(
      expect.objectContaining({ name: folder.split('/')[1], id: null }),
    );
    expect((await own.list(folder)).data).toMatchObject([{ name: path.split('/')[2] }]);
    const signed = await own.createSignedUrl(path, 60);
    expect((await (await fetch(signed.data!.signedUrl)).arrayBuffer()).byteLength).toBe(bytes.length);
    expect((await fetch(signed.data!.signedUrl.replace('.glb?', '.vrm?'))).status).toBe(400);
    expect((await own.remove([path])).data).toMatchObject([{ name: path }]);
    expect((await own.exists(path)).data).toBe(false);
  });

  test('other ways to upload are refused by name', async () => {
    const { error } = await bucketOf(token).upload(pathOf(user.id), new Blob(['x']));
    expect(error?.message).toContain('/upload/resumable');
  });
});
