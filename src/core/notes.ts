/**
 * Small texts by name that outlive the process: what a provider must remember that works on requests for hours. `setNote` is durable when it
 * resolves; without a text it forgets.
 */
export interface Notes {
  setNote(name: string, text: string | undefined): Promise<void>
  notes(prefix: string): Promise<readonly (readonly [name: string, text: string])[]>
}

/** Notes that end with the process. */
export function memoryNotes(): Notes {
  const texts = new Map<string, string>()
  return {
    setNote: async (name, text) => {
      if (text === undefined) texts.delete(name)
      else texts.set(name, text)
    },
    notes: async (prefix) => [...texts].filter(([name]) => name.startsWith(prefix)),
  }
}
