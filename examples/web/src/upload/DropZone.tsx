import { useRef } from "react";
import { uploads } from "../services";
import { Upload } from "../ui/icons";

/** The place to drop files on, or to press for the file picker. Dropping anywhere else works as well. */
export function DropZone({ dragging }: { dragging: boolean }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div className="drop" data-dragging={dragging}>
      <span className="drop-icon">
        <Upload size={26} />
      </span>
      <p className="drop-title">{dragging ? "Let go to add it" : "Drop your music here"}</p>
      <p className="muted">FLAC, WAV, MP3, AAC, Ogg Vorbis or Opus. The best copy you have.</p>
      <button type="button" className="button primary" onClick={() => picker.current?.click()}>
        Choose files
      </button>
      <input
        ref={picker}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Music files"
        accept="audio/*,.flac,.wav,.mp3,.m4a,.aac,.ogg,.opus,.aif,.aiff"
        multiple
        onChange={(event) => {
          uploads.add(event.target.files ?? []);
          event.target.value = "";
        }}
      />
    </div>
  );
}
