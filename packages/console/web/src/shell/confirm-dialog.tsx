import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { problemOfThrow } from '../api/api-problem.ts';

/** What is asked before something is done that cannot be undone. */
export interface ConfirmDialogProps {
  readonly title: string;
  /** The word on the button that does it. */
  readonly verb: string;
  /** The word on the button that does not. */
  readonly keep: string;
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks, does it, and shows why it failed. Escape and the first button leave all as it is. */
export function ConfirmDialog(props: ConfirmDialogProps): VNode {
  const { title, verb, keep, act, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [isActing, setActing] = useState(false);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  const confirm = async (): Promise<void> => {
    setActing(true);
    setProblem('');
    try {
      await act();
      onClose();
    } catch (thrown) {
      setProblem(problemOfThrow(thrown).message);
      setActing(false);
    }
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" onClose={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
      {problem !== '' && (
        <p class="notice notice-error" role="alert">
          {problem}
        </p>
      )}
      <div class="dialog-buttons">
        <button type="button" onClick={onClose}>
          {keep}
        </button>
        <button
          type="button"
          class="button-danger"
          disabled={isActing}
          onClick={() => void confirm()}
        >
          {isActing ? `${verb} …` : verb}
        </button>
      </div>
    </dialog>
  );
}
