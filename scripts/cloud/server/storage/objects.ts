import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { type Answer, bodyObject, type Call, header, json, type Route } from '../http.ts';
import { signToken, verifyToken } from '../keys.ts';
import {
  asCaller,
  type ObjectRow,
  type StorageCaller,
  storageCaller,
  storageError,
  visibleBelow,
  visibleObject,
} from './shared.ts';
import type { UploadFiles } from './uploads.ts';

const SIGNED_SECONDS = 7 * 24 * 3600;

/** The bytes of an object, from `Range` where it says so. */
async function bytes(call: Call, files: UploadFiles, row: ObjectRow): Promise<Answer> {
  const file = files.objectFile(row.id);
  let size: number;
  try {
    ({ size } = await stat(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw storageError(404, 'not_found', 'Object not found');
  }
  const metadata = row.metadata ?? {};
  const headers = {
    'content-type': String(metadata['mimetype'] ?? 'application/octet-stream'),
    'cache-control': String(metadata['cacheControl'] ?? 'no-cache'),
    etag: String(metadata['eTag'] ?? `"${row.id}"`),
    'accept-ranges': 'bytes',
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(header(call, 'range') ?? '');
  if (!range) {
    return {
      status: 200,
      headers: { ...headers, 'content-length': String(size) },
      body: createReadStream(file),
    };
  }
  const start = Number(range[1]);
  const end = range[2] === '' ? size - 1 : Math.min(Number(range[2]), size - 1);
  if (start > end) {
    return { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` }, body: '' };
  }
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${size}`,
    },
    body: createReadStream(file, { start, end }),
  };
}

const objectJson = (row: ObjectRow, bucket: string): Record<string, unknown> => ({
  id: row.id,
  name: row.name,
  bucket_id: bucket,
  size: row.metadata?.['size'] ?? 0,
  content_type: row.metadata?.['mimetype'] ?? null,
  etag: row.metadata?.['eTag'] ?? null,
  cache_control: row.metadata?.['cacheControl'] ?? null,
  metadata: {},
  created_at: row.createdAt,
  last_modified: row.metadata?.['lastModified'] ?? row.createdAt,
});

async function removeObjects(
  context: Context,
  files: UploadFiles,
  caller: StorageCaller,
  bucket: string,
  names: readonly string[],
): Promise<readonly { id: string; name: string }[]> {
  const gone = await asCaller(context, caller, (query) =>
    query<{ id: string; name: string }>(
      `delete from storage.objects where bucket_id = $1
         and name in (select jsonb_array_elements_text($2::jsonb)) returning id::text as id, name`,
      [bucket, JSON.stringify(names)],
    ),
  );
  for (const { id } of gone) await files.removeObject(id);
  return gone;
}

async function list(call: Call, context: Context, bucket: string): Promise<Answer> {
  const caller = await storageCaller(call, context);
  const { prefix, limit = 100, offset = 0, search } = bodyObject(call) ?? {};
  if (
    typeof prefix !== 'string' ||
    typeof limit !== 'number' ||
    typeof offset !== 'number' ||
    (search !== undefined && search !== '')
  ) {
    throw storageError(400, 'NotKnown', 'The double lists by prefix, limit and offset only');
  }
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const entries = new Map<string, Record<string, unknown>>();
  for (const row of await visibleBelow(context, caller, bucket, folder)) {
    const [name = '', ...rest] = row.name.slice(folder.length).split('/');
    const file = rest.length === 0;
    if (entries.has(name)) continue;
    entries.set(name, {
      name,
      id: file ? row.id : null,
      created_at: file ? row.createdAt : null,
      updated_at: file ? row.createdAt : null,
      last_accessed_at: null,
      metadata: file ? row.metadata : null,
    });
  }
  return json(200, [...entries.values()].slice(offset, offset + limit));
}

async function sign(call: Call, context: Context, bucket: string, name: string): Promise<Answer> {
  const caller = await storageCaller(call, context);
  await visibleObject(context, caller, bucket, name);
  const seconds = bodyObject(call)?.['expiresIn'];
  if (typeof seconds !== 'number' || seconds <= 0 || seconds > SIGNED_SECONDS) {
    throw storageError(400, 'Error', 'expiresIn must be a number of seconds');
  }
  const claims = { sub: 'object', role: 'object', url: `${bucket}/${name}` };
  const token = await signToken(claims, context.keys.jwtSecret, seconds, 'storage');
  const address = `${bucket}/${name}`.split('/').map(encodeURIComponent).join('/');
  return json(200, { signedURL: `/object/sign/${address}?token=${token}` });
}

async function signed(
  call: Call,
  context: Context,
  files: UploadFiles,
  bucket: string,
  name: string,
): Promise<Answer> {
  const verified = await verifyToken(call.url.searchParams.get('token') ?? '', context.keys.jwtSecret);
  if (verified.kind !== 'ok' || verified.claims['url'] !== `${bucket}/${name}`) {
    throw storageError(400, 'InvalidJWT', verified.kind === 'expired' ? 'jwt expired' : 'invalid signature');
  }
  const everyone: StorageCaller = {
    kind: 'known',
    role: 'service_role',
    claims: { role: 'service_role' },
    userId: null,
    sessionId: null,
  };
  return bytes(call, files, await visibleObject(context, everyone, bucket, name));
}

/** Reading, listing and deleting of objects; the policies on storage.objects decide. */
export function objectRoutes(context: Context, files: UploadFiles): readonly Route[] {
  const get = async (call: Call, match: RegExpExecArray): Promise<Answer> => {
    const caller = await storageCaller(call, context);
    return bytes(call, files, await visibleObject(context, caller, match[1]!, match[2]!));
  };
  const info = async (call: Call, match: RegExpExecArray): Promise<Answer> => {
    const caller = await storageCaller(call, context);
    return json(200, objectJson(await visibleObject(context, caller, match[1]!, match[2]!), match[1]!));
  };
  const remove = async (call: Call, bucket: string, names: readonly string[]) =>
    removeObjects(context, files, await storageCaller(call, context), bucket, names);
  const plain = /^\/storage\/v1\/object\/(?!info\/|list\/|sign\/|public\/|authenticated\/)([^/]+)\/(.+)$/;
  const named = (kind: string): RegExp => new RegExp(`^/storage/v1/object/${kind}/([^/]+)/(.+)$`);
  return [
    { method: 'GET', path: named('info(?:/authenticated)?'), handle: info },
    { method: 'GET', path: named('authenticated'), handle: get },
    {
      method: 'GET',
      path: named('sign'),
      handle: (call, match) => signed(call, context, files, match[1]!, match[2]!),
    },
    {
      method: 'POST',
      path: named('sign'),
      handle: (call, match) => sign(call, context, match[1]!, match[2]!),
    },
    {
      method: 'POST',
      path: /^\/storage\/v1\/object\/list\/([^/]+)$/,
      handle: (call, match) => list(call, context, match[1]!),
    },
    { method: 'GET', path: plain, handle: get },
    { method: 'HEAD', path: plain, handle: get },
    {
      method: 'DELETE',
      path: plain,
      handle: async (call, match) => {
        const gone = await remove(call, match[1]!, [match[2]!]);
        if (gone.length === 0) throw storageError(404, 'not_found', 'Object not found');
        return json(200, { message: 'Successfully deleted' });
      },
    },
    {
      method: 'DELETE',
      path: /^\/storage\/v1\/object\/([^/]+)$/,
      handle: async (call, match) => {
        const names = bodyObject(call)?.['prefixes'];
        if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
          throw storageError(400, 'Error', 'body must have required property prefixes');
        }
        return json(200, await remove(call, match[1]!, names));
      },
    },
  ];
}
