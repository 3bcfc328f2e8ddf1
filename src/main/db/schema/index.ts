/**
 * The local copy of the product's tables, with their own names, and what only this machine has. Times are ISO-8601
 * UTC text, booleans 0 and 1, JSON is text, and no secret but a sealed one is a column.
 */
export * from './avatars.ts';
export * from './billing.ts';
export * from './content.ts';
export * from './local.ts';
export * from './moderation.ts';
export * from './streaming.ts';
export * from './system.ts';
export * from './users.ts';
