import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import { assertNever } from '../../../shared/assert-never.ts';
import { toElectronAccelerator } from '../../../shared/domain/shortcuts.ts';
import type { Log } from '../../logging/log.ts';
import type { TrayItem, TrayModel } from '../port.ts';

export interface StudioTrayOptions {
  /** Folder of `tray-<state>.png` and, for macOS, `tray-<state>Template.png`. */
  readonly iconsDir: string;
  readonly onClick: () => void;
  readonly log: Log;
}

/** Shows the tray's model; what it means is the tray service's business. */
export class StudioTray {
  readonly #options: StudioTrayOptions;
  readonly #listeners: ((id: string) => void)[] = [];
  #tray: Tray | null = null;
  #icon: TrayModel['icon'] | null = null;
  #menu = '';
  /** This desktop has none: not worth another try at every change. */
  #impossible = false;
  #shown: TrayModel | null = null;

  constructor(options: StudioTrayOptions) {
    this.#options = options;
  }

  get isThere(): boolean {
    return this.#tray !== null;
  }

  onAction(listener: (id: string) => void): void {
    this.#listeners.push(listener);
  }

  show(model: TrayModel): void {
    this.#shown = model;
    if (this.#impossible) return;
    const tray = this.#tray ?? this.#make(model.icon);
    if (tray === null) return;
    if (this.#icon !== model.icon) tray.setImage(this.#image(model.icon));
    this.#icon = model.icon;
    tray.setToolTip(model.tooltip);
    const menu = JSON.stringify(model.items);
    // A menu that is open closes when another one takes its place.
    if (menu === this.#menu) return;
    this.#menu = menu;
    tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item) => this.#template(item))));
  }

  destroy(): void {
    this.#tray?.destroy();
    this.#tray = null;
  }

  #make(icon: TrayModel['icon']): Tray | null {
    try {
      this.#tray = new Tray(this.#image(icon));
    } catch (error) {
      // The window stays all there is.
      this.#impossible = true;
      this.#options.log.warn('no tray', { error: error instanceof Error ? error.message : String(error) });
      return null;
    }
    this.#icon = icon;
    // On macOS a click opens the menu already.
    if (process.platform !== 'darwin') this.#tray.on('click', this.#options.onClick);
    return this.#tray;
  }

  #image(icon: TrayModel['icon']) {
    const name = process.platform === 'darwin' ? `tray-${icon}Template.png` : `tray-${icon}.png`;
    const image = nativeImage.createFromPath(join(this.#options.iconsDir, name));
    if (image.isEmpty()) this.#options.log.warn('an icon is missing', { name });
    return image;
  }

  #template(item: TrayItem): MenuItemConstructorOptions {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'label':
        return { label: plain(item.label), enabled: false };
      case 'menu':
        return { label: plain(item.label), submenu: item.items.map((each) => this.#template(each)) };
      case 'action':
        return {
          id: item.id,
          label: plain(item.label),
          enabled: item.enabled,
          click: () => this.#clicked(item.id),
          ...(item.check ? { type: item.check.radio ? 'radio' : 'checkbox', checked: item.check.on } : {}),
          ...(item.accelerator === null
            ? {}
            : { accelerator: toElectronAccelerator(item.accelerator), registerAccelerator: false }),
        };
      default:
        return assertNever(item);
    }
  }

  #clicked(id: string): void {
    // The system has moved the check mark by itself; the model decides where it is.
    this.#menu = '';
    for (const listener of this.#listeners) listener(id);
    if (this.#shown && this.#menu === '') this.show(this.#shown);
  }
}

/** Menus take `&` for the mark of an access key. */
function plain(label: string): string {
  return label.replaceAll('&', '&&');
}
