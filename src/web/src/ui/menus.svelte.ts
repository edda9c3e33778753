import type { IconName } from "./icons";

export interface MenuItem {
  text: string;
  icon: IconName;
  danger?: boolean;
  run: () => void;
}

/** What a menu opens at: an element's box, or the pointer. */
export interface MenuPlace {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface OpenMenu {
  at: MenuPlace;
  items: MenuItem[];
  label: string;
}

/** One menu is open at a time; `App` draws it. */
class Menus {
  open = $state.raw<OpenMenu | undefined>();

  show(from: Element | MouseEvent, label: string, items: (MenuItem | false | undefined)[]): void {
    const at =
      from instanceof Element
        ? from.getBoundingClientRect()
        : { left: from.clientX, right: from.clientX, top: from.clientY, bottom: from.clientY };
    const shown = items.filter((item) => !!item);
    this.open = shown.length > 0 ? { at, items: shown, label } : undefined;
  }

  close(): void {
    this.open = undefined;
  }
}

export const menus = new Menus();

/** Below the place and aligned with its end where there is room, else above, and never outside the window. */
export function place(at: MenuPlace, width: number, height: number, windowWidth: number, windowHeight: number): { x: number; y: number } {
  const gap = 8;
  const x = at.left + width + gap <= windowWidth ? at.left : at.right - width;
  const y = at.bottom + 4 + height + gap <= windowHeight ? at.bottom + 4 : at.top - 4 - height;
  return {
    x: Math.max(gap, Math.min(x, windowWidth - width - gap)),
    y: Math.max(gap, Math.min(y, windowHeight - height - gap)),
  };
}
