import { useId } from "react";
import type { Visibility } from "../api/types";
import { uploads } from "../services";
import { Field } from "../ui/Field";
import { fileSize } from "../ui/format";
import { Close } from "../ui/icons";
import { Failure } from "../ui/Notice";
import { Progress } from "../ui/Progress";
import type { Upload } from "./uploads";

/** One file before it is a track: its description, then its way to the server, or why it was refused. */
export function UploadCard({ upload }: { upload: Upload }) {
  const id = useId();
  const { key, file, fields, step, sent, problem } = upload;
  const sending = step === "sending";
  return (
    <li className="upload-card">
      <form
        aria-label={`Upload ${file.name}`}
        onSubmit={(event) => {
          event.preventDefault();
          void uploads.send(key);
        }}
      >
        <header>
          <p className="upload-file">
            {file.name} <span className="muted">{fileSize(file.size)}</span>
          </p>
          <button
            type="button"
            className="icon-button"
            aria-label={sending ? `Cancel the upload of ${file.name}` : `Remove ${file.name}`}
            onClick={() => uploads.remove(key)}
          >
            <Close size={18} />
          </button>
        </header>
        {problem !== null && <Failure problem={problem} />}
        {sending ? (
          <Progress
            share={sent}
            label={sent < 1 ? `Uploading ${file.name}` : `Checking ${file.name}`}
            text={sent < 1 ? `Uploading, ${Math.floor(sent * 100)} %` : "Checking the file…"}
          />
        ) : (
          <>
            <div className="upload-fields">
              <Field
                label="Title"
                name="title"
                required
                maxLength={200}
                value={fields.title}
                onChange={(event) => uploads.edit(key, { title: event.target.value })}
              />
              <Field
                label="Genre"
                name="genre"
                maxLength={60}
                placeholder="Optional"
                value={fields.genre}
                onChange={(event) => uploads.edit(key, { genre: event.target.value })}
              />
              <div className="field upload-description">
                <label htmlFor={`${id}-description`}>Description</label>
                <textarea
                  id={`${id}-description`}
                  name="description"
                  rows={2}
                  maxLength={2000}
                  placeholder="Optional"
                  value={fields.description}
                  onChange={(event) => uploads.edit(key, { description: event.target.value })}
                />
              </div>
            </div>
            <footer>
              <fieldset className="segmented">
                <legend className="visually-hidden">Who can hear it</legend>
                {(["public", "private"] satisfies Visibility[]).map((visibility) => (
                  <label key={visibility}>
                    <input
                      type="radio"
                      name={`${id}-visibility`}
                      checked={fields.visibility === visibility}
                      onChange={() => uploads.edit(key, { visibility })}
                    />
                    <span>{visibility === "public" ? "Everyone" : "Only me"}</span>
                  </label>
                ))}
              </fieldset>
              <button type="submit" className="button primary">
                {step === "refused" ? "Upload again" : "Upload"}
              </button>
            </footer>
          </>
        )}
      </form>
    </li>
  );
}
