/** Whether anybody waits: what is urgent goes at once, what is patient goes with others. */
export type Haste = 'urgent' | 'patient';
