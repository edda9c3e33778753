/** The dialogs that can be opened from anywhere. */
class Overlays {
  shortcuts = $state(false);
  newGroup = $state(false);
  /** Whose profile is shown; empty: nobody's. */
  profile = $state("");
}

export const overlays = new Overlays();
