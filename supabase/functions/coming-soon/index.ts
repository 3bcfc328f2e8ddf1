import { z } from 'zod';
import { call, serviceClient } from '../_shared/database.ts';
import { answer, endpoint, readJson, serve } from '../_shared/http.ts';
import { ipHash } from '../_shared/ip-hash.ts';

const bodySchema = z.strictObject({
  email: z.email().max(254),
  plan: z.string().regex(/^[a-z0-9_]{1,40}$/),
});

/** POST by anybody, with a limit for each sender → `{}`, also for an address that is on the list already. */
export const handler = endpoint('coming-soon', async (request, from) => {
  const { email, plan } = await readJson(request, bodySchema, 4096);
  await call(
    serviceClient(),
    'coming_soon',
    { p_email: email, p_plan: plan, p_ip_hash: await ipHash(request, from) },
    { VD429: 'rate-limited', '22023': 'bad-request' },
  );
  return answer({});
});

if (import.meta.main) serve(handler);
