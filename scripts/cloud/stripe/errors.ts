import { json, Refusal } from '../server/http.ts';

/** An answer in Stripe's shape. */
export function stripeError(
  status: number,
  type: 'invalid_request_error' | 'idempotency_error',
  message: string,
  more: { readonly code?: string; readonly param?: string } = {},
): Refusal {
  return new Refusal(json(status, { error: { type, message, ...more } }));
}

export const invalid = (message: string, code?: string, param?: string): Refusal =>
  stripeError(400, 'invalid_request_error', message, {
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  });

export const missing = (what: string, id: string): Refusal =>
  stripeError(404, 'invalid_request_error', `No such ${what}: '${id}'`, {
    code: 'resource_missing',
    param: 'id',
  });
