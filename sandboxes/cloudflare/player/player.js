// Plays HLS: by the browser itself where it can, else piece by piece into a SourceBuffer.

const video = document.querySelector("video");
const note = document.querySelector("p");
const manifest = new URL("manifest/video.m3u8", location.href);
const TYPE = "application/vnd.apple.mpegurl";

async function read(url) {
  const answer = await fetch(url);
  if (answer.status === 204) throw new Error("Nobody is on air.");
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

async function listed(url) {
  const lines = (await (await read(url)).text()).split("\n");
  const here = (line) => new URL(line, url).href;
  return {
    files: lines.filter((line) => line && !line.startsWith("#")).map(here),
    head: lines.filter((line) => line.startsWith("#EXT-X-MAP")).map((line) => here(line.split('"')[1]))[0],
    first: Number(/MEDIA-SEQUENCE:(\d+)/.exec(lines.join("\n"))?.[1] ?? 0),
    codecs: /CODECS="([^"]+)"/.exec(lines.join("\n"))?.[1],
    ended: lines.includes("#EXT-X-ENDLIST"),
  };
}

const happens = (target, what) => new Promise((done) => target.addEventListener(what, done, { once: true }));
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function feed() {
  const { files: [variant], codecs } = await listed(manifest);
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await happens(source, "sourceopen");
  const buffer = source.addSourceBuffer(`video/mp4; codecs="${codecs}"`);
  buffer.mode = "sequence";
  const append = async (url) => {
    buffer.appendBuffer(await (await read(url)).arrayBuffer());
    await happens(buffer, "updateend");
  };
  for (let next = -1, list; ; await pause(1000)) {
    list = await listed(variant);
    if (next < 0) await append(list.head);
    for (next = Math.max(next, list.first); next < list.first + list.files.length; next++) {
      await append(list.files[next - list.first]);
    }
    if (list.ended) return source.endOfStream();
  }
}

const asked = new URLSearchParams(location.search);
video.muted = asked.get("muted") === "true";
video.autoplay = asked.get("autoplay") === "true";
try {
  if (video.canPlayType(TYPE) && asked.get("native") !== "false") {
    await read(manifest);
    video.src = manifest.href;
  } else {
    await feed();
  }
} catch (error) {
  note.textContent = error.message;
}
