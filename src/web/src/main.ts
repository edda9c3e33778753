import { mount } from "svelte";
import App from "./App.svelte";
import { preferences } from "./state/preferences.svelte";
import { session } from "./state/session.svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/avatars.css";

const target = document.getElementById("app");
if (target === null) {
  throw new Error("The page has no #app element.");
}

preferences.apply();
void session.resume().finally(() => mount(App, { target }));
