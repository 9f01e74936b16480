import { asProblem, Problem } from "../api/problem";
import { sendUpload, type UploadFields } from "../api/upload";
import type { Auth } from "../auth/session";
import { titleOf } from "../ui/format";
import { Store } from "../ui/store";

export interface Upload {
  key: number;
  file: File;
  fields: UploadFields;
  step: "draft" | "sending" | "refused";
  /** Share of the file that has left, 0..1. */
  sent: number;
  problem: Problem | null;
}

export interface UploadsState {
  items: readonly Upload[];
  /** How many the server has taken so far; a change means there is a new track. */
  accepted: number;
}

/** Files on their way to the server. They live outside the views, so leaving one stops nothing. */
export class Uploads {
  readonly state = new Store<UploadsState>({ items: [], accepted: 0 });
  private readonly running = new Map<number, AbortController>();
  private keys = 0;

  constructor(
    private readonly url: string,
    private readonly auth: Auth,
  ) {
    window.addEventListener("beforeunload", (event) => {
      if (this.running.size > 0) event.preventDefault();
    });
  }

  add(files: Iterable<File>): void {
    const drafts = [...files].map((file): Upload => ({
      key: (this.keys += 1),
      file,
      fields: { title: titleOf(file.name), genre: "", description: "", visibility: "public" },
      step: "draft",
      sent: 0,
      problem: null,
    }));
    this.setItems([...drafts, ...this.state.get().items]);
  }

  edit(key: number, fields: Partial<UploadFields>): void {
    this.change(key, (upload) => ({ ...upload, fields: { ...upload.fields, ...fields } }));
  }

  async send(key: number): Promise<void> {
    const upload = this.state.get().items.find((item) => item.key === key);
    if (!upload || this.running.has(key)) return;
    if (this.auth.token() === null) {
      this.refuse(key, signedOut());
      return;
    }
    const abort = new AbortController();
    this.running.set(key, abort);
    this.change(key, (item) => ({ ...item, step: "sending", sent: 0, problem: null }));
    try {
      await this.sendWithToken(upload, abort.signal);
      this.remove(key);
      this.state.update({ accepted: this.state.get().accepted + 1 });
    } catch (error) {
      if (abort.signal.aborted) return;
      this.refuse(key, asProblem(error));
    } finally {
      this.running.delete(key);
    }
  }

  /** Sends it with the present token, and once more with the next one where that has had its day. */
  private async sendWithToken(upload: Upload, signal: AbortSignal): Promise<void> {
    const send = () =>
      sendUpload({
        url: this.url,
        token: this.auth.token() ?? "",
        file: upload.file,
        fields: upload.fields,
        onProgress: (sent) => this.change(upload.key, (item) => ({ ...item, sent })),
        signal,
      });
    try {
      await send();
    } catch (error) {
      if (signal.aborted || asProblem(error).status !== 401 || !(await this.auth.renew())) throw error;
      await send();
    }
  }

  /** Takes it off the list, and stops it if it is on its way. */
  remove(key: number): void {
    this.running.get(key)?.abort();
    this.setItems(this.state.get().items.filter((item) => item.key !== key));
  }

  private refuse(key: number, problem: Problem): void {
    this.change(key, (item) => ({ ...item, step: "refused", problem }));
  }

  private change(key: number, change: (upload: Upload) => Upload): void {
    this.setItems(this.state.get().items.map((item) => (item.key === key ? change(item) : item)));
  }

  private setItems(items: readonly Upload[]): void {
    this.state.update({ items });
  }
}

function signedOut(): Problem {
  return new Problem({
    status: 401,
    code: "client.signed_out",
    title: "Signed out",
    detail: "Your session has ended. Sign in, then press Upload again: the file is still here.",
  });
}
