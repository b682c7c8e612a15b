// Reads passes by the camera, where the browser knows how (BarcodeDetector); a hand scanner types into the field instead.

const LOOK_EVERY_MS = 250;

export function isPossible() {
  return "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Shows the camera until a code was read or it is closed; `read(text)` gets the code. Throws when the camera may not be used. */
export async function scan(place, read) {
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  const video = place.querySelector("video");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  await video.play();
  place.hidden = false;
  const timer = setInterval(async () => {
    const [code] = await detector.detect(video).catch(() => []);
    if (!code || place.hidden) return;
    close();
    read(code.rawValue);
  }, LOOK_EVERY_MS);
  const close = () => {
    clearInterval(timer);
    stream.getTracks().forEach((track) => track.stop());
    place.hidden = true;
  };
  place.querySelector("[data-camera-off]").onclick = close;
}
