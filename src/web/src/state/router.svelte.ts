import { formatRoute, parseRoute, type Section } from "./route";

/** Where the page stands; the browser's back button goes through it. */
class Router {
  current = $state.raw(parseRoute(location.hash));

  constructor() {
    addEventListener("hashchange", () => {
      this.current = parseRoute(location.hash);
    });
  }

  go(section: Section, id?: string): void {
    const hash = formatRoute(id === undefined ? { section } : { section, id });
    if (hash !== location.hash) {
      location.hash = hash;
    }
  }

  /** Goes there without leaving the present place in the history. */
  replace(section: Section): void {
    history.replaceState(null, "", formatRoute({ section }));
    this.current = { section };
  }
}

export const router = new Router();
