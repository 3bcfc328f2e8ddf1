import type { Context } from '../context.ts';
import { type Answer, bodyObject, type Call, header, quoteName } from '../http.ts';
import { answering, notKnown, restError } from './errors.ts';
import type { RestCaller } from './routes.ts';

/** Tables that a user's own token may read directly; the functions read more with the secret key. */
const FOR_USERS: ReadonlySet<string> = new Set(['users', 'user_subscriptions', 'subscription_plans']);
const NAME = /^[a-z_][a-z0-9_]*$/;

interface Query {
  readonly columns: readonly string[] | null;
  readonly filters: readonly { readonly column: string; readonly value: string }[];
  readonly limit: number | null;
}

/** The part of the query language that is known: `select` of plain columns, `eq`, `limit`. */
function parse(call: Call): Query {
  const filters: { column: string; value: string }[] = [];
  let columns: string[] | null = null;
  let limit: number | null = null;
  for (const [key, value] of call.url.searchParams) {
    if (key === 'apikey') continue;
    if (key === 'select') {
      if (value === '*') continue;
      columns = value.split(',').map((column) => column.trim());
      const odd = columns.find((column) => !NAME.test(column));
      if (odd !== undefined) throw notKnown(`select=${value} (at "${odd}")`);
    } else if (key === 'limit' && /^\d{1,4}$/.test(value)) {
      limit = Number(value);
    } else if (NAME.test(key) && value.startsWith('eq.')) {
      filters.push({ column: key, value: value.slice(3) });
    } else {
      throw notKnown(`the query parameter ${key}=${value}`);
    }
  }
  return { columns, filters, limit };
}

const where = (filters: Query['filters'], first: number): string =>
  filters.map(({ column }, index) => `t.${quoteName(column)} = $${first + index}`).join(' and ') || 'true';

function shaped(call: Call, rows: string, count: number): Answer {
  if (!(header(call, 'accept') ?? '').includes('application/vnd.pgrst.object+json')) {
    return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: rows };
  }
  if (count !== 1) {
    throw restError(
      406,
      'PGRST116',
      'Cannot coerce the result to a single JSON object',
      `The result contains ${count} rows`,
    );
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/vnd.pgrst.object+json; charset=utf-8' },
    body: rows.slice(1, -1),
  };
}

/** What `Prefer` asks for, if that is known. */
export function preferred(call: Call, known: readonly string[]): readonly string[] {
  const wishes = (header(call, 'prefer') ?? '').split(/[,;]\s*/).filter((wish) => wish !== '');
  const odd = wishes.find((wish) => !known.includes(wish));
  if (odd !== undefined) throw notKnown(`Prefer: ${odd}`);
  return wishes;
}

async function tableExists(context: Context, table: string): Promise<void> {
  const rows = await context.engine.query('select 1 where to_regclass($1) is not null', [
    `public.${quoteName(table)}`,
  ]);
  if (rows.length === 0) {
    throw restError(404, 'PGRST205', `Could not find the table 'public.${table}' in the schema cache`);
  }
}

/** `GET /rest/v1/<table>` with `select`, `eq` and `limit`. */
export async function selectRows(
  call: Call,
  context: Context,
  caller: RestCaller,
  table: string,
): Promise<Answer> {
  if (caller.role !== 'service_role' && !FOR_USERS.has(table)) throw notKnown(`GET ${table} for users`);
  const query = parse(call);
  preferred(call, []);
  await tableExists(context, table);
  const columns = query.columns?.map((column) => `t.${quoteName(column)}`).join(', ') ?? 't.*';
  const limit = query.limit === null ? '' : `limit ${query.limit}`;
  const [row] = await answering(caller.role !== 'anon', () =>
    context.engine.as(caller.role, caller.claims, (run) =>
      run<{ out: string; count: number }>(
        `select coalesce(json_agg(r), '[]')::text as out, count(*)::int as count
         from (select ${columns} from public.${quoteName(table)} t where ${where(query.filters, 1)} ${limit}) r`,
        query.filters.map(({ value }) => value),
      ),
    ),
  );
  return shaped(call, row!.out, row!.count);
}

/** `PATCH /rest/v1/users?id=eq.<uuid>`: the one direct write of the studio. */
export async function patchUser(call: Call, context: Context, caller: RestCaller): Promise<Answer> {
  const query = parse(call);
  const [filter] = query.filters;
  if (query.filters.length !== 1 || filter?.column !== 'id' || query.limit !== null) {
    throw notKnown('a PATCH of users without exactly id=eq.<id>');
  }
  const patch = bodyObject(call);
  if (!patch) throw restError(400, 'PGRST102', 'Empty or invalid json');
  const names = Object.keys(patch);
  if (names.length === 0) return { status: 204 };
  const known = await context.engine.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = 'public.users'::regclass and attnum > 0 and not attisdropped`,
  );
  const odd = names.find((name) => !known.some((column) => column.name === name));
  if (odd !== undefined) {
    throw restError(400, 'PGRST204', `Could not find the '${odd}' column of 'users' in the schema cache`);
  }
  const prefer = preferred(call, ['return=minimal', 'return=representation']);
  const wantsRows = prefer.includes('return=representation');
  const sets = names.map((name) => `${quoteName(name)} = p.${quoteName(name)}`).join(', ');
  const columns = query.columns?.map((column) => `t.${quoteName(column)}`).join(', ') ?? 't.*';
  const picked = names.map(
    (name) => `(json_populate_record(null::public.users, $1::json)).${quoteName(name)}`,
  );
  const update = `update public.users t set ${sets} from (select ${picked.join(', ')}) p
    where t."id" = $2 returning ${wantsRows ? columns : '1 as one'}`;
  const [row] = await answering(caller.role !== 'anon', () =>
    context.engine.as(caller.role, caller.claims, (run) =>
      run<{ out: string; count: number }>(
        `with changed as (${update}) select coalesce(json_agg(c), '[]')::text as out, count(*)::int as count
         from changed c`,
        [call.body.toString('utf8'), filter.value],
      ),
    ),
  );
  return wantsRows ? shaped(call, row!.out, row!.count) : { status: 204 };
}
