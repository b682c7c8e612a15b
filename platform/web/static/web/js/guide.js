// The way to the bay on a driver's phone: says when it changes, keeps the screen on while he drives, and brings the parts that
// are needed only then: the copy for when the net is gone, the voice, the position.
//
//   <section id="guide" data-key="…">  its key changes with the way;  words: the JSON block #guide-words
//   <p id="way-changed" hidden>         [data-speak] [data-locate]: buttons of the section

const BUZZ_MS = [250, 120, 250, 120, 500];
const TONES_HZ = [660, 880];
const AFTER_THE_VIEW_MS = 1000; // first the page, then what it needs for later
const WAITING_TAPS = "portlane.taps"; // as in guide-kept.js

const words = JSON.parse(document.getElementById("guide-words")?.textContent ?? "{}");
const changed = document.getElementById("way-changed");
let { key = "", ahead = "" } = document.getElementById("guide")?.dataset ?? {};
let kept = null;
let sound = null;
let screenOn = null;

document.documentElement.classList.add("guided");

/** Links lead nowhere without a net; what is tapped is kept (guide-kept.js). */
function showNet() {
  document.documentElement.classList.toggle("offline", !navigator.onLine);
}

/** A sound needs a finger first: browsers let no page speak up on its own. */
function allowSound() {
  sound ??= new (window.AudioContext ?? window.webkitAudioContext)();
  sound.resume();
}

function ring() {
  if (sound?.state !== "running") return;
  TONES_HZ.forEach((tone, at) => {
    const [voice, volume] = [sound.createOscillator(), sound.createGain()];
    voice.frequency.value = tone;
    volume.gain.value = 0.25;
    voice.connect(volume).connect(sound.destination);
    voice.start(sound.currentTime + at * 0.25);
    voice.stop(sound.currentTime + at * 0.25 + 0.2);
  });
}

function sayChanged() {
  changed.hidden = false;
  navigator.vibrate?.(BUZZ_MS);
  ring();
}

/** Another way on the same errand, or out of danger; the next errand of a visit is no change of way. */
function look() {
  const guide = document.getElementById("guide");
  const [now, errand] = [guide?.dataset.key ?? "", guide?.dataset.ahead ?? ""];
  if (now !== key) {
    if (key && now && (errand === ahead || document.querySelector(".evacuate"))) sayChanged();
    else changed.hidden = true;
    [key, ahead] = [now, errand];
  }
  begin();
}

async function keepScreenOn() {
  if (!document.getElementById("guide") || document.visibilityState !== "visible" || screenOn) return;
  try {
    screenOn = await navigator.wakeLock?.request("screen");
    screenOn?.addEventListener("release", () => (screenOn = null));
  } catch {
    screenOn = null; // the battery is low, or the phone knows no such thing
  }
}

async function begin() {
  const over = document.querySelector("[data-visit-over]");
  if (document.getElementById("guide") || over || localStorage.getItem(WAITING_TAPS)) {
    await load();
    over ? kept.forget() : kept.keep();
  }
  if (over) screenOn?.release();
  else keepScreenOn();
}

async function load() {
  kept ??= await import("./guide-kept.js");
}

/** A tap is kept before it is sent: a browser on its own would lose it where there is no net. */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-tap]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  try {
    await load();
  } catch {
    form.submit(); // the part that keeps it cannot be had: then as without it
    return;
  }
  kept.take(form);
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-speak], [data-locate]");
  if (!button) return;
  if ("speak" in button.dataset) (await import("./guide-speech.js")).toggle(button, words);
  else (await import("./guide-position.js")).toggle(button, words);
});
document.addEventListener("pointerdown", allowSound, { once: true });
document.addEventListener("visibilitychange", keepScreenOn);
for (const change of ["online", "offline"]) window.addEventListener(change, showNet);
showNet();
document.addEventListener("portlane:region", look);
setTimeout(begin, AFTER_THE_VIEW_MS);
