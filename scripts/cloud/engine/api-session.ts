import type { ApiRole } from '../types.ts';

/** The two statements with which PostgREST begins a request: its role, and what the token says. */
export function apiSession(
  role: ApiRole,
  claims: Readonly<Record<string, unknown>> | null,
): { readonly sql: string; readonly params: readonly unknown[] } {
  return {
    sql: `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
      set_config('search_path', 'public, extensions', true)`,
    params: [role, claims ? JSON.stringify(claims) : ''],
  };
}

export function userClaims(userId: string): Record<string, unknown> {
  return { sub: userId, role: 'authenticated', aud: 'authenticated' };
}
