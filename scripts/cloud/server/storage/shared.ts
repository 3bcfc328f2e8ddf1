import type { Caller } from '../caller.ts';
import { callerOf } from '../caller.ts';
import type { Context } from '../context.ts';
import { type Call, databaseError, json, Refusal } from '../http.ts';

/** An answer in the storage server's shape: HTTP 400 for nearly everything, the real status inside. */
export function storageError(status: number, error: string, message: string): Refusal {
  return new Refusal(json(status >= 500 ? 500 : 400, { statusCode: String(status), error, message }));
}

export type StorageCaller = Extract<Caller, { kind: 'known' }>;

/** The gateway asks for no key here; the storage server reads the bearer token itself. */
export async function storageCaller(call: Call, context: Context): Promise<StorageCaller> {
  const caller = await callerOf(call, context.keys, false);
  switch (caller.kind) {
    case 'known':
      return caller;
    case 'no-key':
      throw storageError(400, 'Error', "headers must have required property 'authorization'");
    case 'wrong-key':
      throw new Refusal(json(401, { message: 'Invalid API key' }));
    case 'expired':
      throw storageError(403, 'Unauthorized', '"exp" claim timestamp check failed');
    case 'bad-token':
      throw storageError(403, 'Unauthorized', caller.why);
    case 'bad-role':
      throw storageError(403, 'Unauthorized', `role "${caller.role}" does not exist`);
  }
}

export interface Bucket {
  readonly id: string;
  readonly sizeLimit: number | null;
  readonly types: readonly string[] | null;
}

export async function bucketOf(context: Context, id: string): Promise<Bucket | null> {
  const [row] = await context.engine.query<Bucket>(
    `select id, file_size_limit as "sizeLimit", to_jsonb(allowed_mime_types) as types
     from storage.buckets where id = $1`,
    [id],
  );
  return row ?? null;
}

export interface ObjectRow {
  readonly id: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly createdAt: string;
}
const COLUMNS = `id::text as id, name, metadata,
  to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"`;

/** An object that this caller may see, by the policies. */
export async function visibleObject(
  context: Context,
  caller: StorageCaller,
  bucket: string,
  name: string,
): Promise<ObjectRow> {
  const rows = await asCaller(context, caller, (query) =>
    query<ObjectRow>(`select ${COLUMNS} from storage.objects where bucket_id = $1 and name = $2`, [
      bucket,
      name,
    ]),
  );
  const [row] = rows;
  if (!row) throw storageError(404, 'not_found', 'Object not found');
  return row;
}

/** Objects below a folder that this caller may see, by name. */
export function visibleBelow(
  context: Context,
  caller: StorageCaller,
  bucket: string,
  folder: string,
): Promise<ObjectRow[]> {
  return asCaller(context, caller, (query) =>
    query<ObjectRow>(
      `select ${COLUMNS} from storage.objects where bucket_id = $1 and starts_with(name, $2) order by name limit 10000`,
      [bucket, folder],
    ),
  );
}

/** Runs as the caller's role; what the database refuses is the storage server's answer. */
export async function asCaller<T>(
  context: Context,
  caller: StorageCaller,
  run: (query: Context['engine']['query']) => Promise<T>,
): Promise<T> {
  try {
    return await context.engine.as(caller.role, caller.claims, run);
  } catch (error) {
    const refused = databaseError(error);
    if (refused?.code === '42501') throw storageError(403, 'Unauthorized', refused.message);
    if (refused?.code === '23505') throw storageError(409, 'Duplicate', 'The resource already exists');
    if (refused) throw storageError(400, 'DatabaseError', refused.message);
    throw error;
  }
}

const KEY = /^[\w/!\-.*'() &$@=;:+,?]{1,1024}$/;
/** What the storage server takes as a name; the double never makes a file path of it. */
export const isKey = (name: string): boolean =>
  KEY.test(name) && !name.startsWith('/') && !name.split('/').includes('..');

/** A value that is thrown to roll a permission test back. */
export class Rollback extends Error {}
