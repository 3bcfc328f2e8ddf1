import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Price } from '../stripe/objects.ts';
import type { Cloud, CloudOptions, Engine, Mail } from '../types.ts';
import { authRoutes } from './auth/routes.ts';
import { createUser } from './auth/users.ts';
import type { Context } from './context.ts';
import { type Functions, openFunctions } from './deno-functions.ts';
import { prepareDouble } from './double-schema.ts';
import { createFaults } from './faults.ts';
import { functionRoutes } from './function-routes.ts';
import { page } from './http.ts';
import { openKeys, signToken } from './keys.ts';
import { listen } from './listener.ts';
import { mailboxPage, rootPage, shell } from './pages.ts';
import { readProjectConfig } from './project-config.ts';
import { createRealtime } from './realtime.ts';
import { restRoutes } from './rest/routes.ts';
import { objectRoutes } from './storage/objects.ts';
import { tusRoutes } from './storage/tus.ts';
import { openUploadFiles } from './storage/uploads.ts';

const portOf = (url: string): number => Number(new URL(url).port);

/** What the plans cost, by the catalogue itself. */
async function readPrices(engine: Engine): Promise<Price[]> {
  return engine.query<Price>(
    `select stripe_price_id as id, (price * 100)::int as cents, name from public.subscription_plans
     where stripe_price_id is not null order by rank`,
  );
}

async function openMails(engine: Engine): Promise<{ list: Mail[]; add: Context['mail'] }> {
  const columns = `recipient as "to", subject, link,
    to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`;
  const list = await engine.query<Mail>(`select ${columns} from cloud_double.mails order by id`);
  return {
    list,
    add: async ({ to, subject, link }) => {
      const [mail] = await engine.query<Mail>(
        `insert into cloud_double.mails (recipient, subject, link) values ($1, $2, $3) returning ${columns}`,
        [to, subject, link],
      );
      list.push(mail!);
    },
  };
}

/**
 * The HTTP side of the double on a database that is there already; ends it with close().
 * @param root of the repository, for `supabase/config.toml` and the functions
 */
export async function startOn(engine: Engine, root: string, options: CloudOptions): Promise<Cloud> {
  const log = options.log ?? (() => undefined);
  const folder = options.folder ?? null;
  const ends: (() => Promise<unknown>)[] = [() => engine.close()];
  const close = async (): Promise<void> => {
    const problems: unknown[] = [];
    for (const end of ends.splice(0).toReversed()) {
      await end().catch((error: unknown) => problems.push(error));
    }
    if (problems.length > 0) throw new AggregateError(problems, 'The double did not end cleanly');
  };
  try {
    await prepareDouble(engine);
    const keys = await openKeys(folder);
    const config = await readProjectConfig(path.join(root, 'supabase'));
    const mails = await openMails(engine);
    const files = folder ?? (await mkdtemp(path.join(tmpdir(), 'vida3-cloud-')));
    if (folder === null) ends.push(() => rm(files, { recursive: true, force: true }));
    const uploads = await openUploadFiles(path.join(files, 'storage'));
    const faults = createFaults();
    let url = '';
    let functions: Functions | null = null;
    const context: Context = { engine, keys, config, url: () => url, mail: mails.add, log };
    const realtime = createRealtime(context);
    const listener = await listen({
      routes: [
        { method: 'GET', path: /^\/$/, handle: () => page(rootPage(url, keys.publishable)) },
        { method: 'GET', path: /^\/mailbox$/, handle: () => page(mailboxPage(mails.list)) },
        {
          method: 'GET',
          path: /^\/billing$/,
          handle: () => page(shell('Done', '<p>You can close this page and go back to the studio.</p>')),
        },
        ...authRoutes(context),
        ...restRoutes(context),
        ...objectRoutes(context, uploads),
        ...tusRoutes(context, uploads),
        ...functionRoutes(context, () => functions),
      ],
      faults,
      port: options.port ?? 0,
      log,
      afterWrite: () => realtime.flush(),
      upgrade: (request, socket, head) => realtime.upgrade(request, socket, head),
    });
    ends.push(() => listener.close());
    ends.push(() => realtime.close());
    ({ url } = listener);

    // Stripe's library is large, and most tests do without it.
    const stripe = options.functions
      ? await (await import('../stripe/double.ts')).startStripeDouble({
          folder,
          webhookSecret: keys.webhookSecret,
          webhookUrl: `${url}/functions/v1/stripe-webhook`,
          prices: () => readPrices(engine),
          log,
        })
      : null;
    if (stripe) {
      functions = await openFunctions({
        root,
        cache: path.join(root, '.cache', 'deno'),
        env: {
          SUPABASE_URL: url,
          SUPABASE_ANON_KEY: keys.publishable,
          SUPABASE_SERVICE_ROLE_KEY: keys.secret,
          STRIPE_SECRET_KEY: keys.stripeSecret,
          STRIPE_WEBHOOK_SECRET: keys.webhookSecret,
          STRIPE_API_HOST: '127.0.0.1',
          STRIPE_API_PORT: String(portOf(stripe.url)),
          STRIPE_API_PROTOCOL: 'http',
        },
        reach: [portOf(url), portOf(stripe.url)],
        log,
      });
      const running = functions;
      ends.push(() => running.close());
      ends.push(() => stripe.close());
    }

    return {
      url,
      key: keys.publishable,
      serviceKey: keys.secret,
      engine,
      mails: mails.list,
      stripe,
      requests: listener.requests,
      fault: faults.add,
      clearFaults: faults.clear,
      addUser: async (email, password, username) => {
        const metadata = { username };
        const user = { email, password, provider: 'email' as const, confirmed: true, metadata };
        return { id: (await createUser(engine, user)).id };
      },
      token: (userId, { ttlSeconds = config.jwtSeconds, role = 'authenticated', secret } = {}) =>
        signToken({ sub: userId, role }, secret ?? keys.jwtSecret, ttlSeconds, `${url}/auth/v1`),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
