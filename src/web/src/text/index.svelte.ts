import { en, type Texts } from "./en";

/** The languages to choose from. Those beside English are loaded when they are chosen. */
export const languages: Record<string, { name: string; load: () => Promise<Texts> }> = {
  en: { name: "English", load: async () => en },
  de: { name: "Deutsch", load: async () => (await import("./de")).de },
};

class Language {
  code = $state("en");
  t = $state.raw<Texts>(en);

  /** What numbers and dates are written in: the browser's own regional form of the language. */
  get locale(): string {
    return navigator.languages.find((tag) => tag.startsWith(this.code)) ?? this.code;
  }

  async choose(code: string): Promise<void> {
    const language = languages[code];
    if (!language) {
      return;
    }

    this.t = await language.load();
    this.code = code;
    document.documentElement.lang = code;
  }
}

export const lang = new Language();
