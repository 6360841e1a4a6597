import { ln } from "../../assembly/frontend/ln";

describe("ln", () => {
  it("is 0 at 1", () => {
    expect<f32>(ln(1)).toBe(0);
  });
});
