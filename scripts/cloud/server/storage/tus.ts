import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Context } from '../context.ts';
import { type Answer, type Call, header, Refusal, type Route } from '../http.ts';
import {
  asCaller,
  bucketOf,
  isKey,
  Rollback,
  type StorageCaller,
  storageCaller,
  storageError,
} from './shared.ts';
import { UPLOAD_MS, type Upload, type UploadFiles } from './uploads.ts';

const VERSION = '1.0.0';
const BODY = 'application/offset+octet-stream';

function tusAnswer(status: number, headers: Record<string, string> = {}, body?: string): Answer {
  return {
    status,
    headers: { 'tus-resumable': VERSION, ...headers },
    ...(body === undefined ? {} : { body }),
  };
}
const refuse = (status: number, text: string): Refusal => new Refusal(tusAnswer(status, {}, text));

/** `Upload-Metadata`: names with base64 values. */
function metadataOf(call: Call): ReadonlyMap<string, string> {
  const entries = (header(call, 'upload-metadata') ?? '').split(',').map((pair) => pair.trim().split(/\s+/));
  return new Map(
    entries.map(([name = '', value = '']) => [name, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

/**
 * Whether the policies let this caller put that object there; nothing is kept. They are asked before a byte has come, and
 * are told no size and no type, as the storage server does it.
 */
async function mayUpload(
  context: Context,
  caller: StorageCaller,
  upload: Omit<Upload, 'id' | 'createdAt'>,
): Promise<void> {
  const upsert = upload.upsert ? 'on conflict (bucket_id, name) do update set owner = excluded.owner' : '';
  try {
    await asCaller(context, caller, async (query) => {
      await query(
        `insert into storage.objects (bucket_id, name, owner, owner_id) values ($1, $2, $3::uuid, $4) ${upsert}`,
        [upload.bucket, upload.name, caller.userId, caller.userId],
      );
      throw new Rollback();
    });
  } catch (error) {
    if (error instanceof Rollback) return;
    if (!(error instanceof Refusal) || typeof error.answer.body !== 'string') throw error;
    const inner = JSON.parse(error.answer.body) as { statusCode: string; message: string };
    throw refuse(Number(inner.statusCode), inner.message);
  }
}

async function begin(call: Call, context: Context, files: UploadFiles): Promise<Answer> {
  const caller = await storageCaller(call, context);
  const metadata = metadataOf(call);
  const bucketName = metadata.get('bucketName') ?? '';
  const name = metadata.get('objectName') ?? '';
  const length = Number(header(call, 'upload-length') ?? Number.NaN);
  if (!Number.isSafeInteger(length) || length < 0) {
    throw refuse(400, 'The double wants Upload-Length at creation');
  }
  const bucket = await bucketOf(context, bucketName);
  if (!bucket) throw refuse(404, 'Bucket not found');
  if (!isKey(name)) throw refuse(400, `Invalid key: ${name.slice(0, 200)}`);
  if (length > Math.min(bucket.sizeLimit ?? context.config.fileBytes, context.config.fileBytes)) {
    throw refuse(413, 'The object exceeded the maximum allowed size');
  }
  const contentType = metadata.get('contentType') ?? 'application/octet-stream';
  if (bucket.types && !bucket.types.includes(contentType)) {
    throw refuse(415, `mime type ${contentType.slice(0, 100)} is not supported`);
  }
  const wanted = {
    bucket: bucketName,
    name,
    contentType,
    cacheControl: metadata.get('cacheControl') ?? 'no-cache',
    length,
    owner: caller.userId,
    upsert: header(call, 'x-upsert') === 'true',
  };
  await mayUpload(context, caller, wanted);
  const upload = await files.create(wanted);
  const headers = {
    location: `${context.url()}/storage/v1/upload/resumable/${upload.id}`,
    'upload-expires': new Date(upload.createdAt + UPLOAD_MS).toUTCString(),
  };
  if (header(call, 'content-type') !== BODY && length > 0) return tusAnswer(201, headers);
  const { offset } = await receive(call, context, files, upload);
  return tusAnswer(201, { ...headers, 'upload-offset': String(offset) });
}

async function receive(
  call: Call,
  context: Context,
  files: UploadFiles,
  upload: Upload,
): Promise<{ offset: number }> {
  const { offset, tooMuch } = await files.append(upload, call.raw);
  if (tooMuch) throw refuse(413, 'The body is larger than Upload-Length says');
  if (offset === upload.length) await complete(context, files, upload);
  return { offset };
}

async function complete(context: Context, files: UploadFiles, upload: Upload): Promise<void> {
  const hash = createHash('md5');
  // The bytes have to be there before anybody can see the row: their place is known by the row's id.
  const [taken] = await context.engine.query<{ id: string }>(
    'select id::text as id from storage.objects where bucket_id = $1 and name = $2',
    [upload.bucket, upload.name],
  );
  if (taken && !upload.upsert) throw refuse(409, 'The resource already exists');
  const objectId = upload.id;
  await files.finish(upload.id, objectId);
  await pipeline(createReadStream(files.objectFile(objectId)), hash);
  const metadata = {
    eTag: `"${hash.digest('hex')}"`,
    size: upload.length,
    mimetype: upload.contentType,
    cacheControl: upload.cacheControl,
    contentLength: upload.length,
    httpStatusCode: 200,
    lastModified: new Date().toISOString(),
  };
  await context.engine.query(
    `insert into storage.objects (id, bucket_id, name, owner, owner_id, metadata)
     values ($1::uuid, $2, $3, $4::uuid, $5, $6::jsonb)
     on conflict (bucket_id, name) do update set id = excluded.id, metadata = excluded.metadata,
       owner = excluded.owner, owner_id = excluded.owner_id, updated_at = now()`,
    [objectId, upload.bucket, upload.name, upload.owner, upload.owner, JSON.stringify(metadata)],
  );
  if (taken) await files.removeObject(taken.id);
}

async function found(files: UploadFiles, id: string): Promise<Upload> {
  const upload = await files.find(id);
  if (!upload) throw refuse(404, 'The file for this url was not found');
  return upload;
}

/** An upload belongs to who began it: its address alone is no permission. */
function ownedBy(caller: StorageCaller, upload: Upload): void {
  if (caller.role !== 'service_role' && caller.userId !== upload.owner) {
    throw refuse(403, 'new row violates row-level security policy');
  }
}

async function carryOn(call: Call, context: Context, files: UploadFiles, id: string): Promise<Answer> {
  const caller = await storageCaller(call, context);
  const upload = await found(files, id);
  ownedBy(caller, upload);
  if (header(call, 'content-type') !== BODY) throw refuse(415, `The body has to be ${BODY}`);
  if (Number(header(call, 'upload-offset') ?? Number.NaN) !== (await files.offset(id))) {
    throw refuse(409, 'Upload-Offset conflict');
  }
  await mayUpload(context, caller, upload);
  const { offset } = await receive(call, context, files, upload);
  return tusAnswer(204, { 'upload-offset': String(offset) });
}

/** Resumable uploads (tus 1.0.0: core, creation, creation-with-upload, expiration, termination). */
export function tusRoutes(context: Context, files: UploadFiles): readonly Route[] {
  const root = /^\/storage\/v1\/upload\/resumable\/?$/;
  const one = /^\/storage\/v1\/upload\/resumable\/([\w-]+)$/;
  const checked =
    (handle: (call: Call, id: string) => Promise<Answer>) =>
    async (call: Call, match: RegExpExecArray): Promise<Answer> => {
      const version = header(call, 'tus-resumable');
      if (version !== VERSION) {
        throw new Refusal(tusAnswer(412, { 'tus-version': VERSION }, 'Tus-Resumable Required'));
      }
      return handle(call, match[1] ?? '');
    };
  return [
    { method: 'POST', path: root, limit: 'stream', handle: checked((call) => begin(call, context, files)) },
    {
      method: 'PATCH',
      path: one,
      limit: 'stream',
      handle: checked((call, id) => carryOn(call, context, files, id)),
    },
    {
      method: 'HEAD',
      path: one,
      handle: checked(async (_call, id) => {
        const upload = await found(files, id);
        return tusAnswer(200, {
          'upload-offset': String(await files.offset(id)),
          'upload-length': String(upload.length),
          'cache-control': 'no-store',
        });
      }),
    },
    {
      method: 'DELETE',
      path: one,
      handle: checked(async (call, id) => {
        const caller = await storageCaller(call, context);
        ownedBy(caller, await found(files, id));
        await files.remove(id);
        return tusAnswer(204);
      }),
    },
    {
      method: 'POST',
      path: /^\/storage\/v1\/object\/(?!list\/|sign\/).*$/,
      limit: 'stream',
      handle: () => {
        throw storageError(400, 'NotKnown', 'The double takes uploads at /upload/resumable only');
      },
    },
  ];
}
