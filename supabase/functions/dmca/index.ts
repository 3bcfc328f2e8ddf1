import { z } from 'zod';
import { call, serviceClient } from '../_shared/database.ts';
import { answer, endpoint, readJson, serve } from '../_shared/http.ts';
import { ipHash } from '../_shared/ip-hash.ts';

const line = (max: number) => z.string().trim().min(1).max(max);

/** Names are the columns of `dmca_complaints`. */
const bodySchema = z.strictObject({
  complainant_name: line(200),
  complainant_email: z.email().max(254),
  content_url: z.url({ protocol: /^https?$/ }).max(2000),
  claimed_work: line(2000),
  description: line(10_000),
  /** The two statements that a notice must contain. */
  good_faith: z.literal(true),
  accurate: z.literal(true),
});

/** POST by anybody, with a limit for each sender → `{}`; what becomes of a notice is told by mail, not here. */
export const handler = endpoint('dmca', async (request, from) => {
  const { good_faith: _, accurate: __, ...notice } = await readJson(request, bodySchema, 65_536);
  await call(
    serviceClient(),
    'file_dmca',
    { p: notice, p_ip_hash: await ipHash(request, from) },
    { VD429: 'rate-limited', '22023': 'bad-request' },
  );
  return answer({});
});

if (import.meta.main) serve(handler);
