/** It did what was asked. */
export const OK = 0;
/** It was asked rightly and failed. */
export const FAILED = 1;
/** It was asked wrongly: command line, configuration or set-up file. */
export const WRONG_USE = 2;
