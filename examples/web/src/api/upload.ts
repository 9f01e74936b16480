import { parseProblem, unreachable } from "./problem";
import type { Track, Visibility } from "./types";

export interface UploadFields {
  title: string;
  genre: string;
  description: string;
  visibility: Visibility;
}

export interface UploadRequest {
  url: string;
  token: string;
  file: File;
  fields: UploadFields;
  /** Share of the file that has left, 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/**
 * Sends one file with its description. XMLHttpRequest, because `fetch` does not tell how much of a
 * body has been sent. Rejects with a `Problem`, or with an `AbortError` when `signal` fires.
 */
export function sendUpload(request: UploadRequest): Promise<Track> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    request.signal.addEventListener("abort", abort, { once: true });
    xhr.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 0) request.onProgress(event.loaded / event.total);
    });
    xhr.addEventListener("loadend", () => request.signal.removeEventListener("abort", abort));
    xhr.addEventListener("abort", () => reject(new DOMException("The upload was cancelled.", "AbortError")));
    xhr.addEventListener("error", () => reject(unreachable()));
    xhr.addEventListener("load", () => {
      if (xhr.status < 200 || xhr.status > 299) {
        reject(parseProblem(xhr.status, xhr.responseText, xhr.getResponseHeader("Retry-After")));
        return;
      }
      try {
        resolve(JSON.parse(xhr.responseText) as Track);
      } catch {
        reject(parseProblem(502, ""));
      }
    });
    xhr.open("POST", request.url);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.setRequestHeader("Authorization", `Bearer ${request.token}`);
    xhr.send(formOf(request.file, request.fields));
  });
}

/** The text comes first, so the server knows it before the bytes arrive. Empty fields stay out. */
function formOf(file: File, fields: UploadFields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    const trimmed = String(value).trim();
    if (trimmed !== "") form.append(name, trimmed);
  }
  form.append("file", file, file.name);
  return form;
}
