import type { Scope } from '@tandem/engine';
import type { TraceBook } from '../trace/trace-book.ts';

/** sip.trace: begins, reads or ends what this node writes down for a trace. */
export function handleSipTrace(scope: Scope, book: TraceBook): void {
  scope.handle('sip.trace', {}, ({ params }) => {
    if (params.action === 'begin') return book.begin(params);
    return params.action === 'read' ? book.read(params.id) : book.end(params.id);
  });
}
