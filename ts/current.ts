/** What the module's functions need of the session they act on. */
export interface Controls {
  terminate(): void;
}

let current: Controls | undefined;

/** The session of this thread: the one that init() made, or the one whose handlers run here. */
export function currentControls(): Controls | undefined {
  return current;
}

export function setCurrentControls(controls: Controls | undefined): void {
  current = controls;
}
