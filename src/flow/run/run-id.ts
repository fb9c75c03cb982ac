let runs = 0

/** Unique within the process, and short: strings of up to 12 characters are flat, and an outcome's id is most of what keeping it costs. */
export function nextRunId(): string {
  runs += 1
  return `r${runs}`
}
