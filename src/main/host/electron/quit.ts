import type { Log } from '../../logging/log.ts';

/** An end that hangs must not leave a program without a window behind. */
const GIVE_UP_MS = 30_000;

export interface QuitOptions {
  readonly exit: (code: number) => void;
  readonly log: () => Log;
}

/** The one way out: ask, if somebody may be asked; end everything in order; leave. */
export class Quit {
  readonly #options: QuitOptions;
  #ask: (() => Promise<boolean>) | null = null;
  #end: (() => Promise<void>) | null = null;
  #asking = false;
  #ending: Promise<void> | null = null;

  constructor(options: QuitOptions) {
    this.#options = options;
  }

  get ending(): boolean {
    return this.#ending !== null;
  }

  onWanted(ask: () => Promise<boolean>): void {
    this.#ask = ask;
  }

  /** What ends the program in order. */
  whenEnding(end: () => Promise<void>): void {
    this.#end = end;
  }

  /** The user wants to quit. */
  async want(): Promise<void> {
    if (this.#ending || this.#asking) return;
    this.#asking = true;
    try {
      if (this.#ask && !(await this.#ask())) return;
    } catch (error) {
      // A question that fails must not lock anybody in.
      this.#options.log().error('the question before quitting failed', { error: String(error) });
    } finally {
      this.#asking = false;
    }
    await this.now(0);
  }

  /**
   * Ends without a question.
   * @param farewell said when everything has ended, before the program leaves
   */
  now(code: number, farewell: () => void = () => undefined): Promise<void> {
    this.#ending ??= this.#run(code, farewell);
    return this.#ending;
  }

  async #run(code: number, farewell: () => void): Promise<void> {
    const { exit, log } = this.#options;
    const giveUp = setTimeout(() => {
      log().error('quitting took too long');
      exit(1);
    }, GIVE_UP_MS);
    try {
      await this.#end?.();
    } catch (error) {
      log().error('quitting failed', { error: error instanceof Error ? error.stack : String(error) });
    }
    clearTimeout(giveUp);
    farewell();
    exit(code);
  }
}
