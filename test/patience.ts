/** How long a test waits for something to come about: for a machine that has much else to do. It is over when it has come about. */
export const PATIENCE_MS = 120_000;
