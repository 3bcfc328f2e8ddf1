import type { z } from 'zod';

/** A request of the page that main answers. */
export interface Command<
  Name extends string = string,
  Req extends z.ZodType = z.ZodType,
  Res extends z.ZodType = z.ZodType,
> {
  readonly kind: 'command';
  readonly name: Name;
  readonly request: Req;
  readonly response: Res;
}

/** A whole snapshot that main publishes; a new subscriber gets the current one at once. */
export interface Event<Name extends string = string, Payload extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly name: Name;
  readonly payload: Payload;
}

/** Bytes from the page too big for a command (an avatar file, a picture); answered like a command. */
export interface Upload<
  Name extends string = string,
  Meta extends z.ZodType = z.ZodType,
  Res extends z.ZodType = z.ZodType,
> {
  readonly kind: 'upload';
  readonly name: Name;
  readonly maxBytes: number;
  /** Too big for memory: main gets a file, which is gone when the answer has been given. */
  readonly toFile: boolean;
  /** What is said beside the bytes. */
  readonly meta: Meta;
  readonly response: Res;
}

export function command<const N extends string, Req extends z.ZodType, Res extends z.ZodType>(
  name: N,
  request: Req,
  response: Res,
): Command<N, Req, Res> {
  return { kind: 'command', name, request, response };
}

export function event<const N extends string, P extends z.ZodType>(name: N, payload: P): Event<N, P> {
  return { kind: 'event', name, payload };
}

export function upload<const N extends string, M extends z.ZodType, Res extends z.ZodType>(
  name: N,
  maxBytes: number,
  meta: M,
  response: Res,
  { toFile = false }: { readonly toFile?: boolean } = {},
): Upload<N, M, Res> {
  return { kind: 'upload', name, maxBytes, toFile, meta, response };
}

export type RequestOf<C extends Command> = z.infer<C['request']>;
export type ResponseOf<C extends { response: z.ZodType }> = z.infer<C['response']>;
export type PayloadOf<E extends Event> = z.infer<E['payload']>;
export type MetaOf<U extends Upload> = z.infer<U['meta']>;
