/** Named places where requests wait until a test lets them through. */
export interface Gates {
  /** Waits until the gate is released; at once when it has been. */
  readonly hold: (name: string) => Promise<void>;
  /** Lets all who wait through, and all who come later. */
  readonly release: (name: string) => void;
  /** Resolves once at least `count` requests wait at the gate. */
  readonly waitForHeld: (name: string, count: number) => Promise<void>;
}

interface Gate {
  open: boolean;
  readonly held: (() => void)[];
  readonly watchers: { readonly count: number; readonly tell: () => void }[];
}

export function createGates(): Gates {
  const gates = new Map<string, Gate>();
  const gateOf = (name: string): Gate => {
    const gate = gates.get(name) ?? { open: false, held: [], watchers: [] };
    gates.set(name, gate);
    return gate;
  };
  return {
    hold: (name) =>
      new Promise((resolve) => {
        const gate = gateOf(name);
        if (gate.open) {
          resolve();
          return;
        }
        gate.held.push(resolve);
        for (const { count, tell } of gate.watchers) if (gate.held.length >= count) tell();
      }),
    release: (name) => {
      const gate = gateOf(name);
      gate.open = true;
      for (const pass of gate.held.splice(0)) pass();
    },
    waitForHeld: (name, count) =>
      new Promise((resolve) => {
        const gate = gateOf(name);
        if (gate.held.length >= count) resolve();
        else gate.watchers.push({ count, tell: resolve });
      }),
  };
}
