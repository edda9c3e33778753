let context: AudioContext | undefined;
let last = 0;

/** Two short, soft tones, made here: no file has to be loaded. At most one in two seconds. */
export function playArrival(): void {
  if (Date.now() - last < 2000 || !navigator.userActivation.hasBeenActive) {
    return;
  }

  last = Date.now();
  context ??= new AudioContext();
  const now = context.currentTime;
  for (const [delay, pitch] of [
    [0, 660],
    [0.09, 880],
  ] as const) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, now + delay);
    volume.gain.linearRampToValueAtTime(0.08, now + delay + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0005, now + delay + 0.25);
    tone.connect(volume).connect(context.destination);
    tone.start(now + delay);
    tone.stop(now + delay + 0.3);
  }
}
