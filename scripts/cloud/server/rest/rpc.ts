import type { Context } from '../context.ts';
import { type Answer, bodyObject, type Call, type JsonObject, quoteName } from '../http.ts';
import { answering, notKnown, restError } from './errors.ts';
import type { RestCaller } from './routes.ts';
import { preferred } from './tables.ts';

/** What the studio calls; a function that a migration grants to users by mistake is not quietly one more. */
const FOR_USERS: ReadonlySet<string> = new Set(['sync_pull', 'sync_push', 'ack_warning']);

interface Signature {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly required: number;
  readonly returns: string;
  readonly set: boolean;
  readonly may: boolean;
}

async function signatures(context: Context, name: string, role: string): Promise<Signature[]> {
  return context.engine.query<Signature>(
    `select coalesce(to_jsonb(p.proargnames[1:p.pronargs]), '[]') as names,
       (select coalesce(jsonb_agg(format_type(t.oid, null) order by t.n), '[]')
        from unnest(p.proargtypes) with ordinality t(oid, n)) as types,
       p.pronargs - p.pronargdefaults as required, format_type(p.prorettype, null) as returns,
       p.proretset as "set", has_function_privilege($2, p.oid, 'execute') as may
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'public' and p.proname = $1 and p.prokind = 'f'`,
    [name, role],
  );
}

function fits(signature: Signature, given: readonly string[]): boolean {
  return (
    given.every((name) => signature.names.includes(name)) &&
    signature.names.slice(0, signature.required).every((name) => given.includes(name))
  );
}

/** `POST /rest/v1/rpc/<name>`: parameters by name, cast by the database itself from the JSON body. */
export async function callFunction(
  call: Call,
  context: Context,
  caller: RestCaller,
  name: string,
): Promise<Answer> {
  if (call.url.searchParams.size > 0) throw notKnown(`parameters in the address of ${call.path}`);
  preferred(call, []);
  const body: JsonObject | null = bodyObject(call);
  if (!body) throw restError(400, 'PGRST102', 'Empty or invalid json');
  const given = Object.keys(body);
  const all = await signatures(context, name, caller.role);
  const fitting = all.filter((signature) => fits(signature, given));
  const shown = `public.${name}(${given.join(', ')})`;
  if (fitting.length === 0) {
    const details = `Searched for the function public.${name} with parameters ${given.join(', ')}`;
    const message = `Could not find the function ${shown} in the schema cache`;
    throw restError(404, 'PGRST202', message, details);
  }
  if (fitting.length > 1) {
    throw restError(300, 'PGRST203', `Could not choose the best candidate function for ${shown}`);
  }
  const chosen = fitting[0]!;
  if (chosen.may && caller.role !== 'service_role' && !FOR_USERS.has(name)) {
    throw notKnown(`the function ${name} for users`);
  }
  const columns = given.map((arg) => `${quoteName(arg)} ${chosen.types[chosen.names.indexOf(arg)]}`);
  const args = given.map((arg) => `${quoteName(arg)} => a.${quoteName(arg)}`).join(', ');
  const from = given.length > 0 ? `from json_to_record($1::json) as a(${columns.join(', ')})` : '';
  const target = `public.${quoteName(name)}(${args})`;
  const json = chosen.set
    ? `select coalesce(json_agg(r), '[]')::text as out from (select (${target}) as r ${from}) s`
    : `select to_json(${target})::text as out ${from}`;
  const sql = chosen.returns === 'void' ? `select ${target} ${from}` : json;
  const rows = await answering(caller.role !== 'anon', () =>
    context.engine.as(caller.role, caller.claims, (query) =>
      query<{ out: string | null }>(sql, given.length > 0 ? [call.body.toString('utf8')] : []),
    ),
  );
  if (chosen.returns === 'void') return { status: 204 };
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: rows[0]?.out ?? 'null',
  };
}
