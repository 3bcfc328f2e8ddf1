import type { DeepLink, Desktop, Question, TrayModel } from '../../host/port.ts';

/** A desktop for tests: keeps what it is told, and refuses calls it does not know. */
export class FakeDesktop implements Desktop {
  models: TrayModel[] = [];
  windows = 0;
  quits = 0;
  awake: boolean[] = [];
  /** Accelerators that another program has. */
  taken: string[] = [];
  registrations: (readonly string[])[] = [];
  questions: { question: Question; answer(button: number, remembered?: boolean): Promise<void> }[] = [];
  click: (id: string) => void = missing('a click');
  link: (link: DeepLink) => void = missing('a link');
  wantsQuit: () => Promise<boolean> = missing('the wish to quit');
  #listeners: ReadonlyMap<string, () => void> = new Map();

  tray = strict({
    show: (model: TrayModel) => void this.models.push(model),
    onAction: (listener: (id: string) => void) => {
      this.click = listener;
    },
  });
  shortcuts = strict({
    register: (accelerators: ReadonlyMap<string, () => void>) => {
      this.registrations.push([...accelerators.keys()]);
      const taken = this.taken.filter((each) => accelerators.has(each));
      this.#listeners = new Map([...accelerators].filter(([each]) => !taken.includes(each)));
      return taken;
    },
  });
  ask(question: Question): Promise<{ button: number; remembered: boolean }> {
    return new Promise((resolve) => {
      this.questions.push({
        question,
        answer: async (button, remembered = false) => {
          resolve({ button, remembered });
          await settled();
        },
      });
    });
  }
  showWindow() {
    this.windows++;
  }
  keepAwake(on: boolean) {
    this.awake.push(on);
  }
  onDeepLink(listener: (link: DeepLink) => void) {
    this.link = listener;
  }
  onAuthAnswer: Desktop['onAuthAnswer'] = missing('onAuthAnswer');
  onQuitWanted(ask: () => Promise<boolean>) {
    this.wantsQuit = ask;
  }
  quit() {
    this.quits++;
  }
  captureSources: Desktop['captureSources'] = missing('captureSources');
  chooseCapture: Desktop['chooseCapture'] = missing('chooseCapture');

  press(accelerator: string) {
    const listener = this.#listeners.get(accelerator);
    if (!listener) throw new Error(`${accelerator} is not registered`);
    listener();
  }
}

function missing(what: string): () => never {
  return () => {
    throw new Error(`Nobody asked for ${what}`);
  };
}

/** The same object, refusing what it does not have. */
export function strict<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key) {
      if (key in object) return object[key as keyof T];
      throw new Error(`The desktop has no ${String(key)}`);
    },
  });
}

/** Resolves when everything that waits for nothing but itself has run. */
export const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};
