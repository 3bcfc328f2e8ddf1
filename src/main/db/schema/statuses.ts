/** Of a subscription; the payment service's words are put into these by the server. */
export const SUBSCRIPTION_STATUSES = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'incomplete',
  'paused',
  'cancelled',
  'expired',
] as const;
