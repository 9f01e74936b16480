import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { player } from "./services";
import "./styles/index.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
// The element is never shown; in the document it is within reach of browser tools and tests.
document.body.append(player.audio);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
