import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { checkAccessibility } from "./accessibility.mjs";
import { totp } from "./authenticator.mjs";
import { until } from "./probes.mjs";

/** What one person does with an account, step by step; nobody is signed in at first, nor at the end. */
export async function accounts({ page, watched, step, api, person }) {
  const signOut = async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign up" }).waitFor();
  };

  await step("a provider vouches for somebody new", async () => {
    await page.goto(`${api}/sign-in`);
    await watched.elsewhere(async () => {
      await page.getByRole("button", { name: "Continue with Example" }).click();
      await page.locator("input[name=login]").fill("nora");
      await page.locator("input[name=password]").fill("any");
      await page.locator("button[type=submit]").click();
      await page.waitForURL((url) => url.origin !== api && !url.search.includes("login"));
      await page.getByRole("button", { name: "Continue" }).click();
      await page.waitForURL((url) => url.origin === api);
    });
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.getByText("nora").first().waitFor();
    assert.doesNotMatch(page.url(), /code=|state=/, "what the provider sent stays in the address");
  });

  await step("all that is kept can be taken along", async () => {
    // There is none before it is asked for.
    watched.expect(404, "/api/v1/users/me/export");
    await page.goto(`${api}/account`);
    await checkAccessibility(page, "account");
    await page.getByRole("button", { name: "Ask for an archive" }).click();
    await page.getByText("Your archive is being written").waitFor();
    const fetchIt = page.getByRole("button", { name: "Fetch the archive" });
    await until("the archive is written", async () => {
      await page.reload();
      await page.getByRole("status").waitFor();
      return fetchIt.isVisible();
    });
    const saving = page.waitForEvent("download");
    await fetchIt.click();
    const saved = await saving;
    assert.equal(saved.suggestedFilename(), "veza-export.zip");
    const archive = await readFile(await saved.path());
    assert.equal(archive.toString("latin1", 0, 4), "PK\x03\x04");
    assert.ok(archive.includes("account.json"), "the account is not in it");
    await signOut();
  });

  await step("a second factor is asked for, and a wrong code refused", async () => {
    const secret = await setUpSecondFactor(api, person);
    await page.goto(`${api}/sign-in`);
    const dialog = page.getByRole("dialog", { name: "Welcome back" });
    await dialog.getByLabel("Email").fill(person.email);
    await dialog.getByLabel("Password").fill(person.password);
    await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
    const second = page.getByRole("dialog", { name: "Second step" });
    const code = second.getByLabel("Code");
    await code.waitFor();
    await checkAccessibility(page, "second step");
    // The code that the factor was confirmed by has been used; the next is taken a little early.
    watched.expect(401, "/api/v1/auth/2fa/verify");
    await code.fill(totp(secret, 0));
    await second.getByRole("button", { name: "Sign in" }).click();
    await second.locator(".field-note").waitFor();
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
    await code.fill(totp(secret, 1));
    await second.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await signOut();
  });
}

/** Gives an account an authenticator, as an app would; answers its secret. */
async function setUpSecondFactor(api, { email, password }) {
  const post = async (path, body, token) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(`${api}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = await response.json();
    assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const { accessToken } = await post("/auth/login", { email, password });
  const { secret } = await post("/auth/2fa/setup", {}, accessToken);
  await post("/auth/2fa/confirm", { code: totp(secret, 0) }, accessToken);
  return secret;
}
