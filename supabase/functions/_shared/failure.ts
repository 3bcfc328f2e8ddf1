/** Why a function did not do what it was asked for: the whole of `{"error": …}` in an answer that is not 2xx. */
const STATUS = {
  'bad-request': 400,
  'bad-signature': 400,
  'wrong-email': 400,
  'signed-out': 401,
  forbidden: 403,
  'plan-unavailable': 404,
  'no-customer': 404,
  'not-found': 404,
  'method-not-allowed': 405,
  'already-subscribed': 409,
  'op-reused': 409,
  'too-large': 413,
  'rate-limited': 429,
  internal: 500,
  'not-configured': 500,
  'unknown-customer': 500,
  'payment-provider': 502,
} as const satisfies Record<string, number>;

export type FailureCode = keyof typeof STATUS;

/** An expected failure. `detail` goes to the log and must name no person and no secret. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: string | null;

  constructor(code: FailureCode, detail: string | null = null, options?: ErrorOptions) {
    super(detail ? `${code}: ${detail}` : code, options);
    this.name = 'Failure';
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
