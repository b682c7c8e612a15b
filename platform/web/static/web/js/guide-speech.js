// Says the sign and the steps aloud, in the page's language where the phone has a voice for it, else says that it has none.

const VOICES_WITHIN_MS = 1500;
const PAUSE_RATE = 0.95;

function voices() {
  return new Promise((resolve) => {
    const found = speechSynthesis.getVoices();
    if (found.length) resolve(found);
    else {
      speechSynthesis.addEventListener("voiceschanged", () => resolve(speechSynthesis.getVoices()), { once: true });
      setTimeout(() => resolve(speechSynthesis.getVoices()), VOICES_WITHIN_MS);
    }
  });
}

function voiceFor(found, language) {
  const wanted = language.toLowerCase();
  const tag = wanted.startsWith("zh-hans") ? "zh-cn" : wanted;
  const of = (voice) => voice.lang.toLowerCase().replace("_", "-");
  return found.find((voice) => of(voice) === tag) ?? found.find((voice) => of(voice).split("-")[0] === tag.split("-")[0]);
}

/** The sign first, then one step after the other; arrows and figures are left to the eye. */
function sentences() {
  const sign = document.querySelector(".sign .big")?.textContent.trim();
  const steps = [...document.querySelectorAll("#guide .turns li > span")].map((step) => step.textContent.trim());
  return [sign, ...steps].filter(Boolean);
}

export async function toggle(button, words) {
  const says = document.querySelector("[data-guide-says]");
  const label = button.querySelector("span");
  if (!("speechSynthesis" in window)) {
    says.textContent = words.noVoice;
    return;
  }
  if (speechSynthesis.speaking) {
    speechSynthesis.cancel();
    return;
  }
  const voice = voiceFor(await voices(), document.documentElement.lang);
  if (!voice) {
    says.textContent = words.noVoice;
    return;
  }
  const quiet = label.textContent;
  label.textContent = words.stop;
  const spoken = sentences().map((text) => Object.assign(new SpeechSynthesisUtterance(text), { voice, lang: voice.lang, rate: PAUSE_RATE }));
  const end = () => (label.textContent = quiet);
  spoken.forEach((sentence) => (sentence.onerror = end));
  spoken.at(-1).onend = end;
  spoken.forEach((sentence) => speechSynthesis.speak(sentence));
}
