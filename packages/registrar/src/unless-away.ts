import { isFault } from '@tandem/engine';
import { type Refusal, refuse } from '@tandem/messages';

/**
 * The answer, or a refusal while the database cannot be asked: an expected state of the world
 * that ends with it, where a fault would put the handler in quarantine for longer.
 */
export async function unlessAway<T>(answer: Promise<T>): Promise<T | Refusal> {
  try {
    return await answer;
  } catch (fault) {
    if (isFault(fault) && /^(STORE|REGISTRAR)_/.test(fault.code)) {
      return refuse('noresource', fault.message);
    }
    throw fault;
  }
}
