import { type Reason, ReasonError } from '../../../shared/errors.ts';
import type { AccountSnapshot, AuthProvider } from '../../../shared/ipc/account.ts';
import type { Log } from '../../logging/log.ts';
import type { AuthRemote, BrowserSignIn, Callback, Session } from './ports.ts';
import { asAccountError } from './reasons.ts';

const BROWSER_MS = 5 * 60_000;
const MAIL_MS = 10 * 60_000;

export interface SignUpInput {
  readonly email: string;
  readonly password: string;
  readonly username: string;
}

export interface SignInsOptions {
  readonly auth: AuthRemote;
  readonly browser: BrowserSignIn;
  /** Opens what the session is for; nothing is to be opened once `isWanted` says no. */
  readonly accept: (session: Session, isWanted: () => boolean) => Promise<void>;
  readonly changed: () => void;
  readonly log: Log;
}

/** A sign-in that goes on: it may be cancelled, and what comes of it then is thrown away. */
interface Attempt {
  cancelled: boolean;
  callback: Callback | null;
}

/** The ways to a session, one at a time; beside them the link of a mail may be waited for. */
export class SignIns {
  readonly #options: SignInsOptions;
  #attempt: Attempt | null = null;
  #mail: Attempt | null = null;
  #browser: AccountSnapshot['browser'] = null;
  #confirm: AccountSnapshot['confirm'] = null;
  #problem: Reason | null = null;

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#attempt !== null;
  }

  get browser(): AccountSnapshot['browser'] {
    return this.#browser;
  }

  get confirm(): AccountSnapshot['confirm'] {
    return this.#confirm;
  }

  /** Why the last one did not come to an end. */
  get problem(): Reason | null {
    return this.#problem;
  }

  /** @throws ReasonError `account.*`, `storage.*` */
  async signIn({ email, password }: { readonly email: string; readonly password: string }): Promise<void> {
    const attempt = this.#begin();
    try {
      await this.#accept(await this.#options.auth.signIn(email, password), attempt);
    } catch (error) {
      throw this.#failed(error, attempt);
    } finally {
      this.#end(attempt);
    }
  }

  /** @throws ReasonError `account.*`, `storage.*` */
  async signUp(input: SignUpInput): Promise<{ confirm: boolean }> {
    const { auth, browser } = this.#options;
    const attempt = this.#begin();
    try {
      this.#forgetMail();
      const callback = await browser.waitForCallback(MAIL_MS);
      attempt.callback = callback;
      const session = await auth.signUp(input, callback.redirectTo);
      if (session) {
        await this.#accept(session, attempt);
        return { confirm: false };
      }
      if (attempt.cancelled) throw cancelled();
      attempt.callback = null;
      this.#waitForMail(callback, input.email);
      return { confirm: true };
    } catch (error) {
      throw this.#failed(error, attempt);
    } finally {
      this.#end(attempt);
    }
  }

  /** @throws ReasonError `account.*` */
  async resend(email: string): Promise<void> {
    const { auth, browser } = this.#options;
    if (this.#attempt) throw new ReasonError('account.sign-in-busy');
    const waiting = this.#mail?.callback ?? null;
    const callback = waiting ?? (await browser.waitForCallback(MAIL_MS));
    try {
      await auth.resend(email, callback.redirectTo);
    } catch (error) {
      if (!waiting) callback.close();
      throw asAccountError(error);
    }
    if (waiting) this.#confirm = { email };
    else this.#waitForMail(callback, email);
    this.#options.changed();
  }

  /** Resolves when the browser is open, or the address is shown; the snapshot tells how it ends. */
  async signInWith(provider: AuthProvider): Promise<void> {
    const { auth, browser, changed, log } = this.#options;
    const attempt = this.#begin();
    try {
      this.#forgetMail();
      const callback = await browser.waitForCallback(BROWSER_MS);
      attempt.callback = callback;
      const url = await auth.authorizeUrl(provider, callback.redirectTo);
      if (attempt.cancelled) throw cancelled();
      const opened = await browser.openExternal(url);
      if (attempt.cancelled) throw cancelled();
      if (!opened) log.info('no browser could be opened; the address is shown');
      this.#browser = { provider, url, opened };
      changed();
      void this.#answered(callback.code, attempt);
    } catch (error) {
      const reason = this.#failed(error, attempt);
      this.#end(attempt);
      throw reason;
    }
  }

  /** Ends what waits for an answer, a browser or a mail. */
  cancel(): void {
    const attempt = this.#attempt;
    this.#attempt = null;
    this.#browser = null;
    this.#confirm = null;
    this.#problem = null;
    if (attempt) {
      attempt.cancelled = true;
      attempt.callback?.close();
    }
    this.#forgetMail();
    this.#options.changed();
  }

  #begin(): Attempt {
    if (this.#attempt) throw new ReasonError('account.sign-in-busy');
    const attempt: Attempt = { cancelled: false, callback: null };
    this.#take(attempt);
    return attempt;
  }

  #take(attempt: Attempt): void {
    this.#attempt = attempt;
    this.#problem = null;
    this.#options.changed();
  }

  #end(attempt: Attempt): void {
    attempt.callback?.close();
    if (this.#attempt === attempt) {
      this.#attempt = null;
      this.#browser = null;
    }
    this.#options.changed();
  }

  /** What the user is told; a cancelled sign-in is no problem. */
  #failed(error: unknown, attempt: Attempt): ReasonError {
    const reason = asAccountError(error);
    if (!attempt.cancelled) this.#problem = reason.reason;
    return reason;
  }

  async #accept(session: Session, attempt: Attempt): Promise<void> {
    await this.#options.accept(session, () => !attempt.cancelled);
    this.#confirm = null;
    this.#forgetMail();
  }

  /** Who began it has its answer already. */
  async #answered(code: Promise<string>, attempt: Attempt): Promise<void> {
    try {
      await this.#accept(await this.#options.auth.exchange(await code), attempt);
    } catch (error) {
      const { reason } = this.#failed(error, attempt);
      if (!attempt.cancelled) this.#options.log.info('a sign-in in the browser came to nothing', { reason });
    } finally {
      this.#end(attempt);
    }
  }

  /** The link of a mail may be opened for a while; meanwhile everything else goes on. */
  #waitForMail(callback: Callback, email: string): void {
    this.#forgetMail();
    this.#confirm = { email };
    const mail: Attempt = { cancelled: false, callback };
    this.#mail = mail;
    callback.code.then(
      (code) => {
        // Who signs in another way meanwhile does not need it.
        if (mail.cancelled || this.#attempt) return;
        this.#mail = null;
        this.#take(mail);
        void this.#answered(Promise.resolve(code), mail);
      },
      () => {
        // Too late, or refused: the password signs in as soon as the address is confirmed.
        if (this.#mail === mail) this.#mail = null;
      },
    );
  }

  #forgetMail(): void {
    const mail = this.#mail;
    this.#mail = null;
    if (!mail) return;
    mail.cancelled = true;
    mail.callback?.close();
  }
}

/** Whoever was waiting for it has given it up. */
export function cancelled(): ReasonError {
  return new ReasonError('account.sign-in-refused', 'cancelled');
}
