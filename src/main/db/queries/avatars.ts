import { z } from 'zod';
import { avatarFamilySchema } from '../../../shared/domain/studio.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type {
  AvatarModel,
  AvatarPage,
  AvatarRows,
  AvatarUploads,
  CloudFile,
  NewAvatar,
  StoredAvatar,
} from '../../services/library/ports.ts';
import type { DbSource } from '../source.ts';
import { Statements } from '../statements.ts';
import { withReasons } from '../storage-reason.ts';

const TYPE = 'glb-upload';

const COLUMNS = `a.uid, a.name, a.created_at, a.metadata, a.model_url, a.thumbnail_url,
  f.sha256, f.extension, f.family, f.listed, f.thumbnail_sha256`;
const FROM = 'from avatars a left join avatar_files f on f.avatar_uid = a.uid';
const THERE = `a.deleted_at is null and a.type = '${TYPE}'`;
const LISTED = `${THERE} and coalesce(f.listed, 1) = 1`;

/** What a page costs in SQL alone; the bench measures the store against it. */
export const LIST_AVATARS_SQL = `select ${COLUMNS} ${FROM} where ${LISTED}
  and (a.created_at, a.uid) < (?, ?) order by a.created_at desc, a.uid desc limit ?`;
const SEARCH_AVATARS_SQL = `select ${COLUMNS} ${FROM} where ${LISTED}
  and (a.created_at, a.uid) < (?, ?) and a.name like ? escape '\\' order by a.created_at desc, a.uid desc limit ?`;
/** Above every time and every uid. */
const FIRST = ['~', '~'] as const;

interface Row {
  readonly uid: string;
  readonly name: string;
  readonly created_at: string;
  readonly metadata: string | null;
  readonly model_url: string | null;
  readonly thumbnail_url: string | null;
  readonly sha256: string | null;
  readonly extension: 'vrm' | 'glb' | null;
  readonly family: StoredAvatar['family'] | null;
  readonly listed: number | null;
  readonly thumbnail_sha256: string | null;
}

/** What this program writes into `metadata`; another device or version may have written anything. */
const metadataSchema = z.object({ family: avatarFamilySchema });

/**
 * The user's avatars in `avatars` and `avatar_files`.
 * @param uploads takes the files of an account's avatars to the cloud; null: there is none
 */
export function createAvatarRows(
  source: DbSource,
  uploads: AvatarUploads | null = null,
  now: () => Date = () => new Date(),
): AvatarRows {
  const statements = new Statements(source);
  const one = (sql: string, ...values: unknown[]): StoredAvatar | null => {
    const row = statements.get(sql).get(...values) as Row | undefined;
    return row ? storedOf(row) : null;
  };
  const run = (sql: string, ...values: unknown[]): number => statements.get(sql).run(...values).changes;
  const transaction = <T>(work: () => T): T => source.sqlite.transaction(work)();

  const byUid = (uid: string) => one(`select ${COLUMNS} ${FROM} where ${THERE} and a.uid = ?`, uid);
  const byContent = (sha256: string) =>
    one(
      `select ${COLUMNS} from avatar_files f join avatars a on a.uid = f.avatar_uid
        where ${THERE} and f.sha256 = ? order by f.listed desc, a.created_at limit 1`,
      sha256,
    );
  const mustGet = (uid: string): StoredAvatar => {
    const avatar = byUid(uid);
    if (!avatar) throw new ReasonError('avatar.not-found', uid);
    return avatar;
  };

  function uploadModel(uid: string): void {
    if (source.owner === null || !uploads) return;
    const file = statements
      .get('select sha256, bytes, extension from avatar_files where avatar_uid = ?')
      .get(uid) as { sha256: string; bytes: number; extension: 'vrm' | 'glb' };
    uploads.enqueue({ avatarUid: uid, part: 'model', ...file });
  }

  /** A row that becomes visible is new to the other devices. */
  function announce(uid: string): void {
    const row = statements
      .get(
        `select name, type, category, vertices, control_points, file_size, metadata from avatars where uid = ?`,
      )
      .get(uid) as { metadata: string } & Record<string, unknown>;
    source.enqueue({
      table: 'avatars',
      uid,
      kind: 'upsert',
      patch: { ...row, metadata: JSON.parse(row.metadata) as unknown },
    });
    uploadModel(uid);
  }

  function insertRow({ uid, name, listed, model, thumbnail }: NewAvatar, at: string): void {
    run(
      `insert into avatars (uid, user_id, name, type, vertices, control_points, file_size, metadata, created_at, updated_at)
        values (?, (select id from users where id = ?), ?, ?, ?, ?, ?, ?, ?, ?)`,
      uid,
      // Before the first sync there may be no such row to refer to; the server's answer brings both.
      source.owner,
      name,
      TYPE,
      model.vertices,
      model.controlPoints,
      model.bytes,
      metadataOf(model),
      at,
      at,
    );
    insertFile(uid, model, listed, thumbnail?.sha256 ?? null);
    if (!listed) return;
    announce(uid);
    if (thumbnail) uploadThumbnail(uid, thumbnail);
  }

  function insertFile(uid: string, model: AvatarModel, listed: boolean, thumbnail: string | null): void {
    run(
      `insert into avatar_files (avatar_uid, sha256, bytes, extension, family, listed, thumbnail_sha256)
        values (?, ?, ?, ?, ?, ?, ?)
        on conflict (avatar_uid) do update set sha256 = excluded.sha256, bytes = excluded.bytes,
          extension = excluded.extension, family = excluded.family`,
      uid,
      model.sha256,
      model.bytes,
      model.extension,
      model.family,
      listed ? 1 : 0,
      thumbnail,
    );
  }

  function uploadThumbnail(avatarUid: string, { sha256, bytes }: { sha256: string; bytes: number }): void {
    if (source.owner === null) return;
    uploads?.enqueue({ avatarUid, part: 'thumbnail', sha256, bytes, extension: 'png' });
  }

  function change(uid: string, columns: Readonly<Record<string, string | number>>): void {
    const names = Object.keys(columns);
    run(
      `update avatars set ${names.map((name) => `${name} = ?`).join(', ')}, updated_at = ? where uid = ?`,
      ...Object.values(columns),
      now().toISOString(),
      uid,
    );
    if (byUid(uid)?.listed) source.enqueue({ table: 'avatars', uid, kind: 'upsert', patch: columns });
  }

  return withReasons<AvatarRows>({
    owner: () => source.owner,
    get: (id) => byUid(id) ?? byContent(id),
    byContent,
    awaiting: (sha256) =>
      one(
        `select ${COLUMNS} ${FROM} where ${THERE} and f.avatar_uid is null
          and json_extract(a.metadata, '$.sha256') = ? order by a.created_at limit 1`,
        sha256,
      ),
    listAvatars({ after, limit, search }): AvatarPage {
      const from = (after ? readCursor(after) : null) ?? FIRST;
      const rows = (
        search
          ? statements
              .get(SEARCH_AVATARS_SQL)
              .all(...from, `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`, limit + 1)
          : statements.get(LIST_AVATARS_SQL).all(...from, limit + 1)
      ) as Row[];
      const more = rows.length > limit;
      if (more) rows.pop();
      const last = rows.at(-1);
      return {
        avatars: rows.map(storedOf),
        next: more && last ? `${last.created_at} ${last.uid}` : null,
      };
    },
    total: () => statements.get(`select count(*) ${FROM} where ${LISTED}`).pluck().get() as number,
    insert: (avatar) => transaction(() => insertRow(avatar, now().toISOString())),
    takeOver: (avatars) =>
      transaction(() => {
        const fresh = avatars.filter(({ model }) => !byContent(model.sha256));
        const start = now().getTime() - fresh.length;
        fresh.forEach((avatar, index) => void insertRow(avatar, new Date(start + index).toISOString()));
        return fresh.length;
      }),
    list: (uid, name) =>
      transaction(() => {
        if (mustGet(uid).listed) return;
        run(`update avatar_files set listed = 1 where avatar_uid = ?`, uid);
        run(`update avatars set name = ?, updated_at = ? where uid = ?`, name, now().toISOString(), uid);
        announce(uid);
      }),
    rename: (uid, name) =>
      transaction(() => {
        mustGet(uid);
        change(uid, { name });
      }),
    setThumbnail: (uid, thumbnail) =>
      transaction(() => {
        const avatar = mustGet(uid);
        if (!avatar.model) throw new ReasonError('files.not-here', uid);
        run(`update avatar_files set thumbnail_sha256 = ? where avatar_uid = ?`, thumbnail.sha256, uid);
        if (avatar.listed) uploadThumbnail(uid, thumbnail);
      }),
    remove: (uid) =>
      transaction(() => {
        const { listed } = mustGet(uid);
        const at = now().toISOString();
        run(`update avatars set deleted_at = ?, updated_at = ? where uid = ?`, at, at, uid);
        if (listed) source.enqueue({ table: 'avatars', uid, kind: 'delete' });
        if (source.owner !== null) uploads?.drop(uid);
      }),
    place: (uid, model) =>
      transaction(() => {
        if (!byUid(uid)) return false;
        insertFile(uid, model, true, null);
        return true;
      }),
    placeThumbnail: (uid, sha256) =>
      transaction(() => {
        if (!byUid(uid)) return false;
        run(`update avatar_files set thumbnail_sha256 = ? where avatar_uid = ?`, sha256, uid);
        return true;
      }),
    setCounts: (uid, { vertices, controlPoints }) =>
      transaction(() => {
        if (byUid(uid)) change(uid, { vertices, control_points: controlPoints });
      }),
    uncounted: () =>
      (
        statements
          .get(
            `select ${COLUMNS} from avatars a join avatar_files f on f.avatar_uid = a.uid
              where ${THERE} and a.vertices = 0 and a.sync_seq = 0 order by a.created_at`,
          )
          .all() as Row[]
      ).map(storedOf),
    fileUploaded: ({ avatarUid, part, objectPath }) =>
      transaction(() => {
        if (!byUid(avatarUid)) return;
        change(
          avatarUid,
          part === 'model'
            ? { model_url: objectPath, file_url: objectPath }
            : { thumbnail_url: objectPath, preview_url: objectPath },
        );
      }),
    unfetched: () =>
      (
        statements
          .get(
            `select ${COLUMNS} ${FROM} where ${THERE} and (
                (f.avatar_uid is null and a.model_url is not null)
                or (a.thumbnail_url not like '%' || coalesce(f.thumbnail_sha256, '-') || '.png' and not exists (
                  select 1 from upload_queue q where q.avatar_uid = a.uid and q.direction = 'up' and q.part = 'thumbnail'))
              ) order by a.created_at desc`,
          )
          .all() as Row[]
      ).map(storedOf),
    needs: (sha256) =>
      statements
        .get(
          `select 1 from avatar_files f join avatars a on a.uid = f.avatar_uid
              where a.deleted_at is null and (f.sha256 = ? or f.thumbnail_sha256 = ?)
            union all select 1 from upload_queue where direction = 'up' and sha256 = ?
            union all select 1 from avatars where deleted_at is null
              and (thumbnail_url like '%/' || ? || '.png' or model_url like '%/' || ? || '.%')
            limit 1`,
        )
        .get(sha256, sha256, sha256, sha256, sha256) !== undefined,
    removedFiles: () =>
      statements
        .get(
          `select f.sha256 from avatar_files f join avatars a on a.uid = f.avatar_uid where a.deleted_at is not null
            union select f.thumbnail_sha256 from avatar_files f join avatars a on a.uid = f.avatar_uid
              where a.deleted_at is not null and f.thumbnail_sha256 is not null
            union select substr(thumbnail_url, -68, 64) from avatars
              where deleted_at is not null and thumbnail_url like '%.png'`,
        )
        .pluck()
        .all() as string[],
    knownModels: () =>
      new Set(statements.get('select distinct sha256 from avatar_files').pluck().all() as string[]),
  });
}

function storedOf(row: Row): StoredAvatar {
  const { uid, name, sha256, extension } = row;
  const thumbnail = cloudFileOf(uid, row.thumbnail_url, THUMBNAIL_PATH);
  return {
    uid,
    name,
    family: row.family ?? familyIn(row.metadata),
    listed: row.listed !== 0,
    model: sha256 === null || extension === null ? null : { sha256, extension },
    thumbnail: row.thumbnail_sha256 ?? thumbnail?.sha256 ?? null,
    cloud: { model: cloudFileOf(uid, row.model_url, MODEL_PATH), thumbnail },
  };
}

function familyIn(metadata: string | null): StoredAvatar['family'] {
  if (metadata === null) return 'glb';
  const parsed = metadataSchema.safeParse(JSON.parse(metadata));
  return parsed.success ? parsed.data.family : 'glb';
}

const MODEL_PATH = /^[\w-]+\/([\w-]+)\/([0-9a-f]{64})\.(?:vrm|glb)$/;
const THUMBNAIL_PATH = /^[\w-]+\/([\w-]+)\/([0-9a-f]{64})\.png$/;

/** Only the path that this program gives a file: the column comes from the cloud and may hold anything. */
function cloudFileOf(uid: string, objectPath: string | null, pattern: RegExp): CloudFile | null {
  const match = objectPath === null ? null : pattern.exec(objectPath);
  return match && match[1] === uid ? { objectPath: objectPath!, sha256: match[2]! } : null;
}

function metadataOf({ sha256, family, extension }: AvatarModel): string {
  return JSON.stringify({ sha256, family, extension });
}

function readCursor(text: string): [string, string] | null {
  const [time, uid, ...rest] = text.split(' ');
  return time && uid && rest.length === 0 ? [time, uid] : null;
}
