import { useEffect, useRef, type ReactNode } from "react";
import { Close } from "./icons";

interface DialogProps {
  label: string;
  onClose: () => void;
  children: ReactNode;
}

/** A modal dialog. The browser's own: it traps the focus, closes on Escape and gives the focus back. */
export function Dialog({ label, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // A form is there to be filled in; without one the browser picks the first button.
    element?.querySelector("input")?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-body">
        <button type="button" className="icon-button dialog-close" aria-label="Close" onClick={onClose}>
          <Close />
        </button>
        {children}
      </div>
    </dialog>
  );
}
