/** What a task used beside time. Reported with `context.addUsage`, summed over attempts, tasks and runs. */
export interface Usage {
  /** Bytes read from the network or from files. */
  readonly bytes: number
}

export const noUsage: Usage = Object.freeze({ bytes: 0 })

export function addUsage(sum: Usage, more: Partial<Usage>): Usage {
  return { bytes: sum.bytes + (more.bytes ?? 0) }
}
