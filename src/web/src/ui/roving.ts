/** Arrow keys, Home and End between the items of a list, menu or grid; one of them at a time takes part in Tab's order. */
export interface RovingOptions {
  selector: string;
  columns?: () => number;
  /** Called on Escape, when given. */
  escape?: () => void;
}

/** Which item a key leads to; undefined when the key is none of ours. Lists end at their ends, they do not wrap. */
export function nextIndex(key: string, at: number, count: number, columns = 1): number | undefined {
  const step: Record<string, number> = { ArrowDown: columns, ArrowUp: -columns, Home: -count, End: count };
  if (columns > 1) {
    step["ArrowRight"] = 1;
    step["ArrowLeft"] = -1;
  }

  const by = step[key];
  if (by === undefined || count === 0) {
    return undefined;
  }

  const wanted = at + by;
  if (columns > 1 && Math.abs(by) === columns && (wanted < 0 || wanted >= count)) {
    return at;
  }

  return Math.max(0, Math.min(count - 1, wanted));
}

export function roving(node: HTMLElement, options: RovingOptions) {
  let current = options;
  const items = () => [...node.querySelectorAll<HTMLElement>(current.selector)].filter((item) => !item.hasAttribute("disabled"));

  const onkeydown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && current.escape) {
      event.preventDefault();
      event.stopPropagation();
      current.escape();
      return;
    }

    const all = items();
    const index = nextIndex(event.key, all.indexOf(document.activeElement as HTMLElement), all.length, current.columns?.() ?? 1);
    if (index !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      all[index]?.focus();
    }
  };

  node.addEventListener("keydown", onkeydown);
  return {
    update(changed: RovingOptions) {
      current = changed;
    },
    destroy() {
      node.removeEventListener("keydown", onkeydown);
    },
  };
}
