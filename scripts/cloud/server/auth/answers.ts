import { type Answer, type Call, header, json, Refusal } from '../http.ts';

/** Answers in GoTrue's shape of API version 2024-01-01; older callers get the shape before it. */
export function authError(
  call: Call,
  status: number,
  code: string,
  message: string,
  more: Record<string, unknown> = {},
): Refusal {
  const version = header(call, 'x-supabase-api-version');
  return new Refusal(
    version === '2024-01-01'
      ? json(status, { code, message, ...more }, { 'x-supabase-api-version': version })
      : json(status, { code: status, error_code: code, msg: message, ...more }),
  );
}

/** A 200 with a JSON body. */
export const ok = (value: unknown): Answer => json(200, value);
