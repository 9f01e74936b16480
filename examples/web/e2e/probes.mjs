import assert from "node:assert/strict";

/** Asks again until `ask` answers something true; the last answer is in the error. */
export async function until(what, ask, seconds = 15) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain: ${what} (last: ${JSON.stringify(answer)})`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** State of the one audio element. */
export function audioOf(page) {
  return page.evaluate(() => {
    const audio = document.querySelector("audio");
    return {
      position: audio.currentTime,
      duration: audio.duration,
      paused: audio.paused,
      ended: audio.ended,
      error: audio.error?.message ?? null,
      decoded: audio.webkitAudioDecodedByteCount ?? null,
    };
  });
}

/** How many different heights the columns of a canvas have: one for a line, many for a waveform. */
export function shapeOf(canvas) {
  return canvas.evaluate((element) => {
    const { width, height } = element;
    const pixels = element.getContext("2d").getImageData(0, 0, width, height).data;
    const heights = new Set();
    for (let x = 0; x < width; x += 1) {
      let inked = 0;
      for (let y = 0; y < height; y += 1) if (pixels[(y * width + x) * 4 + 3] > 40) inked += 1;
      heights.add(inked);
    }
    return heights.size;
  });
}

/** The addresses a playlist lists, absolute, in order. */
export async function entriesOf(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, `${url}: ${response.status}`);
  const lines = (await response.text()).split(/\r?\n/);
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => new URL(line, url).href);
}

/** Drops a file from the disk on `target`, as the system's own drag and drop would. */
export async function dropFile(page, target, path) {
  const box = await target.boundingBox();
  assert.ok(box, "the place to drop on is not shown");
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: box.x + box.width / 2, y: box.y + 20, data });
  }
  await session.detach();
}
