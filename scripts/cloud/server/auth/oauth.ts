import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { type Answer, type Call, escapeHtml, page, redirect } from '../http.ts';
import { shell } from '../pages.ts';
import { makeUser } from './account.ts';
import { authError } from './answers.ts';
import { allowedRedirect, withParams } from './redirects.ts';
import { makeCode } from './sessions.ts';
import { linkIdentity, userByEmail } from './users.ts';

const PROVIDERS = { google: 'Google', twitter: 'X (Twitter)' } as const;
type Provider = keyof typeof PROVIDERS;
const isProvider = (name: string | null): name is Provider => name !== null && Object.hasOwn(PROVIDERS, name);
/** Sign-ins that wait for somebody to press a button. */
const FLOW_MS = 10 * 60_000;
const FLOWS = 100;

interface Flow {
  readonly provider: Provider;
  readonly redirectTo: string;
  readonly challenge: string;
  readonly method: string;
  readonly at: number;
}

/** The double of two providers: no password, one button per account. */
export interface OAuth {
  authorize(call: Call, context: Context): Promise<Answer>;
  callback(call: Call, context: Context): Promise<Answer>;
}

async function finish(call: Call, context: Context, flow: Flow, email: string): Promise<Answer> {
  const known = await userByEmail(context.engine, email);
  const user =
    known ??
    (await makeUser(call, context, {
      email,
      password: null,
      provider: flow.provider,
      confirmed: true,
      metadata: { email, name: email.split('@')[0], email_verified: true },
    }));
  if (known) {
    // The provider vouches for the address; a password that somebody set before it was confirmed is not the owner's.
    if (!known.confirmedAt) {
      await context.engine.query('delete from cloud_double.passwords where user_id = $1::uuid', [known.id]);
      await context.engine.query('update auth.users set email_confirmed_at = now() where id = $1::uuid', [
        known.id,
      ]);
    }
    await linkIdentity(context.engine, known.id, flow.provider, email, { email });
  }
  const code = await makeCode(context, user.id, flow.challenge, flow.method);
  return redirect(withParams(flow.redirectTo, { code }));
}

function choicePage(flow: Flow, id: string, emails: readonly string[]): Answer {
  const name = PROVIDERS[flow.provider];
  const hidden = `<input type="hidden" name="flow" value="${id}">`;
  const buttons = emails.map(
    (email) =>
      `<a class="button" href="/auth/v1/callback?flow=${id}&amp;as=${encodeURIComponent(email)}">Continue as ${escapeHtml(email)}</a>`,
  );
  return page(
    shell(
      `Sign in with ${name}`,
      `<p>This page stands in for ${name} in the local cloud. Nothing leaves this machine.</p>
      ${buttons.join('\n')}
      <form action="/auth/v1/callback" method="get">${hidden}
        <label>Another account <input name="as" type="email" required placeholder="name@example.com"></label>
        <button>Continue</button></form>
      <p><a href="/auth/v1/callback?flow=${id}&amp;cancel=1">Cancel</a></p>`,
    ),
  );
}

export function createOAuth(): OAuth {
  const flows = new Map<string, Flow>();

  return {
    /** `auto=1` skips the page (for tests), as the address in `as` or a fixed one of the provider. */
    authorize: async (call, context) => {
      const { searchParams } = call.url;
      const provider = searchParams.get('provider');
      if (!isProvider(provider)) {
        const message = `Unsupported provider: provider ${provider ?? ''} is not enabled`;
        throw authError(call, 400, 'validation_failed', message);
      }
      const challenge = searchParams.get('code_challenge');
      const method = searchParams.get('code_challenge_method')?.toLowerCase();
      if (!challenge || !/^[\w.~-]{43,128}$/.test(challenge) || (method !== 's256' && method !== 'plain')) {
        throw authError(call, 400, 'validation_failed', 'The double signs in by PKCE only');
      }
      const redirectTo = allowedRedirect(context, searchParams.get('redirect_to'));
      const flow: Flow = { provider, redirectTo, challenge, method, at: Date.now() };
      const usual = `someone@${provider}.example`;
      if (searchParams.get('auto') === '1') {
        return finish(call, context, flow, searchParams.get('as') ?? usual);
      }
      for (const [id, { at }] of flows) {
        if (flows.size >= FLOWS || Date.now() - at > FLOW_MS) flows.delete(id);
      }
      const id = randomUUID();
      flows.set(id, flow);
      const rows = await context.engine.query<{ email: string }>(
        `select distinct u.email from auth.users u join cloud_double.identities i on i.user_id = u.id
         where i.provider = $1 order by 1 limit 5`,
        [provider],
      );
      return choicePage(flow, id, [...new Set([...rows.map((row) => row.email), usual])]);
    },
    callback: async (call, context) => {
      const { searchParams } = call.url;
      const id = searchParams.get('flow') ?? '';
      const flow = flows.get(id);
      flows.delete(id);
      if (!flow || Date.now() - flow.at > FLOW_MS) {
        throw authError(call, 400, 'bad_oauth_state', 'OAuth state parameter is invalid');
      }
      if (searchParams.get('cancel') === '1') {
        return redirect(
          withParams(flow.redirectTo, {
            error: 'access_denied',
            error_description: 'The user has denied access',
          }),
        );
      }
      const email = searchParams.get('as') ?? '';
      if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
        throw authError(call, 400, 'validation_failed', 'Unable to validate email address: invalid format');
      }
      return finish(call, context, flow, email);
    },
  };
}
