import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `veza serve` listens while the page is developed with `npm run dev`. */
const api = process.env["VEZA_API"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": api } },
  build: {
    target: "es2023",
    // The policy the page is served under allows neither inline code nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { include: ["src/**/*.test.ts"] },
});
