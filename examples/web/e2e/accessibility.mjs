import assert from "node:assert/strict";
import axe from "axe-core";

/** Runs axe-core on what is shown; fails on everything it calls serious or critical. */
export async function checkAccessibility(page, where) {
  // What moves is judged at rest: colours halfway through a fade are no colours of the design.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .flatMap((animation) =>
          animation.effect?.getComputedTiming().endTime === Infinity ? [] : [animation.finished.catch(() => undefined)],
        ),
    ).then(() => undefined),
  );
  // Evaluated through the debugger, so the page's policy stays as strict as it is served.
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() =>
    window.axe.run(document, { resultTypes: ["violations", "passes"] }),
  );
  assert.ok(passes.length > 10, `${where}: axe looked at nothing`);
  const told = violations.map(
    ({ impact, id, help, nodes }) => `${impact} ${id}: ${help}\n    ${nodes.map((node) => node.html).join("\n    ")}`,
  );
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.equal(grave.length, 0, `${where}: accessibility\n${told.join("\n")}`);
  for (const line of told) console.log(`    note: ${where}: ${line}`);
}
