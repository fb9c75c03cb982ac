/** What one benchmark measured, written as JSON and printed as a table. */
export interface BenchResult {
  readonly name: string
  /** What was compared with what, in a sentence. */
  readonly about: string
  readonly rows: readonly Readonly<Record<string, string | number>>[]
  readonly claims: readonly Claim[]
}

/** Something that must hold: a ratio measured in one run, and what it must reach. */
export interface Claim {
  readonly what: string
  readonly measured: number
  readonly atLeast?: number
  readonly atMost?: number
}

export function isMet({ measured, atLeast, atMost }: Claim): boolean {
  return (atLeast === undefined || measured >= atLeast) && (atMost === undefined || measured <= atMost)
}

/** `smoke`: as little as shows that it runs. The figures then mean nothing. */
export interface BenchSize {
  readonly smoke: boolean
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
