import type { Engine } from '../../scripts/cloud/types.ts';

export type Service = (name: string, ...params: unknown[]) => Promise<unknown>;

/** A function of the server, called as the Edge Functions do it. */
export function serviceOf(engine: Engine): Service {
  return async (name, ...params) => {
    const places = params.map((_, i) => `$${i + 1}`).join(', ');
    const [row] = await engine.as('service_role', { role: 'service_role' }, (query) =>
      query<{ r: unknown }>(
        `select public.${name}(${places}) as r`,
        params.map((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value)),
      ),
    );
    return row?.r;
  };
}
