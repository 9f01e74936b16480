import { describe, expect, it } from "vitest";
import { asProblem, parseProblem } from "./problem";

describe("parseProblem", () => {
  it("reads a problem document", () => {
    const body = JSON.stringify({
      type: "urn:veza:problem:auth.user.invalid",
      title: "Unprocessable Content",
      status: 422,
      detail: "Some fields are not right.",
      code: "auth.user.invalid",
      errors: [{ field: "password", message: "at least 12 characters" }],
    });
    const problem = parseProblem(422, body);
    expect(problem).toMatchObject({ status: 422, code: "auth.user.invalid", detail: "Some fields are not right." });
    expect(problem.field("password")).toBe("at least 12 characters");
    expect(problem.field("email")).toBeUndefined();
  });

  it("finds words where there are none", () => {
    expect(parseProblem(413, "<html>nginx</html>").detail).toBe("The file is too large for this server.");
    expect(parseProblem(500, "").detail).toMatch(/trouble/);
    expect(parseProblem(418, "[]").detail).toMatch(/418/);
    expect(parseProblem(400, '{"title":"Bad Request"}').detail).toBe("Bad Request");
  });

  it("leaves out field errors of another shape", () => {
    const body = '{"detail":"no","errors":[null,3,{"field":1},{"field":"a","message":"b"}]}';
    expect(parseProblem(422, body).fields).toEqual([{ field: "a", message: "b" }]);
    expect(parseProblem(422, '{"detail":"no","errors":"all"}').fields).toEqual([]);
  });

  it("says how long to wait", () => {
    const body = '{"detail":"Too many attempts."}';
    expect(parseProblem(429, body, "42").detail).toBe("Too many attempts. Try again in 42 seconds.");
    expect(parseProblem(429, body, "600").detail).toBe("Too many attempts. Try again in 10 minutes.");
    expect(parseProblem(429, body, "Wed, 21 Oct 2026 07:28:00 GMT").detail).toBe("Too many attempts.");
  });
});

it("passes problems on and hides what was not foreseen", () => {
  const problem = parseProblem(404, "");
  expect(asProblem(problem)).toBe(problem);
  expect(asProblem(new TypeError("x is not a function")).detail).not.toMatch(/function/);
});
