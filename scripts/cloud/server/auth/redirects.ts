import type { Context } from '../context.ts';
import { matchesRedirect } from '../project-config.ts';

/** Where a browser may be led: the wanted address if the allow-list has it, else the site's own, as GoTrue does. */
export function allowedRedirect({ config, url }: Context, wanted: string | null): string {
  const site = config.siteUrl ?? `${url()}/`;
  if (wanted === null || !URL.canParse(wanted)) return site;
  const { hash } = new URL(wanted);
  if (hash !== '') return site;
  if (wanted === site || config.redirectUrls.some((pattern) => matchesRedirect(pattern, wanted)))
    return wanted;
  return site;
}

/** `to` with more parameters behind it; also for `vida3://`. */
export function withParams(to: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(to);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}
