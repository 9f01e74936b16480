import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkAccessibility } from "./accessibility.mjs";
import { LONG } from "./music.mjs";
import { audioOf, dropFile, entriesOf, shapeOf, until } from "./probes.mjs";

/** Seconds a track may take to become ready. */
const READY = 120;

/** What one person does on a first visit, step by step. `step(name, action)` names what fails. */
export async function journey({ page, watched, step, api, music, mail, person }) {
  const seek = page.getByRole("slider", { name: "Position in the track" });
  const row = (title) => page.locator(".track", { has: page.getByRole("link", { name: title, exact: true }) });
  const upload = async (file) =>
    page
      .getByRole("form", { name: `Upload ${file}` })
      .getByRole("button", { name: "Upload", exact: true })
      .click();

  await step("the page opens, empty, under a strict policy", async () => {
    const response = await page.goto(api);
    const policy = response.headers()["content-security-policy"] ?? "";
    assert.match(policy, /default-src|script-src/, "the page is served without a content security policy");
    assert.doesNotMatch(policy.replace(/'nonce-[^']+'.*?'unsafe-inline'/, ""), /'unsafe-(inline|eval)'/, policy);
    await page.getByText("Nothing here yet").waitFor();
    await checkAccessibility(page, "welcome");
  });

  await step("sign-up says what is wrong, then works", async () => {
    await page.getByRole("button", { name: "Sign up" }).click();
    const dialog = page.getByRole("dialog", { name: "Create your account" });
    await dialog.getByLabel("Email").fill(person.email);
    await dialog.getByLabel("Username").fill(person.username);
    await dialog.getByLabel("Password").fill("short");
    await dialog.getByRole("button", { name: "Create account" }).click();
    assert.equal(await dialog.getByLabel("Password").evaluate((input) => input.validity.tooShort), true);
    await checkAccessibility(page, "sign-up");
    await dialog.getByLabel("Password").fill(person.password);
    await dialog.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
    await checkAccessibility(page, "look into your mail");
  });

  await step("the link of the mail opens the account", async () => {
    const token = await tokenOfMail(mail);
    await page.goto(`${api}/verify?token=${token}`);
    await page.getByRole("button", { name: "Confirm the address" }).waitFor();
    await checkAccessibility(page, "confirm the address");
    assert.equal(new URL(page.url()).search, "", "the token stays in the address");
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await page.getByRole("button", { name: "Go on to sign in" }).click();
    const dialog = page.getByRole("dialog", { name: "Welcome back" });
    await dialog.getByLabel("Email").fill(person.email);
    await dialog.getByLabel("Password").fill(person.password);
    await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.getByText(person.username).first().waitFor();
  });

  await step("another tab is signed in by the cookie, which no script sees", async () => {
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(api);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    assert.equal(await page.evaluate(() => document.cookie), "");
  });

  await step("a file that is no music is refused with its reason", async () => {
    await page.getByRole("link", { name: "Your uploads" }).click();
    await page.getByLabel("Music files").setInputFiles(music.lie);
    await checkAccessibility(page, "uploads");
    watched.expect(422, "/api/v1/tracks");
    const refused = page.waitForResponse((response) => response.status() === 422);
    await upload("shopping_list.mp3");
    const problem = await (await refused).json();
    const card = page.getByRole("form", { name: "Upload shopping_list.mp3" });
    const shown = (await card.getByRole("alert").innerText()).trim();
    assert.ok(
      problem.detail.length > 10 && shown.startsWith(problem.detail),
      `shown: ${shown}\nsent: ${JSON.stringify(problem)}`,
    );
    await page.getByRole("button", { name: "Remove shopping_list.mp3" }).click();
  });

  await step("a FLAC is dropped and gets ready", async () => {
    await dropFile(page, page.locator(".drop"), music.flac);
    const card = page.getByRole("form", { name: "Upload Elf Land.flac" });
    assert.equal(await card.getByLabel("Title").inputValue(), "Elf Land");
    await card.getByLabel("Genre").fill("Folk");
    await upload("Elf Land.flac");
    await row("Elf Land").waitFor();
  });

  await step("an MP3 of three minutes is picked and gets ready", async () => {
    await page.getByLabel("Music files").setInputFiles(music.mp3);
    const card = page.getByRole("form", { name: "Upload wanderer_master.mp3" });
    await card.getByLabel("Title").fill("Wanderer");
    await card.getByLabel("Description").fill("For whoever walks.");
    await upload("wanderer_master.mp3");
    for (const title of ["Elf Land", "Wanderer"]) {
      await until(
        `${title} is ready`,
        async () => {
          const status = await row(title)
            .getAttribute("data-status")
            .catch(() => null);
          assert.notEqual(status, "failed", `${title}: ${status === "failed" ? await row(title).innerText() : ""}`);
          return status === "ready";
        },
        READY,
      );
    }
  });

  await step("the library shows both with their waveforms", async () => {
    await page.getByRole("link", { name: "Library" }).click();
    for (const title of ["Elf Land", "Wanderer"]) {
      const wave = row(title).locator(".track-wave canvas");
      await until(`${title} has a waveform`, async () => (await shapeOf(wave)) > 8);
    }
    const folk = page.getByRole("button", { name: "Folk", exact: true });
    await folk.click();
    await row("Wanderer").waitFor({ state: "detached" });
    assert.equal(await row("Elf Land").count(), 1);
    await page.getByRole("button", { name: "All", exact: true }).click();
    await row("Wanderer").waitFor();
  });

  let trackId = "";
  await step("it plays at the speed of music", async () => {
    await page.getByRole("link", { name: "Wanderer", exact: true }).click();
    await page.getByRole("heading", { name: "Wanderer" }).waitFor();
    trackId = new URL(page.url()).pathname.split("/").pop();
    await page.getByRole("article").getByRole("button", { name: "Play Wanderer" }).click();
    await until("the music starts", async () => (await audioOf(page)).position > 0.3);
    const [before, start] = [await audioOf(page), performance.now()];
    await page.waitForTimeout(4000);
    const [after, seconds] = [await audioOf(page), (performance.now() - start) / 1000];
    const speed = (after.position - before.position) / seconds;
    assert.ok(Math.abs(speed - 1) < 0.1, `played ${speed.toFixed(2)} seconds a second`);
    assert.ok(Math.abs(after.duration - LONG) < 0.2, `lasts ${after.duration} s, not ${LONG}`);
    assert.ok((await shapeOf(page.locator(".seek-wave"))) > 8, "the big waveform is blank");
    await page.getByLabel("Player").getByText("LUFS").waitFor();
    await page.getByLabel("Player").getByText("dBTP").waitFor();
    await checkAccessibility(page, "track and player");
  });

  await step("pause, resume and volume obey", async () => {
    const dock = page.getByLabel("Player");
    await dock.getByRole("button", { name: "Pause" }).click();
    await until("it pauses", async () => (await audioOf(page)).paused);
    const still = (await audioOf(page)).position;
    await page.waitForTimeout(500);
    assert.equal((await audioOf(page)).position, still);
    await dock.getByRole("slider", { name: "Volume" }).fill("0.5");
    assert.equal(await page.evaluate(() => document.querySelector("audio").volume), 0.5);
    await dock.getByRole("button", { name: "Play", exact: true }).click();
    await until("it goes on", async () => (await audioOf(page)).position > still + 0.3);
  });

  await step("seeking by pointer and by keyboard", async () => {
    const { width } = await seek.boundingBox();
    await seek.click({ position: { x: width * 0.6, y: 30 } });
    await until("it plays from there", async () => {
      const { position } = await audioOf(page);
      return position > LONG * 0.6 + 0.3 && position < LONG * 0.6 + 8;
    });
    await seek.press("Home");
    await until("it is at the start", async () => (await audioOf(page)).position < 2);
    const before = (await audioOf(page)).position;
    await seek.press("PageUp");
    await until("it leaps half a minute", async () => Math.abs((await audioOf(page)).position - before - 30) < 4);
  });

  await step("each quality can be chosen and is heard", async () => {
    const menu = page.getByRole("combobox", { name: "Quality" });
    const names = (await menu.locator("option").allInnerTexts()).slice(1);
    assert.ok(names.length >= 2, `only these: ${names.join(", ")}`);
    for (const name of [...names].reverse()) {
      await menu.selectOption({ label: name });
      await until(`${name} is heard`, async () => (await page.getByTestId("rendition").innerText()) === name, 30);
      const { position } = await audioOf(page);
      await until("it plays on", async () => (await audioOf(page)).position > position + 0.3);
    }
  });

  await step("it plays to the very end, every segment", async () => {
    await page.getByRole("combobox", { name: "Quality" }).selectOption({ label: "Auto" });
    await seek.press("Home");
    const before = (await audioOf(page)).decoded;
    await page.evaluate(() => {
      document.querySelector("audio").playbackRate = 8;
    });
    let last = -1;
    await until(
      "the end",
      async () => {
        const audio = await audioOf(page);
        assert.equal(audio.error, null);
        assert.ok(audio.position >= last || last > LONG - 1, `went back from ${last} to ${audio.position}`);
        last = audio.position;
        return audio.ended;
      },
      60,
    );
    const audio = await audioOf(page);
    assert.ok(Math.abs(audio.position - audio.duration) < 0.1, `ended at ${audio.position} of ${audio.duration}`);
    if (before !== null) assert.ok(audio.decoded > before, "nothing was decoded");

    const track = await (await fetch(`${api}/api/v1/tracks/${trackId}`)).json();
    const renditions = await Promise.all((await entriesOf(track.media.hlsUrl)).map(entriesOf));
    const fetched = new Set(watched.fetched);
    const missing = renditions[0].flatMap((_, at) =>
      renditions.some((rendition) => fetched.has(rendition[at])) ? [] : [at],
    );
    assert.ok(renditions[0].length >= LONG / 10, `only ${renditions[0].length} segments`);
    assert.deepEqual(missing, [], "segments that were never fetched");
  });

  await step("a reload stays signed in; deleting asks first, then is final", async () => {
    await page.reload();
    await page.getByRole("link", { name: "Your uploads" }).click();
    await page.getByRole("button", { name: "Delete Elf Land" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete this track?" });
    await checkAccessibility(page, "delete");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await row("Elf Land").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Library" }).click();
    await row("Wanderer").waitFor();
    assert.equal(await row("Elf Land").count(), 0);
  });

  await step("signing out forgets the token", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign up" }).waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
    await page.reload();
    await page.getByRole("button", { name: "Sign up" }).waitFor();
  });
}

/** The token in the link of the newest mail of a folder, once there is one. */
async function tokenOfMail(folder) {
  let token;
  await until("the mail is there", async () => {
    const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".eml")).sort();
    if (files.length === 0) return false;
    const mail = await readFile(join(folder, files.at(-1)), "utf8");
    // Lines of quoted-printable that go on end with an equals sign.
    const text = mail.replace(/=\r?\n/g, "").replaceAll("=3D", "=");
    token = /\?token=([\w-]+)/.exec(text)?.[1];
    return token !== undefined;
  });
  return token;
}
