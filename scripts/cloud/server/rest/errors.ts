import { databaseError, json, Refusal } from '../http.ts';

/** An answer in PostgREST's shape. */
export function restError(
  status: number,
  code: string,
  message: string,
  details: string | null = null,
  hint: string | null = null,
): Refusal {
  const challenge: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return new Refusal(json(status, { code, details, hint, message }, challenge));
}

/** For what the real service may well do and the double does not. */
export const notKnown = (what: string): Refusal =>
  restError(
    400,
    'PGRST100',
    `The double does not know ${what}`,
    null,
    'Use it nowhere, or teach the double.',
  );

const BY_CODE: Readonly<Record<string, number>> = {
  '23503': 409,
  '23505': 409,
  '25006': 405,
  '21000': 400,
  '22023': 400,
  '40001': 500,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '53400': 500,
  '57P01': 503,
  P0001: 400,
};
const BY_CLASS: Readonly<Record<string, number>> = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '25': 500,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '53': 503,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

/** HTTP status of an SQLSTATE, by PostgREST's table (its documentation, "Errors, HTTP status codes"). */
export function statusOf(sqlState: string, signedIn: boolean): number {
  if (sqlState === '42501') return signedIn ? 403 : 401;
  const custom = /^PT([1-5]\d\d)$/.exec(sqlState);
  if (custom) return Number(custom[1]);
  return BY_CODE[sqlState] ?? BY_CLASS[sqlState.slice(0, 2)] ?? 400;
}

/** Runs a query and turns the database's refusal into PostgREST's answer. */
export async function answering<T>(signedIn: boolean, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const refused = databaseError(error);
    if (!refused) throw error;
    const { code, message, detail, hint } = refused;
    throw restError(statusOf(code, signedIn), code, message, detail, hint);
  }
}
