import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem } from '../../api/api-problem.ts';
import { useConsole } from '../../shell/console-context.ts';

const FILE_NAME = 'cdrs.csv';
const KIBIBYTE = 1_024;
const MEBIBYTE = 1_048_576;

/**
 * Exports the records that the filters of the page let through, all pages of them, as CSV. The
 * token is in a header, so a plain link would be refused: the file is fetched and handed over.
 */
export function ExportButton({ resource }: { readonly resource: string }): VNode | null {
  const { client, resources } = useConsole();
  const [running, setRunning] = useState<AbortController>();
  const [said, setSaid] = useState('');
  const [url, setUrl] = useState('');
  useEffect(() => () => running?.abort(), [running]);
  // A file that was handed over stays in the browser's memory until its address is given back.
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  if (!resources.has('GET', '/cdrs/export')) return null;
  const start = async (): Promise<void> => {
    const abort = new AbortController();
    setRunning(abort);
    setSaid('Exporting …');
    try {
      const file = await client.download(resource, abort.signal, (bytes) =>
        setSaid(`Exporting … ${sizeText(bytes)}`),
      );
      setUrl(handOver(file));
      setSaid(`Exported ${sizeText(file.size)}.`);
    } catch (thrown) {
      setSaid(abort.signal.aborted ? '' : `Not exported: ${reasonOf(thrown)}`);
    }
    setRunning(undefined);
  };
  return (
    <p class="export">
      {running === undefined ? (
        <button type="button" onClick={() => void start()}>
          Export CSV
        </button>
      ) : (
        <button type="button" onClick={() => running.abort()}>
          Stop
        </button>
      )}{' '}
      <span class="muted" role="status">
        {said}
      </span>
    </p>
  );
}

function sizeText(bytes: number): string {
  return bytes < MEBIBYTE
    ? `${Math.ceil(bytes / KIBIBYTE)} KiB`
    : `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof ApiProblem ? thrown.message : 'the connection broke off';
}

/** Has the browser save the file; its address, which is to be given back. */
function handOver(file: Blob): string {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = FILE_NAME;
  link.click();
  return url;
}
